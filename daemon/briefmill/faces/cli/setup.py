"""Commands about a home: init makes one, doctor examines it, config shows what holds."""

from pathlib import Path
from typing import Annotated

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output

config = typer.Typer(help="See the configuration in force.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Put this module's commands on the app."""
    app.command()(init)
    app.command()(doctor)
    app.add_typer(config, name="config")


def init(
    home: options.Home = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be made.")] = False,
) -> None:
    """Make a home: its folders, the inbox's marker, and a commented configuration. Changes nothing that is there."""
    import os

    from briefmill import settings
    from briefmill.wiring import home as homes

    where = settings.home_from(home, os.environ, Path.cwd())
    made = homes.init(where, os.environ, dry_run=dry_run)
    for path in made:
        output.line(f"{'would make' if dry_run else 'made'}  {path}")
    if not made:
        output.line(f"{where} is a home already; nothing to make.")
    elif not dry_run:
        output.line("")
        output.line(f"Ready. `briefmill run --home {where}` starts the daemon; then drop a brief into {where}/inbox.")


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Ask the providers until when their models last.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Examine this home and this machine; each fault with its fix. Leaves with 1 when there is one."""
    from briefmill.wiring import examining

    checks = examining.examine(options.load(home), online=online)
    if json:
        output.as_json([{"check": c.name, "ok": c.ok, "found": c.found, "fix": c.fix} for c in checks])
    else:
        for check in checks:
            output.line(f"{'ok   ' if check.ok else 'FAULT'}  {check.name:<16} {check.found}")
            if not check.ok:
                output.line(f"       {'':<16} -> {check.fix}")
    if not all(check.ok for check in checks):
        raise typer.Exit(Exit.NO)


@config.command()
def show(home: options.Home = None, json: options.Json = False) -> None:
    """Show every setting in force and where it came from; secrets are masked."""
    rows = options.load(home).explain()
    if json:
        output.as_json([{"key": r.key, "value": r.value, "source": r.source, "about": r.doc} for r in rows])
        return
    output.table(
        ("setting", "value", "from", "about"), ((r.key, r.value, r.source, r.doc) for r in rows), empty="No settings."
    )

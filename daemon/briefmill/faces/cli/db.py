"""`briefmill db`: the ledger's database, looked at and brought up to date."""

from typing import Annotated, Any

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import backup, options, output

app = typer.Typer(help="Check and migrate the ledger's database.", no_args_is_help=True)


@app.command()
def check(home: options.Home = None, json: options.Json = False) -> None:
    """Look whether the database is whole: pages, references, audit trail, tables. Leaves with 1 where it is not.

    A running daemon is no hindrance, and nothing is changed.
    """
    from briefmill.ledger import migrate
    from briefmill.wiring import database

    path, health = database.look(options.load(home))
    told: dict[str, Any] = {
        "path": str(path),
        "sound": health is not None and not health.faults,
        "tables": None if health is None else health.revision,
        "tables_wanted": migrate.HEAD,
        "rows": {} if health is None else dict(health.rows),
        "audit_rows": 0 if health is None else health.chain.rows,
        "audit_head": "" if health is None else health.chain.head,
        "faults": ["there is none yet; it is made at the first run"] if health is None else list(health.faults),
    }
    if json:
        output.as_json(told)
    elif health is None:
        output.line(f"{path} is not there yet; it is made at the first run.")
    else:
        for fault in health.faults:
            output.line(f"FAULT  {fault}")
        output.line(f"{path}: tables {health.revision}, {health.chain.rows} audit rows")
        if health.faults:
            output.line("Stop the daemon, keep this file, and restore a backup: docs/backup.md.")
        elif not health.current:
            output.line(f"This Briefmill works with tables {migrate.HEAD}. `briefmill db migrate` brings it there.")
        else:
            output.line("Sound, and up to date.")
    if health is None or health.faults:
        raise typer.Exit(Exit.NO)


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Bring the database to the tables of this Briefmill, after a backup. Any command would, without one."""
    from briefmill.wiring import database

    with backup.shown(json) as tell:
        done = database.migrate(options.load(home), dry_run=dry_run, tell=tell)
    if json:
        output.as_json(
            {
                "before": done.before,
                "after": done.after,
                "steps": list(done.steps),
                "backup": None if done.backup is None else str(done.backup),
                "dry_run": dry_run,
            }
        )
    elif not done.steps:
        output.line(f"Tables {done.after}: up to date, nothing to do.")
    else:
        output.line(
            f"Tables {done.before}: {'would be' if dry_run else ''} brought to {done.after} ".replace("  ", " ")
        )
        for step in done.steps:
            output.line(f"  {step}")
        if done.backup is not None:
            output.line(f"The ledger as it was before is in {done.backup}")

"""`briefmill install --systemd`: the daemon as a service of this machine, or in the tree of another one."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefmill.errors import FolderError, UsageError
from briefmill.faces.cli import output

if TYPE_CHECKING:
    from briefmill.installing.site import Site
    from briefmill.installing.steps import Step

SHELLS = ("bash", "zsh", "fish")


def add_to(app: typer.Typer) -> None:
    """Put this module's command on the app."""
    app.command()(install)


def install(
    systemd: Annotated[bool, typer.Option("--systemd", help="As a service of systemd; the one way there is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, only say what would be done.")] = False,
    uninstall: Annotated[bool, typer.Option("--uninstall", help="Remove the service; the home stays.")] = False,
    purge: Annotated[bool, typer.Option("--purge", help="With --uninstall: the home, keys and user, too.")] = False,
    user: Annotated[
        str, typer.Option(help="Whom the service runs as; made when missing. Default: as installed, else briefmill.")
    ] = "",
    home: Annotated[
        Path | None, typer.Option(help="The service's home. Default: as installed, else /var/lib/briefmill.")
    ] = None,
    program: Annotated[Path | None, typer.Option(help="The briefmill command to start. Default: this one.")] = None,
    prefix: Annotated[Path, typer.Option(help="Write into this unpacked tree instead of this machine.")] = Path("/"),
) -> None:
    """Install the daemon as a service: user, home, unit, keys' folder, completion. Says first what it would do."""
    from briefmill.installing import plan, unit
    from briefmill.installing import site as sites
    from briefmill.settings import shipped_unit

    if not systemd:
        raise UsageError("Say --systemd: that is what it is installed for. Containers: see docs/containers.md.")
    if purge and not uninstall:
        raise UsageError("--purge goes with --uninstall.")
    prefix = prefix.absolute()
    started = program or (_this_command() if prefix == Path("/") else sites.PROGRAM)
    known_user, known_home = unit.installed(prefix / sites.UNIT.relative_to("/"))
    site = sites.Site(user=user or known_user, home=home or known_home, program=started, prefix=prefix)
    kit = plan.Kit(
        unit=shipped_unit().read_text("utf-8"),
        completion=_completion(),
    )
    if not uninstall:
        sites.check(site)
    steps = plan.uninstall(site, kit, purge=purge) if uninstall else plan.install(site, kit)
    if yes:
        sites.permitted(site)
    done = _go(steps, yes=yes)
    if not done:
        output.line("Nothing is left of it." if uninstall else "All of it is there already.")
    elif not yes:
        output.line("")
        output.line("Nothing was done. With --yes it is.")
    elif not uninstall:
        _next(site)


def _go(steps: "list[Step]", *, yes: bool) -> int:
    """Say each step, do it when it shall be done; gives how many there were to do."""
    due = 0
    for step in steps:
        if not step.needed():
            continue
        due += 1
        output.line(step.words)
        if yes:
            try:
                step.do()
            except OSError as error:
                name = error.filename or "this step"
                raise FolderError(f"{name}: {error.strerror or error}. Mend that and run it again.") from error
    return due


def _this_command() -> Path:
    """The command of the environment that runs now, wherever it was called by."""
    return Path(sys.executable).with_name("briefmill")


def _completion() -> Mapping[str, str]:
    from typer import completion

    # Public by its use in `briefmill --show-completion`, though the module does not list it.
    script = completion.__dict__["get_completion_script"]
    return {
        shell: f"{script(prog_name='briefmill', complete_var='_BRIEFMILL_COMPLETE', shell=shell)}\n" for shell in SHELLS
    }


def _next(site: "Site") -> None:
    from briefmill.installing.site import CREDENTIALS

    lines = [
        "",
        "Installed. Then:",
        f"  keys, if pictures are bought:  install -m 0600 /dev/stdin {CREDENTIALS}/briefmill.openai_api_key",
        f"  settings:                      {site.home}/config/briefmill.toml",
    ]
    if site.live:
        lines += [
            "  start it, or start it anew:    systemctl restart briefmill",
            f"  examine it:                    runuser -u {site.user} -- briefmill doctor --home {site.home}",
        ]
    for text in lines:
        output.line(text)

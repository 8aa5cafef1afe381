"""`briefmill run` and `briefmill demo`: the daemon in the foreground, with progress when somebody is watching."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefmill.domain.job import State
from briefmill.errors import Exit
from briefmill.faces.cli import options, output, pretending

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefmill.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Put this module's commands on the app."""
    app.command()(run)
    app.command()(demo)


UntilIdle = Annotated[
    bool, typer.Option("--until-idle", help="Stop with 0 once the inbox holds nothing to take and every job rests.")
]


def run(until_idle: UntilIdle = False, home: options.Home = None) -> None:
    """Watch the inbox and make what is dropped, until Ctrl-C (once: finish what runs; twice: at once).

    Without a terminal, SIGHUP has the configuration read anew.
    """
    settings = options.load(home)
    # A terminal sends SIGHUP when its window is closed: then it means the end.
    reread = None if sys.stderr.isatty() else lambda: options.load(settings.home)
    _serve(settings, until_idle=until_idle, reread=reread)


def _serve(settings: "Settings", *, until_idle: bool, reread: "Callable[[], Settings] | None" = None) -> None:
    import asyncio

    from briefmill.faces.cli import progress
    from briefmill.runtime import allocator
    from briefmill.wiring import daemon

    allocator.bound()
    with progress.shown(sys.stderr.isatty() and settings.logging.format == "auto") as listener:
        watching = () if listener is None else (listener,)
        serving = daemon.serve(
            settings, until_idle=until_idle, listeners=watching, only_trouble=bool(watching), reread=reread
        )
        asyncio.run(serving)


def demo(
    fake_openai: Annotated[
        bool, typer.Option("--fake-openai", help="Buy the pictures of a pretended OpenAI on this machine.")
    ] = False,
    scenario: Annotated[
        str, typer.Option(help="What goes wrong there: a shipped scenario (calm, night, slow, ...) or a file.")
    ] = "calm",
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Drop the sample brief, run until it is delivered, and say where the creatives are. Costs nothing."""
    import os

    from briefmill import settings as configuration
    from briefmill.wiring import home as homes

    where = configuration.home_from(home, os.environ, Path.cwd())
    homes.init(where, os.environ, dry_run=False)
    with pretending.provider(where, scenario if fake_openai else None) as provider:
        _demonstrate(configuration.Settings.load(where, {**os.environ, **provider.environ}), json=json)
        if not json:
            for line in provider.told():
                output.line(line)


def _demonstrate(settings: "Settings", *, json: bool) -> None:
    from briefmill.settings import config_file
    from briefmill.wiring import desks

    with desks.opened(settings) as desk:
        name = desk.submit(config_file(settings.home, "demo", "summer-calm"))
    output.line(f"Dropped the sample brief into {settings.folders.inbox / name}")
    _serve(settings, until_idle=True)
    with desks.opened(settings) as desk:
        job = next(job for job in desk.jobs(limit=0) if job["source"] == name)
        first = desk.job(job["duplicate_of"]) if job["state"] == State.DUPLICATE else desk.job(job["id"])
    _report(settings.folders.outbox, job, first, json=json)


def _report(outbox: Path, job: dict[str, Any], made: dict[str, Any], *, json: bool) -> None:
    folder = outbox / str(made["folder"])
    if json:
        output.as_json({**made, "published": str(folder)})
    elif made["state"] == State.DELIVERED:
        if job["id"] != made["id"]:
            output.line(f"The same brief was delivered before, by {made['id']}: a duplicate, nothing was redone.")
        output.line("")
        output.line(f"{len(made['creatives'])} creatives are in {folder}")
        output.line(f"  look at   {folder / 'index.html'}")
        output.line(f"  or at     {folder / 'contact-sheet.jpg'}")
        output.line(f"  receipt   {folder / 'receipt.json'}")
        output.line("")
        output.line("Now your own: `briefmill brief example > inbox/mine.yaml`, then `briefmill run`.")
    else:
        output.line(f"The sample ended as {made['state']}: {made['reason']}")
    if made["state"] != State.DELIVERED:
        raise typer.Exit(Exit.NO)

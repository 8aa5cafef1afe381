"""The `briefmill` command: the app, and the one place where errors become a line and an exit code.

Each group of commands lives in its own module; none of them imports anything heavy before its command really runs.
"""

import os
import sys
from typing import Annotated, Any, cast

import typer
from typer.exceptions import TyperException

from briefmill import __version__
from briefmill.errors import BriefmillError, BriefRefused, Exit
from briefmill.faces.cli import (
    audit,
    backup,
    brands,
    briefs,
    cache,
    cost,
    db,
    install,
    jobs,
    layouts,
    output,
    placements,
    provenance,
    rebuild,
    receipts,
    retention,
    rules,
    run,
    setup,
)

USAGE = cast("type[TyperException]", typer.BadParameter.__mro__[1])
"""Typer's UsageError, which it does not export: the base of everything that is wrong with a command line."""

app = typer.Typer(
    name="briefmill",
    help="Drop a campaign brief into a folder, get finished and checked ad creatives.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        output.line(f"briefmill {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Drop a campaign brief into a folder, get finished and checked ad creatives."""


run.add_to(app)
setup.add_to(app)
install.add_to(app)
briefs.add_to(app)
layouts.add_to(app)
backup.add_to(app)
rebuild.add_to(app)
app.add_typer(jobs.app, name="jobs")
app.add_typer(jobs.claims, name="claims")
app.add_typer(audit.app, name="audit")
app.add_typer(cost.app, name="cost")
app.add_typer(cache.app, name="cache")
app.add_typer(db.app, name="db")
app.add_typer(retention.app, name="retention")
app.add_typer(placements.app, name="placements")
app.add_typer(brands.app, name="brands")
app.add_typer(rules.app, name="rules")
app.add_typer(provenance.app, name="provenance")
app.add_typer(provenance.ca, name="ca")
receipts.add_to(app)


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        # Outside of standalone mode Typer gives the code of a typer.Exit as the answer instead of leaving itself.
        sys.exit(app(standalone_mode=False) or Exit.DONE)
    except typer.Abort:
        output.error("Stopped.")
        sys.exit(Exit.NO)
    except BriefRefused as refused:
        for problem in refused.problems:
            output.error(str(problem))
        sys.exit(refused.exit_code)
    except BriefmillError as error:
        output.error(str(error))
        sys.exit(error.exit_code)
    except USAGE as error:
        # Without any words it was a group without a command, and its help has been shown already.
        if words := cast("Any", error).format_message():
            output.error(f"{words} See `briefmill --help`.")
        sys.exit(Exit.USAGE)
    except BrokenPipeError:
        # `briefmill jobs list | head`: the reader has seen enough, and there is nobody left to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except OSError as error:
        output.error(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        sys.exit(Exit.IO)

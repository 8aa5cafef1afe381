"""`briefmill rebuild`: the set of a delivered job, made once more from the archive."""

from pathlib import Path
from typing import Annotated

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output


def add_to(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(rebuild)


def rebuild(
    job: Annotated[str, typer.Argument(help="The id of a delivered job.")],
    to: Annotated[Path | None, typer.Option("--to", help="Put the files into this new folder.")] = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Make a delivered set again from the archive and compare it. Leaves with 1 when a file is not as it was."""
    from briefmill.wiring import rebuilding

    report = rebuilding.rebuild(options.load(home), job, to=to)
    if json:
        output.as_json(
            {
                "job": report.job,
                "same": report.same,
                "creatives": [
                    {"path": one.path, "same": one.same, "delivered": one.delivered, "made": one.made}
                    for one in report.creatives
                ],
                "differences": list(report.differences),
            }
        )
    else:
        for one in report.creatives:
            output.line(f"{'same     ' if one.same else 'DIFFERENT'} {one.path}")
        for words in report.differences:
            output.line(f"Not as it was then: {words}.")
        if not report.same and not report.differences:
            output.line("Nothing that is known of differs: look at the fonts and the processor of this machine.")
    if not report.same:
        raise typer.Exit(Exit.NO)

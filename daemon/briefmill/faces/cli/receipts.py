"""`briefmill receipts`: whether what was delivered is still what its receipt says; `briefmill whence`: what made it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefmill.errors import Exit, FolderError, NotFound, UsageError
from briefmill.faces.cli import options, output

if TYPE_CHECKING:
    from briefmill.receipts.verification import Report
    from briefmill.wiring.whence import Origin

app = typer.Typer(help="Check delivered folders against their signed receipts.", no_args_is_help=True)

LARGEST = 512 * 2**20
"""Bytes of a picture that is looked into."""


@app.callback()
def group() -> None:
    """Check delivered folders against their signed receipts."""


@app.command()
def verify(
    paths: Annotated[list[Path], typer.Argument(help="Delivered folders, or single files in one.")],
    root: Annotated[
        list[Path] | None,
        typer.Option("--root", help="Trust this certificate (PEM), too: that of another home, or an older one."),
    ] = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Check the signature of receipts, and each file by its hash. Leaves with 1 when anything is wrong."""
    from briefmill.receipts import verification
    from briefmill.wiring import sealing

    anchors = sealing.anchors(options.load(home), root or ())
    try:
        reports = [verification.verify(folder, anchors=anchors, only=only) for folder, only in _asked(paths)]
    except OSError as error:
        raise FolderError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if json:
        output.as_json([_plain(report) for report in reports])
    else:
        for report in reports:
            _told(report)
    if not all(report.holds for report in reports):
        raise typer.Exit(Exit.NO)


def whence(
    file: Annotated[Path, typer.Argument(help="A picture: a copy, a screenshot, something from the web.")],
    limit: Annotated[int, typer.Option(help="How many candidates at most.", min=1)] = 5,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Find the job, brief, prompt and cost behind a copy of a creative. Leaves with 1 when nothing is like it.

    The copy may have been stripped of its record of origin, scaled, recompressed, cut by a tenth, or framed.
    """
    from briefmill.wiring import whence as tracing

    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    if file.stat().st_size > LARGEST:
        raise UsageError(f"{file} is larger than {LARGEST // 2**20} MiB; no creative is.")
    found = tracing.found(options.load(home), file.read_bytes(), limit=limit)
    if json:
        output.as_json([tracing.plain(origin) for origin in found])
    else:
        for origin in found:
            _traced(origin)
    if not found:
        if not json:
            output.line("Nothing that was recorded here is like it.")
        raise typer.Exit(Exit.NO)


def add_to(root: typer.Typer) -> None:
    """Put the group and `whence` under the app."""
    root.add_typer(app, name="receipts")
    root.command()(whence)


def _asked(paths: Iterable[Path]) -> list[tuple[Path, frozenset[str]]]:
    """Each folder once, with the files of it that are asked about; none: all of them."""
    from briefmill.receipts import verification

    wanted: dict[Path, set[str]] = {}
    whole: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise NotFound(f"There is no {path}.")
        folder = verification.folder_of(path.absolute())
        if folder is None:
            raise NotFound(f"{path} is no delivered folder, and lies in none: there is no receipt.json in or above it.")
        inside = path.absolute().relative_to(folder).as_posix()
        if path.is_dir() or inside == verification.FILE:
            whole.add(folder)
        wanted.setdefault(folder, set()).add(inside)
    return [(folder, frozenset() if folder in whole else frozenset(only)) for folder, only in wanted.items()]


def _told(report: "Report") -> None:
    counted = f"{report.files} file{'' if report.files == 1 else 's'}"
    if report.holds:
        output.line(f"{report.folder}: {counted} as delivered; the receipt was signed by {report.signer}")
        return
    output.line(f"{report.folder}: {len(report.wrong)} wrong, of {counted}")
    for one in report.wrong:
        output.line(f"  {one.path}: {one.words}")


def _plain(report: "Report") -> dict[str, Any]:
    return {
        "folder": str(report.folder),
        "job": report.job,
        "campaign": report.campaign,
        "holds": report.holds,
        "files": report.files,
        "signer": report.signer,
        "fingerprint": report.fingerprint,
        "wrong": [{"fault": one.fault.value, "path": one.path, "words": one.words} for one in report.wrong],
    }


def _traced(origin: "Origin") -> None:
    ways = {"same": "the very file", "whole": "a copy of all of it", "cut": "a part of it", "framed": "it, in a frame"}
    bits = f", {origin.bits} of 64 bits apart" if origin.way != "same" else ""
    output.line(f"{origin.path}  ({ways[origin.way]}{bits})")
    rows = (
        ("job", f"{origin.job}, {origin.state}"),
        ("campaign", f"{origin.campaign}, revision {origin.revision}"),
        ("brief", origin.source),
        ("picture", " ".join(part for part in (origin.origin, origin.maker, origin.model) if part)),
        ("prompt", origin.prompt),
        ("cost", f"${origin.cost_usd:.4f} for the job, ${origin.picture_usd:.4f} for the picture"),
    )
    for name, value in rows:
        if value:
            output.line(f"  {name:<9} {value}")

"""`briefmill provenance`: what a file says of its origin; `briefmill ca`: who signs it."""

from pathlib import Path
from typing import Annotated

import typer

from briefmill.errors import Exit, NotFound, UsageError
from briefmill.faces.cli import options, output

app = typer.Typer(help="Read and check the record of origin in a file.", no_args_is_help=True)
ca = typer.Typer(help="See and renew the certificate that files are signed with.", no_args_is_help=True)

LARGEST = 512 * 2**20
"""Bytes of a file that is looked into."""


@app.callback()
def group() -> None:
    """Read and check the record of origin in a file."""


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A delivered picture; FILE.c2pa beside it is read too.")],
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Show a file's record of origin and whether it holds. Leaves with 1 when it does not, or when there is none."""
    from briefmill.provenance import reading
    from briefmill.wiring import sealing

    beside = file.with_name(file.name + ".c2pa")
    data, sidecar = _read(file), _read(beside) if beside.is_file() else b""
    record = reading.read(data, sidecar, within=reading.context(sealing.root(options.load(home))))
    if json:
        output.as_json(
            {
                "file": str(file),
                "state": record.state,
                "holds": record.holds,
                "sidecar": record.sidecar,
                "manifest": record.label,
                "generator": record.generator,
                "signer": record.signer,
                "issuer": record.issuer,
                "actions": record.actions,
                "source_types": record.source_types,
                "ingredients": record.ingredients,
                "manifests": record.manifests,
                "problems": record.problems,
                "xmp": dict(record.xmp or {}),
            }
        )
    else:
        words = {
            "trusted": "it holds, and is signed by this home or somebody it trusts",
            "valid": "it holds; who signed it is unknown here",
            "invalid": "it does NOT hold: the file or its record was changed",
            "none": "there is none",
        }
        output.line(f"record      {words.get(record.state, record.state)}")
        rows = (
            ("problems", ", ".join(record.problems)),
            ("signed by", ", ".join(part for part in (record.signer, record.issuer) if part)),
            ("made with", record.generator),
            ("actions", ", ".join(record.actions)),
            ("types", ", ".join(record.source_types)),
            ("made of", ", ".join(record.ingredients)),
            ("XMP", ", ".join(f"{name.partition(':')[2]}: {value}" for name, value in (record.xmp or {}).items())),
        )
        for name, value in rows:
            if value:
                output.line(f"{name:<11} {value}")
    if not record.holds:
        raise typer.Exit(Exit.NO)


@ca.command("show")
def show_ca(home: options.Home = None, json: options.Json = False) -> None:
    """Show the certificate in force. Leaves with 1 when it cannot sign now."""
    from briefmill.provenance import authority
    from briefmill.wiring import sealing
    from briefmill.wiring.clock import SystemClock

    settings, now = options.load(home), SystemClock().now()
    found = sealing.signer(settings)
    left = found.days_left(now)
    if json:
        output.as_json(
            {
                "subject": found.subject,
                "issuer": found.issuer,
                "fingerprint": found.fingerprint,
                "algorithm": found.algorithm,
                "not_before": found.not_before.isoformat(),
                "not_after": found.not_after.isoformat(),
                "days_left": left,
                "development": found.own,
                "enabled": settings.provenance.enabled,
            }
        )
    else:
        output.line(f"subject      {found.subject}")
        output.line(f"issuer       {found.issuer}")
        output.line(f"fingerprint  {found.fingerprint}")
        output.line(f"algorithm    {found.algorithm}")
        output.line(f"holds until  {found.not_after:%Y-%m-%d} ({left} days)")
        if found.own:
            output.line("For development: readers call what it signs valid, but not trusted. See docs/provenance.md.")
    authority.check(found, now)


@ca.command()
def new(
    root: Annotated[
        bool, typer.Option("--root", help="A new root too; what the old one signed is trusted no more.")
    ] = False,
    home: options.Home = None,
) -> None:
    """Make a new development certificate. A running daemon takes it at its next start."""
    from briefmill.wiring import sealing
    from briefmill.wiring.clock import SystemClock

    settings = options.load(home)
    if sealing.brought(settings) is not None:
        raise UsageError("A certificate of your own is set (provenance.certificate); renew it where you got it.")
    for path in sealing.renew(settings, SystemClock().now(), root=root):
        output.line(f"made  {path}")


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    if path.stat().st_size > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST // 2**20} MiB; no creative is.")
    return path.read_bytes()

"""`briefmill audit`: the tamper-evident trail of everything that happened to every brief."""

from pathlib import Path
from typing import Annotated, Any

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output

app = typer.Typer(help="Read, export and verify the audit trail.", no_args_is_help=True)


def _print(rows: list[dict[str, Any]]) -> None:
    output.table(
        ("no", "at", "job", "event", "detail"),
        (
            (row["number"], row["at"][:23].replace("T", " "), row["job"], row["event"], _brief(row["detail"]))
            for row in rows
        ),
        empty="The trail is empty.",
    )


def _brief(detail: dict[str, Any]) -> str:
    words = " ".join(f"{key}={value}" for key, value in detail.items() if not isinstance(value, dict | list))
    return words if len(words) <= 120 else words[:117] + "..."


@app.command()
def tail(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many rows.")] = 20,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Show the newest rows."""
    with options.desk(home) as desk:
        rows = desk.audit(newest=True, limit=lines)
    if json:
        output.as_json(rows)
    else:
        _print(rows)


@app.command()
def show(
    job: Annotated[str, typer.Argument(help="The job's id.")], home: options.Home = None, json: options.Json = False
) -> None:
    """Show everything that happened to one job."""
    with options.desk(home) as desk:
        desk.job(job)
        rows = desk.audit(job=job)
    if json:
        output.as_json(rows)
    else:
        _print(rows)


@app.command()
def verify(home: options.Home = None, json: options.Json = False) -> None:
    """Walk the whole chain; says which row was the first to be changed, and leaves with 1."""
    with options.desk(home) as desk:
        report = desk.verify_audit()
    if json:
        output.as_json(report)
    elif report["bad_row"]:
        output.line(f"The trail does not hold from row {report['bad_row']} on: {report['reason']}")
    else:
        output.line(f"{report['rows']} rows, all hold. Head: {report['head']}")
    if report["bad_row"]:
        raise typer.Exit(Exit.NO)


@app.command()
def export(
    to: Annotated[Path | None, typer.Argument(help="A new file; standard output when left out.")] = None,
    home: options.Home = None,
) -> None:
    """Write all rows as JSON lines, hashes included, so that anybody can verify them elsewhere."""
    import json

    with options.desk(home) as desk:
        rows = desk.export_audit()
        if to is None:
            for row in rows:
                output.line(json.dumps(row, ensure_ascii=False, sort_keys=True))
            return
        with to.open("x", encoding="utf-8") as file:
            count = 0
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
                count += 1
    output.line(f"{count} rows written to {to}")

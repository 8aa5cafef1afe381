"""`briefmill placements`: the sizes a brief may ask for, with their rules and where those were read."""

from typing import Annotated, Any

import typer

from briefmill.faces.cli import options, output

app = typer.Typer(help="See the placements a brief may ask for.", no_args_is_help=True)


@app.command("list")
def list_placements(home: options.Home = None, json: options.Json = False) -> None:
    """List all placements."""
    with options.desk(home) as desk:
        rows = desk.placements()
    if json:
        output.as_json(rows)
        return
    output.table(
        ("placement", "pixels", "formats", "cap", "overlay", "what it is"),
        (
            (
                row["id"],
                f"{row['width']} x {row['height']}",
                ", ".join(row["formats"]),
                _size(row["max_bytes"]),
                row["overlay"],
                row["title"],
            )
            for row in rows
        ),
        empty="No placements are configured.",
    )


@app.command()
def show(
    placement: Annotated[str, typer.Argument(help="An id, a ratio (4:5) or a size (300x250).")],
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Show one placement, or what a ratio or a size would become."""
    with options.desk(home) as desk:
        rows = desk.placement(placement)
    if json:
        output.as_json(rows)
        return
    for row in rows:
        zone: dict[str, Any] = row["safe_zone"]
        output.line(f"{row['id']}: {row['title']}" if row["title"] else row["id"])
        output.line(f"   pixels     {row['width']} x {row['height']}")
        output.line(f"   formats    {', '.join(row['formats'])}; at most {_size(row['max_bytes']) or 'any size'}")
        output.line("   safe zone  " + ", ".join(f"{side} {pixels} px" for side, pixels in zone.items()))
        output.line(f"   overlay    {row['overlay']}")
        if row["source"]:
            output.line(f"   source     {row['source']} (read on {row['checked_on']})")


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size / 1000:g} kB"

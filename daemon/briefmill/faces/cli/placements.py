"""`briefmill placements`: the sizes a brief may ask for, their rules and sources, and what they look like."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output

app = typer.Typer(help="See the placements a brief may ask for.", no_args_is_help=True)

Network = Annotated[str, typer.Option(help="Only this network's: its name, or how its ids begin (google.display).")]

_OVERLAYS = {
    "allowed": "words and logo",
    "text_only": "words, no logo",
    "forbidden": "no words, no logo on the picture",
}
_PROFILES = {"strip": "dropped", "keep": "kept"}


@app.command("list")
def list_placements(
    words: Annotated[list[str] | None, typer.Argument(help="Only those in which all these words occur.")] = None,
    network: Network = "",
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """List the placements: all of them, or those that match."""
    with options.desk(home) as desk:
        rows = desk.placements(words or (), network=network)
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
        empty="No placement matches." if words or network else "No placements are configured.",
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
        output.line(f"{row['id']}: {row['title']}" if row["title"] else row["id"])
        for name, told in _facts(row):
            output.line(f"   {name:<10} {told}")


@app.command()
def outdated(
    days: Annotated[int, typer.Option(help="How old a reading may be.", min=0)] = 180,
    on: Annotated[
        datetime | None, typer.Option(help="The day to reckon from. Default: today.", formats=["%Y-%m-%d"])
    ] = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """List the placements whose rules should be read again. Leaves with 1 when there are any."""
    today = (on or datetime.now(UTC)).date()
    with options.desk(home) as desk:
        rows = desk.outdated_placements(today=today, days=days)
    if json:
        output.as_json(rows)
    else:
        output.table(
            ("placement", "checked on", "days ago", "source"),
            (
                (row["id"], row["checked_on"] or "never", "" if row["days"] is None else row["days"], row["source"])
                for row in rows
            ),
            empty=f"All placements were checked within {days} days before {today}.",
        )
    if rows:
        raise typer.Exit(Exit.NO)


@app.command()
def preview(
    names: Annotated[list[str] | None, typer.Argument(help="Ids, ratios, sizes or networks. Default: all.")] = None,
    network: Network = "",
    out: Annotated[Path, typer.Option(help="The picture to write.", dir_okay=False)] = Path("placements.png"),
    home: options.Home = None,
) -> None:
    """Draw placements in proportion, with their safe zones and caps, into a PNG."""
    if names and network:
        raise typer.BadParameter("give names or a network, not both", param_hint="--network")
    if out.suffix.lower() != ".png":
        raise typer.BadParameter(f"{out} must end in .png", param_hint="--out")
    with options.desk(home) as desk:
        drawn = desk.blueprint(names or (), network=network)
    out.write_bytes(drawn)
    output.line(f"{out} shows them.")


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What is known of a placement, by the name it is told under; what nothing is known of is left out."""
    facts = [("network", row["network"]), ("pixels", _pixels(row))]
    facts.append(("formats", f"{', '.join(row['formats'])}; at most {_size(row['max_bytes']) or 'any size'}"))
    margins = [f"{side} {pixels} px" for side, pixels in row["safe_zone"].items() if pixels]
    facts.append(("safe zone", ", ".join(margins) or "all of it is free"))
    facts.append(("overlay", _OVERLAYS[row["overlay"]]))
    if row["icc"]:
        facts.append(("profile", f"colour profiles are {_PROFILES[row['icc']]}"))
    if row["text_limits"]:
        facts.append(("texts", "; ".join(_limit(limit) for limit in row["text_limits"])))
    facts.append(("note", row["note"]))
    if row["source"]:
        facts.append(("source", f"{row['source']} (read on {row['checked_on'] or 'an unknown day'})"))
    if row["unsourced"]:
        facts.append(("unsourced", f"{', '.join(row['unsourced'])}: common knowledge, read nowhere"))
    return [(name, told) for name, told in facts if told]


def _pixels(row: dict[str, Any]) -> str:
    told = f"{row['width']} x {row['height']}"
    least = [f"{side} {row[key]}" for side, key in (("width", "min_width"), ("height", "min_height")) if row[key]]
    if least:
        told += f"; at least {', '.join(least)}"
    if row["ratio_tolerance"]:
        told += f"; the shape may differ by {100 * row['ratio_tolerance']:g} %"
    return told


def _limit(limit: dict[str, Any]) -> str:
    """`headline: at most 40 characters, better 27`, with the other figures for Chinese, Japanese and Korean."""
    told = [
        _range(limit[f"{script}warn"], limit[f"{script}fail"]) + where
        for script, where in (("", ""), ("cjk_", " in Chinese, Japanese and Korean"))
        if limit[f"{script}warn"] or limit[f"{script}fail"]
    ]
    return f"{limit['field'].replace('_', ' ')}: {', '.join(told)}"


def _range(warn: int | None, fail: int | None) -> str:
    if fail is None:
        return f"better within {warn} characters"
    return f"at most {fail} characters" + (f", better {warn}" if warn else "")


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size / 1000:g} kB"

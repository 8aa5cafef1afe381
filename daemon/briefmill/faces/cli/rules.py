"""`briefmill rules`: the rules of law in force, what they would find in a brief, and which should be read again.

The rules are data with a source and a date; showing them is no legal advice, and that is said with every list.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from briefmill.errors import Exit, NotFound, UsageError
from briefmill.faces.cli import briefs, options, output

if TYPE_CHECKING:
    from briefmill.rules.lawbook import Lawbook

app = typer.Typer(help="The rules of law: claims, disclaimers, AI disclosure.", no_args_is_help=True)

NO_ADVICE: Final = "This is no legal advice. Rules marked `counsel` are still to be reviewed by a lawyer."

Day = Annotated[
    datetime | None, typer.Option("--on", help="The day whose law counts. Default: today.", formats=["%Y-%m-%d"])
]


@app.command("list")
def list_rules(
    region: Annotated[str, typer.Option(help="Only rules that hold in this country or region (DE, EU).")] = "",
    vertical: Annotated[str, typer.Option(help="Only rules that hold for this trade (alcohol).")] = "",
    on: Day = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """List the rules of law, with their source and when they were reviewed."""
    law = _book(home)
    day = _day(on)
    rows = [_row(law, rule, day) for rule in _chosen(law, region, vertical)]
    if json:
        output.as_json(rows)
        return
    output.table(
        ("rule", "kind", "weight", "where", "trade", "from", "reviewed", "status"),
        (
            (
                row["id"],
                row["kind"],
                row["severity"],
                ", ".join(row["regions"]) or ", ".join(row["networks"]) or "everywhere",
                ", ".join(row["verticals"]) or "every",
                row["from"] or "",
                row["reviewed"],
                row["status"] if not row["outdated"] else "outdated",
            )
            for row in rows
        ),
        empty="No rule holds there.",
    )
    output.line("")
    output.line(NO_ADVICE)


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="The rule's id.")], home: options.Home = None, json: options.Json = False
) -> None:
    """Show one rule: what it looks for or asks for, its law, source and dates."""
    law = _book(home)
    found = next((one for one in law.rules if one.id == rule), None)
    if found is None:
        raise NotFound(f"There is no rule {rule!r}. `briefmill rules list` shows them all.")
    row = _row(law, found, _day(None))
    if json:
        output.as_json(row)
        return
    output.line(f"{row['id']}: {row['title']}")
    for key, value in row.items():
        if key not in {"id", "title"} and value not in (None, "", [], {}, 0, 0.0):
            output.line(f"   {key:<10} {_told(value)}")
    output.line("")
    output.line(NO_ADVICE)


@app.command()
def check(
    file: briefs.File,
    on: Day = None,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Say what the rules would find in a brief, and what they would set on it. Leaves with 65 for an error."""
    from briefmill.wiring import desks, law, making

    settings = options.load(home)
    brief = desks.look(settings, file).reading.brief
    day = _day(on)
    findings = [_plain(finding) for finding in law.judge(settings)(brief, day)]
    small = law.foreseen(settings, brief, day, made=making.is_paid(settings))
    if json:
        output.as_json({"on": day, "findings": findings, "small_print": small})
    else:
        briefs.print_findings(findings)
        for row in small:
            words = f"“{row['text']}”" if row["text"] else "has no words in this language; write them yourself"
            told = "the brief says it already" if row["said"] else words
            output.line(f"set      {row['locale']}, {row['product']}: {told} ({row['rule']})")
        if not findings and not small:
            output.line(f"Nothing is found, and nothing would be set, under the rules of {day}.")
        output.line("")
        output.line(NO_ADVICE)
    if any(finding["severity"] == "error" for finding in findings):
        raise typer.Exit(Exit.BAD_BRIEF)


@app.command()
def outdated(on: Day = None, home: options.Home = None, json: options.Json = False) -> None:
    """List the rules that should be reviewed again, or hold no longer. Leaves with 1 when there are any."""
    law, day = _book(home), _day(on)
    rows = [{**_row(law, rule, day), "why": why} for rule, why in law.outdated(day)]
    if json:
        output.as_json(rows)
    else:
        output.table(
            ("rule", "why", "reviewed", "source", "file"),
            ((row["id"], row["why"], row["reviewed"], row["source"], row["file"]) for row in rows),
            empty=f"On {day} no rule is due for review.",
        )
    if rows:
        raise typer.Exit(Exit.NO)


def _book(home: Path | None) -> "Lawbook":
    from briefmill.wiring import law

    return law.book(options.load(home))


def _day(on: datetime | None) -> date:
    return (on or datetime.now(UTC)).date()


def _chosen(law: "Lawbook", region: str, vertical: str) -> list[Any]:
    from briefmill.briefs import regions
    from briefmill.rules import market

    code = regions.code_of(region) if region else ""
    if region and not code:
        raise UsageError(f"{region!r} is no region. Write a country (DE, Germany) or a group (EU, DACH).")
    if vertical and vertical not in law.verticals:
        raise UsageError(f"{vertical!r} is no trade that the rules know. There are {', '.join(law.verticals)}.")
    asked = market.covered((code,)) if code else frozenset()
    return [
        rule
        for rule in law.rules
        if (not code or not rule.regions or asked & market.covered(rule.regions))
        and (not vertical or not rule.verticals or vertical in rule.verticals)
    ]


def _row(law: "Lawbook", rule: Any, day: date) -> dict[str, Any]:
    told = rule.model_dump(mode="json", by_alias=True)
    return {**told, "file": law.files[rule.id], "outdated": rule.outdated(day)}


def _plain(finding: Any) -> dict[str, Any]:
    from briefmill.domain import codec

    told: dict[str, Any] = codec.plain(finding)
    return told


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_told(inner)}" for key, inner in value.items() if inner)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""`briefmill retention`: what may go from a home by its settings, and letting it go."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefmill.faces.cli import options, output
from briefmill.faces.cli.backup import size

if TYPE_CHECKING:
    from briefmill.settings import Settings
    from briefmill.wiring.clearing import Gone

app = typer.Typer(help="See and carry out what the settings say may be removed.", no_args_is_help=True)


@app.command()
def show(home: options.Home = None, json: options.Json = False) -> None:
    """Show the bounds of each place, and what would go now."""
    settings = options.load(home)
    found = _cleared(settings, dry_run=True)
    rules = _rules(settings)
    if json:
        output.as_json({"bounds": rules, "due": [_row(one) for one in found]})
        return
    for place, rule in rules.items():
        days, most = rule["days"], rule["max_bytes"]
        words = [f"{days:g} days"] if days else []
        words += [f"{size(most)} in all"] if most else []
        output.line(f"{place:<10} {' or '.join(words) or 'for ever'}")
    output.line("")
    _say(found, "due", empty="Nothing is due.")


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Remove what is due now; each removal is a row of the audit trail. The daemon does so by itself."""
    gone = _cleared(options.load(home), dry_run=dry_run)
    if json:
        freed = sum(one.due.size for one in gone)
        output.as_json({"removed": [_row(one) for one in gone], "bytes": freed, "dry_run": dry_run})
    else:
        _say(gone, "would go" if dry_run else "gone", empty="Nothing is due.")


def _cleared(settings: "Settings", *, dry_run: bool) -> "list[Gone]":
    from briefmill.wiring import retaining

    with retaining.opened(settings) as clear:
        return [] if clear is None else clear(dry_run=dry_run)


def _rules(settings: "Settings") -> dict[str, dict[str, Any]]:
    from briefmill.wiring import clearing

    return {place: {"days": one.days, "max_bytes": one.size} for place, one in clearing.bounds(settings).items()}


def _row(one: "Gone") -> dict[str, Any]:
    due = one.due
    return {
        "place": one.place,
        "name": due.unit.name,
        "job": due.unit.job,
        "since": due.unit.at.isoformat(),
        "bytes": due.size,
        "why": due.why,
    }


def _say(found: "list[Gone]", verb: str, *, empty: str) -> None:
    rows = [
        (one.place, one.due.unit.name, f"{one.due.unit.at:%Y-%m-%d}", size(one.due.size), one.due.why)
        for one in found
        if one.place != "work"
    ]
    if copies := [one.due for one in found if one.place == "work"]:
        whole = size(sum(due.size for due in copies))
        rows.append(("work", f"{len(copies)} artefacts", f"{copies[0].unit.at:%Y-%m-%d}", whole, copies[0].why))
    output.table(("place", "name", "since", "size", "why"), rows, empty=empty)
    if found:
        output.line(f"{len(found)} {verb}, {size(sum(one.due.size for one in found))}")

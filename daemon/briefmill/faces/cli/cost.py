"""`briefmill cost`: what was spent, what the month will come to, what budgets have left."""

from enum import StrEnum
from typing import Annotated

import typer

from briefmill.faces.cli import options, output

app = typer.Typer(help="See what pictures have cost, and what is left of the budgets.", no_args_is_help=True)


class By(StrEnum):
    """What sums are made by."""

    DAY = "day"
    CAMPAIGN = "campaign"
    TENANT = "tenant"
    JOB = "job"
    KIND = "kind"
    MODEL = "model"


@app.command()
def report(
    by: Annotated[By, typer.Option(help="What to add up by.")] = By.DAY,
    days: Annotated[int, typer.Option(min=0, help="Only the last so many days, today included; 0 for all.")] = 0,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Add up what was spent."""
    with options.costs(home) as costs:
        found = costs.report(by=by, days=days)
    if json:
        output.as_json(found)
        return
    rows = [*found["rows"], found["total"]] if found["rows"] else []
    output.table(
        (by, "calls", "failed", "spent", "may be gone"),
        (
            (
                row["heading"] or "(not known)",
                row["calls"],
                row["failed"] or "",
                f"${row['spent_usd']:.4f}",
                f"${row['unsure_usd']:.4f}" if row["unsure_usd"] else "",
            )
            for row in rows
        ),
        empty="Nothing was paid for yet.",
    )


@app.command()
def forecast(home: options.Home = None, json: options.Json = False) -> None:
    """Say what this month will come to if it goes on as the last four weeks did."""
    with options.costs(home) as costs:
        found = costs.forecast()
    if json:
        output.as_json(found)
        return
    output.line(f"{found['month']}: ${found['spent_usd']:.2f} spent so far, {found['days_left']:.1f} days left.")
    if not found["days_seen"]:
        output.line("No whole day with a paid call lies behind, so there is nothing to go by.")
        return
    output.line(
        f"At ${found['mean_day_usd']:.2f} a day, the mean of the last {found['days_seen']} days, it will come to "
        f"${found['expected_usd']:.2f}; with days as dear as their dearest in twenty, to ${found['high_usd']:.2f}."
    )


@app.command()
def budget(home: options.Home = None, json: options.Json = False) -> None:
    """Show each budget, what of it is spent and reserved, and what is left."""
    with options.costs(home) as costs:
        found = costs.standing()
    if json:
        output.as_json(found)
        return
    output.table(
        ("budget", "spent", "reserved", "may be gone", "left"),
        (
            (
                row["budget"],
                f"${row['spent_usd']:.2f}",
                f"${row['reserved_usd']:.2f}" if row["reserved_usd"] else "",
                f"${row['unsure_usd']:.2f}" if row["unsure_usd"] else "",
                f"${row['left_usd']:.2f}",
            )
            for row in found
        ),
        empty="No budget is set. See [budget] in config/briefmill.toml.",
    )

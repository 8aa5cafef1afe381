"""Commands around a single brief: check, plan, submit, explain, and what a brief looks like."""

from pathlib import Path
from typing import Annotated, Any

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output

brief = typer.Typer(help="What a brief looks like.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A brief (.json, .yaml, .yml), a bundle folder or a .zip.", exists=True)]


def add_to(app: typer.Typer) -> None:
    """Put this module's commands on the app."""
    app.command()(check)
    app.command()(plan)
    app.command()(submit)
    app.command()(explain)
    app.add_typer(brief, name="brief")


def check(file: File, home: options.Home = None, json: options.Json = False) -> None:
    """Say what is understood of a brief, and every problem at once. Leaves with 65 when it would be refused."""
    with options.desk(home) as desk:
        report = desk.check(file)
    if json:
        output.as_json(report)
    else:
        _print_check(report)
    if report["problems"] or any(finding["severity"] == "error" for finding in report["findings"]):
        raise typer.Exit(Exit.BAD_BRIEF)


def _print_check(report: dict[str, Any]) -> None:
    for problem in report["problems"]:
        output.line(f"problem  {problem['text']}")
    if report["problems"]:
        return
    understood = report["understood"]
    output.line(f"campaign    {understood['title']} ({understood['campaign']})")
    if understood["brand"]:
        output.line(f"brand       {understood['brand']}")
    output.line(f"products    {', '.join(understood['products'])}")
    output.line(f"locales     {', '.join(understood['locales'])}")
    for locale, words in understood["messages"].items():
        output.line(f"            {locale}: {words}")
    output.line(f"placements  {', '.join(understood['placements'])}")
    if understood["regions"]:
        output.line(f"regions     {', '.join(understood['regions'])}")
    output.line(f"creatives   {understood['creatives']}")
    if report["aliases"]:
        output.line("")
        output.table(
            ("as written", "understood as"),
            ((alias["written"], alias["became"]) for alias in report["aliases"]),
            empty="",
        )
    for notice in report["notices"]:
        output.line(f"notice   {notice['text']}")
    print_findings(report["findings"])
    output.line("")
    if any(finding["severity"] == "error" for finding in report["findings"]):
        output.line("This brief would be refused; nothing would be paid for.")
    else:
        output.line("This brief can be made." if not report["notices"] else "This brief can be made; see the notices.")


def print_findings(findings: list[dict[str, Any]]) -> None:
    """What the rules about words find, a line for each and a line for its fix."""
    for finding in findings:
        where = f"{finding['product']}: " if finding["product"] else ""
        output.line(f"{finding['severity']:<8} {where}{finding['message']}")
        if finding["fix"]:
            output.line(f"         {finding['fix']}")


def plan(file: File, home: options.Home = None, json: options.Json = False) -> None:
    """List exactly what a brief would make, the calls it would take, and what they are estimated to cost."""
    with options.desk(home) as desk:
        planned = desk.plan(file)
    if json:
        output.as_json(planned)
        return
    output.table(
        ("product", "picture", "pixels", "likely", "hardly more than"),
        (
            (
                row["product"],
                row["picture"],
                row["pixels"],
                f"${row['estimate_usd']:.3f}" if row["paid"] else "",
                f"${row['p95_usd']:.3f}" if row["paid"] else "",
            )
            for row in planned["pictures"]
        ),
        empty="No pictures.",
    )
    output.line("")
    output.table(
        ("creative", "pixels", "format"),
        ((row["path"], row["pixels"], row["format"]) for row in planned["creatives"]),
        empty="No creatives.",
    )
    output.line("")
    output.line(
        f"{len(planned['creatives'])} creatives, {planned['calls']} paid calls, about ${planned['estimate_usd']:.2f}, "
        f"hardly more than ${planned['p95_usd']:.2f}"
        if planned["calls"]
        else f"{len(planned['creatives'])} creatives, nothing to pay"
    )
    if (words := planned["words"])["texts"]:
        for_what = ", ".join(f"{count} {task}" for task, count in words["by_task"].items())
        output.line(
            f"{words['texts']} texts ({for_what}) written by {words['model']}, about ${words['estimate_usd']:.4f}, "
            f"hardly more than ${words['p95_usd']:.4f}"
        )
    print_findings(planned["findings"])
    if planned["calls"] and planned["delivery"] == "overnight":
        output.line("Made overnight, at half the price: `delivery: now` has them at once.")
    if planned["calls"]:
        learned = planned["learned_from_calls"]
        output.line(f"Learned from {learned} such calls." if learned >= 5 else "Guessed: few such calls were made yet.")


def submit(
    file: File,
    name: Annotated[str, typer.Option(help="Another name in the inbox.")] = "",
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Copy a brief into the inbox, as any user would drop it: checked first, and whole at once."""
    with options.desk(home) as desk:
        dropped = desk.submit(file, name=name)
    if json:
        output.as_json({"inbox": dropped})
    else:
        output.line(f"Dropped as {dropped}. `briefmill jobs list` shows what becomes of it.")


def explain(
    file: Annotated[Path, typer.Argument(help="A path in the inbox.")],
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Say why a file in the inbox is, or is not yet, being taken: the rule, what was measured, the time left."""
    with options.desk(home) as desk:
        told = desk.explain(file)
    if json:
        output.as_json(told)
        return
    for key, value in told.items():
        output.line(f"{key:>10}  {value}")


@brief.command()
def schema() -> None:
    """Print the JSON Schema of a brief, for editors that complete and check while one writes."""
    from briefmill.briefs import schema as schemas

    output.as_json(schemas.schema())


@brief.command()
def example() -> None:
    """Print a commented example brief: `briefmill brief example > inbox/spring.yaml`."""
    from briefmill.briefs import schema as schemas

    output.line(schemas.example().rstrip())

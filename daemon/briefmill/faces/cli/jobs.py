"""`briefmill jobs`: what became of each brief, and what a person may do about it; `claims`: those nobody here knows."""

from typing import Annotated

import typer

from briefmill.domain.job import HEARTBEAT, State
from briefmill.faces.cli import options, output

app = typer.Typer(help="See what became of each brief; retry, release or cancel.", no_args_is_help=True)
claims = typer.Typer(help="See claims that this ledger does not know.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id, j_..., as `jobs list` shows it.")]


_LEGS = {
    "collected": "pictures wait for the next batch",
    "packed": "pictures are made in a batch (within a day)",
    "here": "pictures have come",
    "failed": "pictures were not made",
}


@app.command("list")
def list_jobs(
    state: Annotated[list[State] | None, typer.Option(help="Only jobs in this state; may be given again.")] = None,
    campaign: Annotated[str, typer.Option(help="Only jobs of this campaign.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many, newest first; 0 for all.")] = 50,
    heartbeats: Annotated[bool, typer.Option("--heartbeats", help="The heartbeats that went through.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """List jobs, newest first."""
    with options.desk(home) as desk:
        jobs = desk.jobs(
            states=tuple(state or ()), campaign=campaign, tenant=HEARTBEAT if heartbeats else "", limit=limit
        )
    if json:
        output.as_json(jobs)
        return
    output.table(
        ("job", "state", "source", "campaign", "rev", "created", "cost", "why"),
        (
            (
                job["id"],
                job["state"] if job["state"] != State.RUNNING else f"running: {job['stage']}",
                job["source"],
                job["campaign"],
                job["revision"] or "",
                job["created_at"][:19].replace("T", " "),
                f"${job['cost_usd']:.2f}" if job["cost_usd"] else "",
                job["reason"].splitlines()[0] if job["reason"] else "",
            )
            for job in jobs
        ),
        empty="No jobs yet. Drop a brief into the inbox, or try `briefmill demo`.",
    )


@app.command()
def show(job: JobId, home: options.Home = None, json: options.Json = False) -> None:
    """Show one job: its state, its stages, its creatives, its history."""
    with options.desk(home) as desk:
        found = desk.job(job)
    if json:
        output.as_json(found)
        return
    for key in ("id", "state", "source", "campaign", "revision", "stage", "attempt", "created_at", "updated_at"):
        output.line(f"{key:>12}  {found[key] if found[key] is not None else ''}")
    output.line(f"{'cost':>12}  ${found['cost_usd']:.4f}")
    if found["reason"]:
        output.line(f"{'why':>12}  {found['reason']}")
    for gone in found["removed"]:
        output.line(f"{'removed':>12}  {gone['at'][:10]}, {gone['place']} {gone['name']}: {gone['why']}")
    for leg, told in _LEGS.items():
        if count := sum(line["leg"] == leg for line in found["overnight"]):
            since = min(line["since"] for line in found["overnight"] if line["leg"] == leg)
            output.line(f"{'overnight':>12}  {count} {told} since {since[:16].replace('T', ' ')}")
    if found["duplicate_of"]:
        output.line(f"{'same as':>12}  {found['duplicate_of']}")
    output.line("")
    output.table(
        ("stage", "outcome", "attempt", "seconds", "at"),
        (
            (run["stage"], run["outcome"], run["attempt"], f"{run['duration_s']:.2f}", run["started_at"][:19])
            for run in found["stages"]
        ),
        empty="No stage has ended yet.",
    )
    output.line("")
    output.table(
        ("creative", "pixels", "bytes"),
        ((item["path"], f"{item['width']} x {item['height']}", item["bytes"]) for item in found["creatives"]),
        empty="No creatives.",
    )


@app.command()
def retry(job: JobId, home: options.Home = None) -> None:
    """Send a rejected, held or cancelled job back to work, at the stage where it stopped."""
    with options.desk(home) as desk:
        again = desk.retry(job)
    output.line(f"{again['id']} is {again['state']} again; a running daemon takes it from here.")


@app.command()
def release(job: JobId, home: options.Home = None) -> None:
    """Let a held job go on: a conflicted copy is made after all, a file whose rights were mended is taken."""
    with options.desk(home) as desk:
        again = desk.release(job)
    output.line(f"{again['id']} is {again['state']} again; a running daemon takes it from here.")


@app.command()
def cancel(
    job: JobId,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")] = "cancelled by a person",
    home: options.Home = None,
) -> None:
    """Stop a job that has not come to rest; what it had reserved is released."""
    with options.desk(home) as desk:
        stopped = desk.cancel(job, reason=reason)
    output.line(f"{stopped['id']} is {stopped['state']}.")


@claims.command("list")
def list_claims(home: options.Home = None, json: options.Json = False) -> None:
    """List what is claimed in this inbox and unknown to this ledger: another daemon's, or from before a restore."""
    with options.desk(home) as desk:
        found = desk.unknown_claims()
    if json:
        output.as_json(found)
        return
    for other in found["others"]:
        output.line(f"also served by {other['owner']}: host {other['host'] or '?'}, home {other['home'] or '?'}")
    output.table(
        ("job", "file"),
        ((claim["job"], claim["file"]) for claim in found["claims"]),
        empty="Nothing is claimed in this inbox that this ledger does not know.",
    )


@claims.command("return")
def return_claims(
    job: Annotated[list[str], typer.Argument(help="Claims, as `claims list` shows them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be returned.")] = False,
    home: options.Home = None,
) -> None:
    """Put claims of a daemon that is gone for good back into the inbox. Never while that one may still run."""
    with options.desk(home) as desk:
        if dry_run:
            names = {claim["job"]: claim["file"] for claim in desk.unknown_claims()["claims"]}
            for each in job:
                output.line(f"would return  {names.get(each, f'nothing: {each} is no such claim')}")
            return
        for each in job:
            output.line(f"returned  {desk.return_claim(each)}")

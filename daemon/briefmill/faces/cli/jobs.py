"""`briefmill jobs`: what became of each brief, and the few things a person may do about it."""

from typing import Annotated

import typer

from briefmill.domain.job import State
from briefmill.faces.cli import options, output

app = typer.Typer(help="See what became of each brief; retry or cancel.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id, j_..., as `jobs list` shows it.")]


@app.command("list")
def list_jobs(
    state: Annotated[list[State] | None, typer.Option(help="Only jobs in this state; may be given again.")] = None,
    campaign: Annotated[str, typer.Option(help="Only jobs of this campaign.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many, newest first; 0 for all.")] = 50,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """List jobs, newest first."""
    with options.desk(home) as desk:
        jobs = desk.jobs(states=tuple(state or ()), campaign=campaign, limit=limit)
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
def cancel(
    job: JobId,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")] = "cancelled by a person",
    home: options.Home = None,
) -> None:
    """Stop a job that has not come to rest; what it had reserved is released."""
    with options.desk(home) as desk:
        stopped = desk.cancel(job, reason=reason)
    output.line(f"{stopped['id']} is {stopped['state']}.")

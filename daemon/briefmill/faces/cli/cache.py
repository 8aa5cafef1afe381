"""`briefmill cache`: the made pictures that are kept, so that none is paid for twice."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from briefmill.errors import Exit
from briefmill.faces.cli import options, output

app = typer.Typer(help="See, shorten and check the cache of made pictures.", no_args_is_help=True)


@app.command()
def stats(home: options.Home = None, json: options.Json = False) -> None:
    """Say how much is kept, what it had cost, and when the oldest of it was last of use."""
    from briefmill.wiring import cache

    settings = options.load(home)
    stock = cache.stock(settings)
    bounds = settings.cache
    told = {
        "entries": stock.entries,
        "pictures": stock.pictures,
        "bytes": stock.size,
        "max_bytes": bounds.max_bytes,
        "max_age_days": bounds.max_age_days,
        "shared_between_tenants": bounds.share_between_tenants,
        "paid_usd": stock.paid_micros / 1e6,
        "oldest_use": datetime.fromtimestamp(stock.oldest_use, UTC).isoformat() if stock.entries else None,
        "tenants": {name or "(shared)": size for name, size in sorted(stock.tenants.items())},
    }
    if json:
        output.as_json(told)
        return
    if not stock.entries:
        output.line("Nothing is kept yet.")
        return
    output.line(f"{stock.entries} requests answered by {stock.pictures} pictures, {_megabytes(stock.size)}")
    if bounds.max_bytes:
        output.line(f"{stock.size / bounds.max_bytes:.0%} of the {_megabytes(bounds.max_bytes)} that may be kept")
    output.line(
        f"They had cost ${stock.paid_micros / 1e6:.2f}; "
        f"the oldest in use was last asked for {_moment(stock.oldest_use)[:10]}."
    )


@app.command()
def prune(
    max_bytes: Annotated[
        int | None, typer.Option(min=0, help="Bytes that may stay; 0 for no bound. Default: the setting.")
    ] = None,
    days: Annotated[
        float | None, typer.Option(min=0, help="Days without use; 0 for no bound. Default: the setting.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Remove what is oldest in use, beyond the bounds. What an open job needs, or the last hour used, stays."""
    from briefmill.wiring import cache

    gone = cache.prune(options.load(home), max_bytes=max_bytes, days=days, dry_run=dry_run)
    size = sum(entry.ref.size for entry in gone)
    if json:
        rows = [{"key": entry.key, "bytes": entry.ref.size, "used": _moment(entry.used)} for entry in gone]
        output.as_json({"removed": rows, "bytes": size, "dry_run": dry_run})
        return
    verb = "would go" if dry_run else "gone"
    output.line(f"{len(gone)} {verb}, {_megabytes(size)}")


@app.command()
def verify(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Read every picture; drop what is torn or altered, so that it is made again. Leaves with 1 if there was any."""
    from briefmill.wiring import cache

    good, dropped = cache.verify(options.load(home), dry_run=dry_run)
    if json:
        output.as_json({"good": good, "dropped": list(dropped), "dry_run": dry_run})
    else:
        for words in dropped:
            output.line(f"{'would drop' if dry_run else 'dropped'}  {words}")
        output.line(f"{good} hold, {len(dropped)} {'do not' if dropped else 'broken'}")
    if dropped:
        raise typer.Exit(Exit.NO)


def _megabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()

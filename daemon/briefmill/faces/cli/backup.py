"""`briefmill backup` and `briefmill restore`: a home in one file, and its way back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefmill.faces.cli import options, output

if TYPE_CHECKING:
    from briefmill.keeping.backup import Made, Tell
    from briefmill.keeping.manifest import Manifest
    from briefmill.keeping.restore import Restored


class Part(StrEnum):
    """What a backup may go without."""

    ARCHIVE = "archive"
    CACHE = "cache"
    ASSETS = "assets"
    REJECTED = "rejected"


def add_to(app: typer.Typer) -> None:
    """Put this module's commands on the app."""
    app.command()(backup)
    app.command()(restore)


def backup(
    to: Annotated[
        Path | None, typer.Argument(help="A folder, or a new .zip. Default: backup.folder of the settings.")
    ] = None,
    without: Annotated[list[Part] | None, typer.Option(help="Leave this out; may be repeated.")] = None,
    with_outbox: Annotated[bool, typer.Option("--with-outbox", help="The delivered files themselves, too.")] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Private keys and .env too: whoever has the file has them.")
    ] = False,
    keep: Annotated[
        int | None, typer.Option(min=0, help="The newest so many stay afterwards; 0 keeps all. Default: the setting.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make none; only say which old ones would go.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Pack this home into one verified file, while the daemon works."""
    from briefmill.keeping.manifest import Root
    from briefmill.wiring import keeping

    settings = options.load(home)
    stay = settings.backup.keep if keep is None else keep
    made = None
    if not dry_run:
        left_out = {Root(part.value) for part in without or ()} | (set() if with_outbox else {Root.OUTBOX})
        with shown(json) as tell:
            made = keeping.make(settings, to, without=frozenset(left_out), with_keys=with_keys, tell=tell)
    # The one to come counts in a dry run, too.
    gone = keeping.rotate(settings, to, stay - dry_run, dry_run=dry_run) if stay else ()
    if json:
        removed = [str(one.path) for one in gone]
        output.as_json({**(_told(made) if made else {}), "removed": removed, "dry_run": dry_run})
        return
    if made is not None:
        _say(made)
    for one in gone:
        output.line(f"{'would remove' if dry_run else 'removed'}  {one.path}")
    if dry_run and not gone:
        output.line("No old backup would go.")


def restore(
    backup: Annotated[Path, typer.Argument(help="The .zip that `briefmill backup` made.")],
    force: Annotated[
        bool, typer.Option("--force", help="Set aside what is in the way. Nothing is overwritten.")
    ] = False,
    config: Annotated[bool, typer.Option(help="Bring the configuration back, too.")] = True,
    seal: Annotated[str, typer.Option(help="The seal that was printed when it was made; any other is refused.")] = "",
    check: Annotated[bool, typer.Option("--check", help="Only read the backup whole; touch no home.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    home: options.Home = None,
    json: options.Json = False,
) -> None:
    """Bring a backup back into a home that nobody runs; it is verified first."""
    import os

    from briefmill import settings
    from briefmill.wiring import keeping

    if check:
        with shown(json) as tell:
            manifest, found = keeping.verify(backup, tell)
        _say_sound(manifest, found, json=json)
        return
    where = settings.home_from(home, os.environ, Path.cwd())
    with shown(json) as tell:
        done = keeping.bring_back(
            backup,
            where,
            os.environ,
            expected=seal,
            force=force,
            with_config=config,
            dry_run=dry_run,
            tell=tell,
        )
    if json:
        output.as_json({**_report(done), "home": str(where), "dry_run": dry_run})
    else:
        _say_restored(done, where, dry_run=dry_run)


@contextmanager
def shown(quiet: bool) -> "Iterator[Tell]":
    """A bar on the terminal while something long is done; nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bars: dict[str, Any] = {}

        def tell(what: str, done: int, whole: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=whole)
            progress.update(bars[what], completed=done, total=whole)

        yield tell


def _counts(manifest: "Manifest") -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for one in manifest.files:
        row = counts.setdefault(str(one.root), {"files": 0, "bytes": 0})
        row["files"] += 1
        row["bytes"] += one.size
    return counts


def _about(manifest: "Manifest", seal: str) -> dict[str, Any]:
    return {
        "seal": seal,
        "version": manifest.version,
        "made_at": manifest.made_at.isoformat(),
        "of": manifest.home,
        "tables": manifest.revision,
        "audit_head": manifest.head,
        "rows": manifest.rows,
        "keys": manifest.keys,
        "holds": _counts(manifest),
        "absent": list(manifest.absent),
        "remarks": list(manifest.remarks),
    }


def _told(made: "Made") -> dict[str, Any]:
    return {"path": str(made.path), "bytes": made.size, **_about(made.manifest, made.seal)}


def _say(made: "Made") -> None:
    output.line(f"{made.path}, {size(made.size)}, read back and sound")
    _say_contents(made.manifest, made.seal)


def _say_contents(manifest: "Manifest", seal: str) -> None:
    for root, row in _counts(manifest).items():
        output.line(f"  {root:<10} {row['files']:>7} files  {size(row['bytes']):>10}")
    output.line(
        f"  ledger     {manifest.rows.get('jobs', 0):>7} jobs, {manifest.rows.get('audit', 0)} audit rows, hold"
    )
    output.line(f"  seal       {seal}")
    if manifest.keys:
        output.line("  It holds private keys: whoever has this file can sign and buy as this home. Keep it as one.")
    else:
        output.line("  No private key and no .env in it: keep those yourself, or see --with-keys.")
    if manifest.absent:
        output.line(f"  {len(manifest.absent)} artefacts that the ledger names were gone already (cache, retention).")
    for remark in manifest.remarks:
        output.line(f"  {remark}")


def _say_sound(manifest: "Manifest", seal: str, *, json: bool) -> None:
    if json:
        output.as_json({"sound": True, **_about(manifest, seal)})
        return
    output.line(f"Sound. Made {manifest.made_at:%Y-%m-%d %H:%M} UTC by {manifest.version} of {manifest.home}")
    _say_contents(manifest, seal)


def _report(done: "Restored") -> dict[str, Any]:
    return {
        "files": done.written,
        "bytes": done.size,
        "set_aside": [str(path) for path in done.aside],
        "stayed": len(done.stayed),
        "backup": _about(done.manifest, done.seal),
    }


def _say_restored(done: "Restored", where: Path, *, dry_run: bool) -> None:
    verb = "would be restored" if dry_run else "restored"
    output.line(f"{done.written} files {verb} into {where}, {size(done.size)}")
    for path in done.aside:
        output.line(f"  {'would set aside' if dry_run else 'set aside'}  {path}")
    if done.stayed:
        output.line(f"  {len(done.stayed)} were there already and stayed as they are")
    if dry_run:
        return
    if not done.manifest.keys:
        output.line(
            "  It brought no keys: put .env and your certificate's key back, or let `briefmill ca new` make one."
        )
    output.line(f"Now `briefmill doctor --home {where}`, then `briefmill run --home {where}`.")


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"

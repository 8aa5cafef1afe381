"""Why a path in the inbox is, or is not yet, being taken: the rule, what was measured, the time left.

Answers from another process than the daemon, so it has one look where the daemon compares several. The age of the last
change is told by the file system's own clock against ours, for people only: no decision ever rests on that comparison.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefmill import files
from briefmill.intake import mounts, scan, settle
from briefmill.intake.catalogue import Catalogue, Kind
from briefmill.intake.examine import Examiner
from briefmill.intake.settle import Look, Policy, Settling, Verdict

_LEFT_ALONE = {
    Kind.ASSET: "a picture or font is never taken by itself; a brief beside it may name it",
    Kind.TEMPORARY: "a tool is still writing it; it is looked at when it gets its final name",
    Kind.JUNK: "a tool or a desktop left it here; it is never a brief",
    Kind.PLACEHOLDER: "it stands for a file that was not downloaded; make it available offline",
    Kind.MARKER: "it says that the file or folder of that name is whole, and goes away with it",
    Kind.HIDDEN: "hidden names are left alone; rename it without the leading dot",
    Kind.OTHER: "it is neither a brief (.json, .yaml, .yml) nor a bundle (.zip or a folder)",
}


def explain(
    path: Path, *, inbox: Path, examiner: Examiner, policy: Policy, names: Catalogue, missing: str, now: datetime
) -> dict[str, Any]:
    """What the intake thinks of `path`, as plain data. Blocks. Never raises for what lies there.

    `missing` says why the inbox cannot be trusted at all, empty when it can.
    """
    name = os.fsencode(path.name)
    told: dict[str, Any] = {"file": files.printable(name)}
    if path.parent.resolve() != inbox.resolve():
        return {**told, "verdict": "outside", "reason": f"it is not in the inbox, which is {inbox}"}
    if missing:
        return {**told, "verdict": "offline", "reason": missing}
    blocks = mounts.counts_blocks(inbox)
    # The whole inbox, as the daemon sees it: what lies beside a file may tell something of it.
    entries = {entry.name: entry for entry in scan.Scanner(inbox=inbox, catalogue=names).scan(blocks=blocks)}
    try:
        named = entries[name].named
        look = entries[name].look or scan.look_at(bytes(path), blocks=blocks)
    except (KeyError, OSError):
        return {**told, "verdict": "gone", "reason": "it is not in the inbox"}
    told |= {"kind": str(named.kind), "rule": named.rule, **_measured(look, now)}
    if named.kind in _LEFT_ALONE:
        return {**told, "verdict": "ignored", "reason": _LEFT_ALONE[named.kind]}
    age: float = max(0.0, told["unchanged_s"])
    # One look proves nothing to the daemon; here the file system's word for the last change stands in for another.
    first = settle.step(None, look, -age, policy)
    state = settle.step(replace(first, until=-age), look, 0.0, policy)
    if state.verdict in {Verdict.WAITING, Verdict.PLACEHOLDER}:
        left = {} if state.until is None else {"left_s": round(_left(state, age, policy), 1)}
        return {**told, "verdict": str(state.verdict), "reason": state.reason, **left}
    try:
        evidence = examiner.examine(path, look)
    except OSError as error:
        return {**told, "verdict": "ready", "reason": f"it cannot be read ({error.strerror}): it will be held"}
    ended = settle.conclude(state, evidence, 0.0, policy)
    told |= {"open_for_writing": str(evidence.writer), "content": str(evidence.content)}
    if named.kind is Kind.CONFLICT:
        words = f"a conflicted copy of {files.printable(named.of)} by {named.tool}: held until a person chooses"
        return {**told, "verdict": "held", "reason": words}
    if ended.verdict is Verdict.WAITING:
        grace_s = policy.grace(evidence.content)
        wait = max(0.0, grace_s - age) if grace_s else policy.again_s
        return {**told, "verdict": "waiting", "reason": ended.reason, "left_s": round(wait, 1)}
    return {**told, "verdict": "ready", "reason": "it is taken at the next scan of a running daemon"}


def _left(state: Settling, age: float, policy: Policy) -> float:
    """Seconds until a waiting entry may be taken, if nothing about it changes."""
    return max(0.0, (max(policy.grace_s, policy.quiet_s) if state.look.arriving else policy.quiet_s) - age)


def _measured(look: Look, now: datetime) -> dict[str, Any]:
    changed = datetime.fromtimestamp(max(look.mtime_ns, look.ctime_ns) / 1e9, UTC)
    return {
        "shape": str(look.shape),
        "bytes": look.size,
        "on_disk_bytes": None if look.blocks is None else look.blocks * 512,
        "unchanged_s": round((now - changed).total_seconds(), 1),
    }

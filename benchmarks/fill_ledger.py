"""Delivered jobs in a home's ledger, as many as asked for, through its real offices. `fill_ledger.py HOME COUNT`

Every job goes the whole way: begun, taken, admitted, claimed and finished stage by stage, with twelve creatives. Many
threads do it, because the ledger shares one commit among all who wait for it.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Creative
from briefmill.domain.job import LEASES, Stage, State
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Finish, Source, StageResult
from briefmill.wiring.clock import SystemClock

TOGETHER = 250
THREADS = 16
CREATIVES = tuple(
    Creative(
        product="p",
        locale=locale,
        placement=f"{number}",
        ref=Ref(sha256=f"{number:064x}", size=1000, media_type="image/jpeg"),
        width=1080,
        height=1080,
        extension="jpg",
        quality=85,
        alt_text="An old creative",
    )
    for locale in ("en-US", "de-DE")
    for number in range(6)
)
OUTPUTS = {
    Stage.OVERLAY: {"creatives": [codec.plain(one) for one in CREATIVES], "keys": [], "layouts": {}, "reused": 0},
    Stage.COMPLIANCE: {"findings": []},
}


def admit(ledger, job, number):
    brief = Ref(sha256=f"{number + 1:064x}", size=1000, media_type="application/json")
    ledger.journal.admit(
        job, Admission(snapshot=Snapshot(name="b.json", brief=brief), reading=brief, campaign=f"old-{number}")
    )


def advance(ledger, group):
    """One job through one lease group."""
    claim = ledger.claims.claim(group[0], "bench", 600.0)
    now = datetime.now(UTC)
    results = tuple(
        StageResult(
            stage=stage, outcome="ok", started_at=now, duration_s=0.1, output={**OUTPUTS.get(stage, {}), "seconds": 0.1}
        )
        for stage in claim.stages
    )
    last = group == LEASES[-1]
    state, creatives = (State.DELIVERED, CREATIVES) if last else (None, ())
    ledger.claims.finish(claim, Finish(results=results, state=state, creatives=creatives))


def main():
    home, count = Path(sys.argv[1]), int(sys.argv[2])
    folder = home / "state"
    folder.mkdir(exist_ok=True)
    ledger = SqlLedger(folder / "briefmill.db", SystemClock())
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, count, TOGETHER):
            numbers = range(start, min(start + TOGETHER, count))
            sources = [Source(name=f"old-{number}.json", raw=b"old-%d.json" % number) for number in numbers]
            jobs = [job.id for job in ledger.journal.begin_all(sources)]
            ledger.journal.took_all(jobs)
            list(pool.map(admit, [ledger] * len(jobs), jobs, numbers))
            for group in LEASES:
                list(pool.map(advance, [ledger] * len(jobs), [group] * len(jobs)))
    delivered = ledger.records.counts()[State.DELIVERED]
    ledger.close()
    if delivered != count:
        raise SystemExit(f"{delivered} of {count} jobs were delivered")


if __name__ == "__main__":
    main()

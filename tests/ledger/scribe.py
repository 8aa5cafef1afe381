"""Writes jobs into a ledger without end and says of each when it is durable; to be killed."""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from briefmill.ledger.sql import SqlLedger


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        raise NotImplementedError


def scribble(ledger: SqlLedger) -> None:
    while True:
        job = ledger.journal.begin(source="brief.json", source_raw=b"brief.json")
        ledger.journal.took(job.id)
        sys.stdout.write(f"{job.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    opened = SqlLedger(Path(sys.argv[1]), WallClock())
    threads = [threading.Thread(target=scribble, args=(opened,)) for _ in range(4)]
    for thread in threads:
        thread.start()

"""The fake OpenAI as another process, and what its book says beside what the ledger says."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parents[2] / "config" / "demo" / "scenarios"
PICTURES = ("images.generations", "images.edits")


class Provider:
    """`python -m briefmill.fake_openai` with its book in a file."""

    def __init__(self, folder: Path, scenario: Path | None = None) -> None:
        self.book = folder / "book.jsonl"
        words = ["--book", str(self.book), *(["--scenario", str(scenario)] if scenario else [])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "briefmill.fake_openai", *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        assert self.url.startswith("http://127.0.0.1:"), self.url

    def calls(self):
        return [json.loads(line) for line in self.book.read_text().splitlines()] if self.book.exists() else []

    def pictures(self):
        """The calls for pictures."""
        return [call for call in self.calls() if call["route"] in PICTURES]

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextlib.contextmanager
def provider(home, scenario: Path | None = None):
    """A fake, and a home that buys there."""
    fake = Provider(home.path.parent, scenario)
    home.environ["OPENAI_API_KEY"] = "sk-fake"
    home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.url
    home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "60000"
    try:
        yield fake
    finally:
        fake.close()


@dataclass(frozen=True)
class Row:
    number: int
    job: str
    key: str
    outcome: str
    cost: int
    estimate: int
    usage: dict
    kind: str


def spend(home) -> list[Row]:
    """The ledger's rows of paid calls, read with nothing of the product."""
    with closing(sqlite3.connect(f"file:{home.path / 'state' / 'briefmill.db'}?mode=ro", uri=True)) as ledger:
        found = ledger.execute(
            "SELECT number, job, key, outcome, cost_micros, estimate_micros, usage, kind FROM spend ORDER BY number"
        ).fetchall()
    return [
        Row(
            number=number,
            job=job,
            key=key,
            outcome=outcome,
            cost=cost or 0,
            estimate=estimate,
            usage=json.loads(usage),
            kind=kind,
        )
        for number, job, key, outcome, cost, estimate, usage, kind in found
    ]


def posted(home) -> int:
    """How many jobs have wishes that wait for a batch, or travel in one."""
    database = home.path / "state" / "briefmill.db"
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as ledger:
            return ledger.execute("SELECT count(DISTINCT job) FROM overnight").fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # the daemon is about to make it


@dataclass(frozen=True)
class Reckoning:
    """The server's bill beside the ledger's.

    `answered` calls were charged and their picture arrived: the ledger has them as settled, one row each. `unheard`
    were charged and their answer never arrived whole: the ledger has them as perhaps charged. `unaccounted` holds a
    sentence for each key where the two do not agree.
    """

    charged: int
    settled: int
    unsure: int
    server_micros: int
    ledger_micros: int
    unsure_micros: int
    unaccounted: tuple[str, ...]


def reckoned(fake: Provider, home) -> Reckoning:
    """Hold the two books side by side, request by request.

    For each request key, every charged call of the server must be a row of the ledger of its own: a settled one, or one
    that says that it may have been charged. No row may be settled that the server did not charge.
    """
    charged: dict[str, list[dict]] = {}
    for call in fake.pictures():
        if call["charged"]:
            charged.setdefault(call["key"], []).append(call)
    rows: dict[str, list[Row]] = {}
    for row in spend(home):
        rows.setdefault(row.key, []).append(row)
    wrong = []
    for key in sorted({*charged, *rows}):
        paid, known = charged.get(key, []), rows.get(key, [])
        outcomes = Counter(row.outcome for row in known)
        if outcomes["ok"] > 1:
            wrong.append(f"{key[:12]}: settled {outcomes['ok']} times")
        if outcomes["ok"] > len(paid):
            wrong.append(f"{key[:12]}: settled, and the server charged nothing")
        if len(paid) > outcomes["ok"] + outcomes["unknown"] + outcomes[""]:
            wrong.append(f"{key[:12]}: charged {len(paid)} times, known {dict(outcomes)}")
        costs = Counter(call["cost_micros"] for call in paid)
        for row in known:
            told = row.usage.get("output_tokens")
            exact = row.outcome == "ok" and isinstance(told, int) and told > 0
            if exact and not costs[row.cost]:
                wrong.append(f"{key[:12]}: settled at {row.cost}, charged {dict(costs)}")
    settled = [row for each in rows.values() for row in each if row.outcome == "ok"]
    unsure = [row for each in rows.values() for row in each if row.outcome in {"unknown", ""}]
    bill = [call for each in charged.values() for call in each]
    return Reckoning(
        charged=len(bill),
        settled=len(settled),
        unsure=len(unsure),
        server_micros=sum(call["cost_micros"] for call in bill),
        ledger_micros=sum(row.cost for row in settled),
        unsure_micros=sum(row.estimate for row in unsure),
        unaccounted=tuple(wrong),
    )


@contextlib.contextmanager
def serving(home):
    """A running daemon, stopped at the end, however that is reached."""
    process = home.start()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL, and nothing left behind."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)

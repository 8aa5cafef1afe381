"""A night of faults and kills, and what must be true in the morning."""

import json
import random
import subprocess
import time
from collections import Counter
from pathlib import Path

from ruamel.yaml import YAML

from acceptance import faking

RIGHT_REASONS = ("safety system", "moderation")
"""Words of the only faults of the night that are a brief's own."""


SHIFT_S = 40.0


def brief(number: int) -> str:
    """A small brief with one picture of its own."""
    return (
        f"campaign: Night {number}\nmessage: Begin gently {number}\n"
        f"products: [{{id: cup, name: Stoneware cup {number}}}]\nplacements: ['300x250']\n"
    )


def without_account_troubles(scenario: Path, folder: Path) -> Path:
    """The same scenario, but for what an account lacks: each of those pauses the daemon for five minutes."""
    told = YAML(typ="safe", pure=True).load(scenario.read_text())
    lacking = {"insufficient_quota", "billing_hard_limit", "invalid_key", "unverified", "model_retired"}
    told["rules"] = [rule for rule in told["rules"] if rule["do"].get("fault") not in lacking]
    path = folder / "night.yaml"
    path.write_text(json.dumps(told))
    return path


class Night:
    """Drops briefs, kills the daemon on the way, lets it come to rest, and holds the books side by side."""

    def __init__(self, home, fake: faking.Provider, *, briefs: int, kills: int, seed: int = 7) -> None:
        self.home, self.fake = home, fake
        self._briefs, self._kills = briefs, kills
        self._chance = random.Random(seed)
        self.states: Counter[str] = Counter()
        self.jobs: list[dict] = []
        self.killed = 0
        home.environ["BRIEFMILL_ENGINE__GENERATE_CONCURRENCY"] = "8"
        home.environ["BRIEFMILL_OPENAI__MODERATION"] = "on"
        # A kill takes the try with it: what is killed twenty times must not be given up for that.
        home.environ["BRIEFMILL_ENGINE__ATTEMPTS"] = "60"

    def run(self, patience_s: float = 1500.0) -> None:
        """The whole night. What an account lacks (quota, key, model) pauses all its calls for five minutes; whoever
        mends it starts the daemon anew, and so does this, so that only the briefs that met it wait.
        """
        for number in range(self._briefs):
            self.home.drop(f"{number}.yaml", brief(number))
        ends = time.monotonic() + patience_s
        for _ in range(self._kills):
            daemon = self.home.start("-m", "briefmill", "run", "--until-idle")
            if self._lived(daemon, self._chance.uniform(1.5, 4.0)):
                faking.kill(daemon)
                self.killed += 1
        while time.monotonic() < ends:
            daemon = self.home.start("-m", "briefmill", "run", "--until-idle")
            if not self._lived(daemon, SHIFT_S):
                break
            daemon.terminate()
            if self._lived(daemon, 60.0):
                faking.kill(daemon)
        self.jobs = self.home.jobs()
        self.states = Counter(job["state"] for job in self.jobs)

    def _lived(self, daemon: subprocess.Popen, seconds: float) -> bool:
        try:
            daemon.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def faults(self) -> list[str]:
        """What must not be, in sentences."""
        found = list(faking.reckoned(self.fake, self.home).unaccounted)
        if len(self.jobs) != self._briefs:
            found.append(f"{self._briefs} briefs were dropped, {len(self.jobs)} jobs are known")
        for job in self.jobs:
            own = job["state"] == "rejected" and any(words in job["reason"] for words in RIGHT_REASONS)
            if job["state"] != "delivered" and not own:
                found.append(f"{job['source']} is {job['state']}: {job['reason']}")
            folder = self.home.path / "outbox" / job["folder"] / "receipt.json"
            if job["state"] == "delivered" and not folder.is_file():
                found.append(f"{job['source']} is delivered, and its folder is not there")
        wrong = [call for call in self.fake.calls() if call["outcome"] == "invalid"]
        found += [f"a request that the API would not take: {call['detail']}" for call in wrong]
        return found

    def told(self) -> str:
        """The figures, for a report."""
        books = faking.reckoned(self.fake, self.home)
        return (
            f"{self._briefs} briefs, {self.killed} kills: {dict(self.states)}; "
            f"server charged {books.charged} calls, ${books.server_micros / 1e6:.4f}; "
            f"ledger settled {books.settled}, ${books.ledger_micros / 1e6:.4f}, and {books.unsure} perhaps charged "
            f"(${books.unsure_micros / 1e6:.4f} reserved)"
        )

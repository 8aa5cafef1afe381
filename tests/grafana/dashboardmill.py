"""A real daemon that works, and a real Prometheus that watches it: what the dashboards are tried on and drawn from.

A fake OpenAI sells the pictures. What is dropped ends in every way a brief can end: delivered, bought, found in the
cache, the same again, refused when read, refused by a rule, held over a budget.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

from boards.asking import Prometheus

from briefmill.fake_openai import FakeOpenAI, Scenario

PROMETHEUS = shutil.which("prometheus")
BUSY = """
rules:
  - {when: {route: images.generations, nth: 2}, do: {fault: rate_limited, retry_after_s: 0.05}}
  - {when: {share: 1}, do: {latency_s: 0.1}}
"""
BRAND = """\
name: Strict
forbidden_words: [cheap]
"""


def brief(
    campaign: str, *, message: str = "Begin gently", brand: str = "Halden", product: str = "Stoneware cup"
) -> str:
    return json.dumps(
        {
            "campaign": campaign,
            "message": {"en": message},
            "brand": {"name": brand, "palette": ["#123F4A", "#F2B84B"]},
            "products": [{"id": "cup", "name": product}],
            "placements": ["300x250", "1:1"],
        }
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mill:
    """The daemon, its home, and the Prometheus that scrapes it every second."""

    def __init__(
        self, folder: Path, fake: FakeOpenAI, *, heartbeat: str = "10s", budget: str = "2", window: str = "20s"
    ) -> None:
        self.home = folder / "home"
        self.fake = fake
        self.listen = f"127.0.0.1:{free_port()}"
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("BRIEFMILL_", "OPENAI_"))},
            "BRIEFMILL_HOME": str(self.home),
            "BRIEFMILL_TELEMETRY__LISTEN": self.listen,
            "BRIEFMILL_TELEMETRY__HEARTBEAT": heartbeat,
            "BRIEFMILL_LOGGING__FORMAT": "json",
            "BRIEFMILL_INTAKE__QUIET_S": "0.1",
            "BRIEFMILL_INTAKE__INTERVAL_S": "0.3",
            "BRIEFMILL_BUDGET__DAY_USD": budget,
            "OPENAI_API_KEY": fake.key,
            "BRIEFMILL_OPENAI__BASE_URL": fake.base_url,
            "BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE": "6000",
        }
        self.prometheus = Prometheus(
            url=f"http://127.0.0.1:{free_port()}",
            variables={"__rate_interval": window, "__range": "5m", "instance": ".*"},
        )
        self._folder = folder

    @contextlib.contextmanager
    def running(self):
        """Both serve while the block runs, and each has been seen to."""
        briefmill = [sys.executable, "-m", "briefmill"]
        subprocess.run([*briefmill, "init"], env=self.environ, check=True, capture_output=True)
        (self.home / "config" / "brands" / "strict.yaml").write_text(BRAND)
        config = self._folder / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            "scrape_configs:\n"
            f"  - {{job_name: briefmill, static_configs: [{{targets: ['{self.listen}']}}]}}\n"
        )
        watching = [
            PROMETHEUS,
            f"--config.file={config}",
            f"--storage.tsdb.path={self._folder / 'tsdb'}",
            f"--web.listen-address={self.prometheus.url.removeprefix('http://')}",
            "--log.level=error",
        ]
        log = self._folder / "daemon.log"
        with (
            log.open("w") as errors,
            subprocess.Popen([*briefmill, "run"], env=self.environ, stderr=errors) as daemon,
            subprocess.Popen(watching) as prometheus,
        ):
            try:
                self.until(lambda: self.count("up") == 1)
                yield self
            finally:
                for process in (daemon, prometheus):
                    process.terminate()
                for process in (daemon, prometheus):
                    process.wait(60)

    def drop(self, name: str, text: str) -> None:
        arriving = self.home / "inbox" / f".{name}.arriving"
        arriving.write_text(text)
        arriving.rename(self.home / "inbox" / name)

    def count(self, expr: str) -> float:
        """The sum of an expression's series now; 0 while Prometheus does not answer."""
        try:
            return sum(answer.last or 0 for answer in self.prometheus.now(expr))
        except (urllib.error.URLError, ConnectionError):
            return 0

    def until(self, met, *, patience_s: float = 60.0) -> None:
        """Look again and again until a condition of the running processes is met."""
        ends = time.monotonic() + patience_s
        while not met():
            assert time.monotonic() < ends, (self._folder / "daemon.log").read_text()[-4000:]
            time.sleep(0.1)

    def load(self) -> None:
        """Drop what ends in every way, and wait until Prometheus knows how it ended."""
        self.drop("bought.json", brief("bought"))
        self.until(lambda: self.count('briefmill_briefs_total{outcome="delivered"}') >= 1)
        self.drop("again.json", brief("bought"))
        self.drop("kept.json", brief("bought", message="Begin slowly"))
        self.drop("forbidden.json", brief("forbidden", message="So cheap", brand="Strict"))
        self.drop("broken.json", '{"campaign": "broken"}')
        (self.home / "inbox" / "Thumbs.db").touch()
        for outcome, least in (("delivered", 2), ("rejected", 2), ("duplicate", 1)):
            self.until(lambda o=outcome, n=least: self.count(f'briefmill_briefs_total{{outcome="{o}"}}') >= n)
        self.until(lambda: self.count('briefmill_heartbeats_total{outcome="ok"}') >= 1)
        self.until(lambda: self.count("briefmill_refusals") >= 2)
        scraped = self.count("sum(scrape_samples_scraped)") and time.time()
        self.until(lambda: self.count("min(timestamp(up))") > scraped + 1)


@contextlib.contextmanager
def grinding(folder: Path, **words):
    """A mill that has something to buy from."""
    with FakeOpenAI(Scenario.parse(BUSY)) as fake, Mill(folder, fake, **words).running() as mill:
        yield mill

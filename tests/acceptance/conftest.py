"""A real home, a real process: what a user has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BRIEF = """\
campaign: Morning Light
message: {en: Begin gently, ar: ابدأ بلطف}
brand: {name: Halden, palette: ["#123F4A", "#F2B84B"]}
products: [{id: cup, name: Stoneware cup}]
placements: ["300x250", "1:1"]
"""


class Home:
    """A home folder and the command run on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("BRIEFMILL_", "OPENAI_"))},
            "BRIEFMILL_HOME": str(path),
            "BRIEFMILL_TELEMETRY__LISTEN": "",
            "BRIEFMILL_INTAKE__QUIET_S": "0.1",
            "BRIEFMILL_INTAKE__INTERVAL_S": "0.2",
            "BRIEFMILL_INTAKE__GRACE_S": "1",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }

    def command(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def json(self, *words: str, code: int = 0):
        return json.loads(self.command(*words, "--json", code=code))

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *(words or ("-m", "briefmill", "run"))],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def drop(self, name: str, text: str | bytes = BRIEF) -> Path:
        path = self.path / "inbox" / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_until_idle(self) -> None:
        self.command("run", "--until-idle")

    def jobs(self):
        return self.json("jobs", "list", "--limit", "0")

    def inbox(self):
        return sorted(path.name for path in (self.path / "inbox").iterdir() if path.name != ".briefmill")


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    made.command("init")
    return made

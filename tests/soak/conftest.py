"""The soak's own length: SOAK_HOURS simulated hours of SOAK_HOUR_S real seconds each."""

import os
from pathlib import Path

import pytest

from soak.shift import Shift

HOURS = int(os.environ.get("SOAK_HOURS", "24"))
HOUR_S = float(os.environ.get("SOAK_HOUR_S", "30"))
BUILD = Path(__file__).parents[2] / "build"


def pytest_collection_modifyitems(items):
    for item in items:
        if "soak" in item.path.parts:
            item.add_marker(pytest.mark.timeout(HOURS * HOUR_S * 3 + 600))


@pytest.fixture
def shift(tmp_path):
    made = Shift(tmp_path / "home", hours=HOURS, hour_s=HOUR_S)
    made.command("init")
    yield made
    BUILD.mkdir(exist_ok=True)
    (BUILD / "soak.md").write_text(made.table(), encoding="utf-8")

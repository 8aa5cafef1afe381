"""The house that disasters come over, and where it stands."""

import os
import tempfile
from pathlib import Path

import pytest

from intake.intakekit import House

SHM = Path("/dev/shm")


@pytest.fixture
async def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def quick_path(tmp_path):
    """A folder in memory where there is one: thousands of lives are lived there, and none needs the disk's own time."""
    if not os.access(SHM, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        yield Path(folder)

"""The house of these tests."""

import pytest

from intake.intakekit import House


@pytest.fixture
async def house(tmp_path):
    return House(tmp_path)

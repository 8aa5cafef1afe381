"""What differs between two configurations, and what of it can hold at once."""

import pytest

from briefmill.settings import Settings, between, settled
from briefmill.settings.changes import FIXED


@pytest.fixture
def load(tmp_path):
    def loaded(**said):
        return Settings.load(tmp_path, {f"BRIEFMILL_{name}": value for name, value in said.items()})

    return loaded


def test_every_fixed_name_is_a_setting(load):
    settings = load()
    for section, keys in FIXED.items():
        assert set(keys) <= set(type(getattr(settings, section)).model_fields), section


def test_differences_are_named_in_order(load):
    old, new = load(), load(LOGGING__LEVEL="debug", INTAKE__QUIET_S="5", OPENAI__API_KEY="abc")
    assert between(old, new) == ("intake.quiet_s", "openai.api_key", "logging.level")
    assert between(new, new) == ()


def test_a_changed_key_is_a_difference(load):
    assert between(load(OPENAI__API_KEY="abc"), load(OPENAI__API_KEY="abd")) == ("openai.api_key",)


def test_what_the_process_holds_on_to_waits_and_the_rest_holds(load, tmp_path):
    old = load()
    new = load(
        FOLDERS__OUTBOX="out", TELEMETRY__LISTEN="127.0.0.1:1", LOGGING__FORMAT="json", LOGGING__LEVEL="debug",
        BUDGET__DAY_USD="5",
    )  # fmt: skip
    holding, waiting = settled(old, new)
    assert waiting == ("folders.outbox", "telemetry.listen", "logging.format")
    assert holding.folders.outbox == tmp_path / "outbox"
    assert holding.telemetry == old.telemetry
    assert (holding.logging.format, holding.logging.level, holding.budget.day_usd) == ("auto", "debug", 5.0)
    assert between(old, holding) == ("budget.day_usd", "logging.level")


def test_it_can_still_say_where_its_values_came_from(load):
    holding, _ = settled(load(), load(BUDGET__DAY_USD="5"))
    assert {entry.key for entry in holding.explain() if entry.source == "env"} == {"budget.day_usd"}

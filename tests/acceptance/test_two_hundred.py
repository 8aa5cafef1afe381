"""A bad night, in small: a third of all calls goes wrong, the daemon is killed, and both books agree at the end.

The whole of it (200 briefs, 20 kills) is `make storm-money`; this is what every test run can afford.
"""

import pytest

from acceptance import badnight, faking

pytestmark = pytest.mark.acceptance


@pytest.mark.timeout(900)
def test_a_bad_night_with_kills_ends_with_both_books_alike(home):
    scenario = badnight.without_account_troubles(faking.SCENARIOS / "night.yaml", home.path.parent)
    with faking.provider(home, scenario) as fake:
        night = badnight.Night(home, fake, briefs=24, kills=3)
        night.run(patience_s=600.0)
        assert night.faults() == []
        assert night.states["delivered"] > 12


def test_a_second_drop_with_one_changed_locale_makes_no_picture_call(home):
    words = "campaign: Twice\nmessage: {{en: Begin, de: {german}}}\nproducts: [{{id: cup, name: Cup}}]\n"
    with faking.provider(home, faking.SCENARIOS / "calm.yaml") as fake:
        home.drop("first.yaml", words.format(german="Beginne"))
        home.run_until_idle()
        paid = len(fake.pictures())
        assert paid
        home.drop("second.yaml", words.format(german="Fang an"))
        home.run_until_idle()
        assert [job["state"] for job in home.jobs()] == ["delivered", "delivered"]
        assert len(fake.pictures()) == paid
        assert (home.path / "outbox" / "twice.r2").is_dir()


def test_a_dollar_is_never_overdrawn_by_sixteen_briefs_at_once(home):
    home.environ["BRIEFMILL_BUDGET__DAY_USD"] = "1"
    home.environ["BRIEFMILL_ENGINE__GENERATE_CONCURRENCY"] = "16"
    home.environ["BRIEFMILL_OPENAI__CONCURRENCY"] = "16"
    with faking.provider(home, faking.SCENARIOS / "calm.yaml") as fake:
        for number in range(16):
            home.drop(f"{number}.yaml", badnight.brief(number))
        home.run_until_idle()
        states = {job["state"] for job in home.jobs()}
        assert states == {"delivered", "held"}
        spent = sum(call["cost_micros"] for call in fake.pictures() if call["charged"])
        assert 0 < spent <= 1_000_000
        found = faking.reckoned(fake, home)
        assert not found.unaccounted
        assert found.server_micros == found.ledger_micros == spent

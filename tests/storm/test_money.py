"""A bad night at the provider: 200 briefs, three calls in ten go wrong in every way, the daemon is killed 20 times.

In the morning every brief is delivered, or refused for a reason of its own, and the server's book and the ledger agree
request by request: what was charged and answered is settled to the micro-dollar, what was charged and never answered is
known as perhaps charged.
"""

import os

from acceptance import badnight, faking
from acceptance.conftest import Home

SHORT = os.environ.get("STORM", "") == "short"


def test_two_hundred_briefs_a_bad_night_and_twenty_kills(tmp_path, capsys):
    home = Home(tmp_path / "home")
    home.command("init")
    briefs, kills = (40, 5) if SHORT else (200, 20)
    with faking.provider(home, faking.SCENARIOS / "night.yaml") as fake:
        night = badnight.Night(home, fake, briefs=briefs, kills=kills)
        night.run(patience_s=1400.0)
        with capsys.disabled():
            print(f"\n{night.told()}")
        assert night.faults() == []
        assert night.states["delivered"] > briefs / 2
        assert night.killed >= kills * 0.8

"""What a call will cost: learned from what calls like it have cost, guessed from the price file until there are any.

The provider charges by tokens and tells their number afterwards, so that one and the same picture costs now more, now
less. A plan tells the middle (p50) and what nineteen of twenty stay under (p95). More is reserved before a call: a
budget must hold for the twentieth, too, and while sixteen calls are under way of whose price nothing is known yet.
"""

import math
import statistics
from collections.abc import Sequence
from typing import Final

from briefmill.domain.money import Quote

ENOUGH: Final = 5
"""So many calls make a price that is known; fewer only correct a guess upwards."""

GUESS_MARGIN: Final = 1.25
"""How much more than a guess a call may cost, before any was seen."""

RESERVE_UNSEEN: Final = 300
"""Percent of the guess, set aside for a call before any was seen: models of one family differ by three times."""

RESERVE_SEEN: Final = 110
"""Percent of the dearest call seen, set aside for the next: one and the same picture varies by some six either way."""


def quote(seen: Sequence[int], guess: int) -> Quote:
    """The price of a call, by what others of its grade have cost and by the price file's guess, all in micros."""
    if not seen:
        return Quote(
            p50=guess, p95=math.ceil(guess * GUESS_MARGIN), reserve=math.ceil(guess * RESERVE_UNSEEN / 100), learned=0
        )
    dearest = math.ceil(max(seen) * RESERVE_SEEN / 100)
    if len(seen) < ENOUGH:
        likely = math.ceil(guess * GUESS_MARGIN)
        return Quote(p50=guess, p95=likely, reserve=max(likely, dearest), learned=len(seen))
    p95 = math.ceil(statistics.quantiles(seen, n=20, method="inclusive")[-1])
    return Quote(p50=math.ceil(statistics.median(seen)), p95=p95, reserve=max(p95, dearest), learned=len(seen))

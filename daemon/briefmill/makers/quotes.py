"""What a call will cost: learned from what calls like it have cost, guessed from the price file until there are any.

The provider charges by tokens and tells their number afterwards, so that one and the same picture costs now more, now
less. A plan tells the middle (p50) and what nineteen of twenty stay under (p95); what is reserved before a call is also
no less than the dearest one seen, because a budget must hold for the twentieth, too.
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


def quote(seen: Sequence[int], guess: int) -> Quote:
    """The price of a call, by what others of its grade have cost and by the price file's guess, all in micros."""
    dearest = max(seen, default=0)
    if len(seen) < ENOUGH:
        likely = math.ceil(guess * GUESS_MARGIN)
        return Quote(p50=guess, p95=likely, reserve=max(likely, dearest), learned=len(seen))
    p95 = math.ceil(statistics.quantiles(seen, n=20, method="inclusive")[-1])
    return Quote(p50=math.ceil(statistics.median(seen)), p95=p95, reserve=max(p95, dearest), learned=len(seen))

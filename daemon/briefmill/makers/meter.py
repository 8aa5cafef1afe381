"""A paid call, written down: an intent before it, a settlement after it, facts for the metrics.

The answer is put down before it is settled: a crash between the two leaves something that is found again, and an intent
that is settled then; the other way round the same request would be paid a second time. What is paid for is a picture
(`makers.metered`) or words (`makers.wording`).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from briefmill.domain.facts import Called, Spent
from briefmill.domain.money import Budget
from briefmill.errors import MaybeCharged, Paused, Permanent, PictureRefused, Temporary
from briefmill.ports import Intent, Listener, Purse


class Billed(Protocol):
    """Something that was paid for."""

    @property
    def cost_micros(self) -> int:
        """What it cost, in micros of a dollar."""

    @property
    def usage(self) -> Mapping[str, object]:
        """What was counted."""


_Made = TypeVar("_Made", bound=Billed)


def settle_found(purse: Purse, key: str, cost_micros: int, usage: Mapping[str, object]) -> None:
    """Something was found that a crash had kept from being settled, when there is such an intent: settle it now."""
    entry = purse.unsettled(key)
    if entry is not None:
        purse.settle(entry, cost_micros=cost_micros, outcome="ok", usage=usage)


@dataclass(frozen=True, kw_only=True)
class Meter:
    """The meter before one provider, for one job; `budgets` are those that must cover its calls."""

    provider: str
    purse: Purse
    listener: Listener
    budgets: Sequence[Budget] = ()

    def call(self, intent: Intent, ask: Callable[[], _Made], keep: Callable[[_Made], None]) -> _Made:
        """Ask, put the answer down with `keep`, settle. Raises OverBudget before anything is asked, and what is raised.

        A call that was cut off, or refused at its end, may have been charged, and is settled as unknown.
        """
        entry = self.purse.intend(intent, self.budgets)
        began = time.monotonic()
        try:
            made = ask()
        except Permanent as error:
            charged = isinstance(error, PictureRefused) and error.maybe_charged
            self._ended(entry, "unknown" if charged else "refused", "refused", began)
            raise
        except Paused:
            self._ended(entry, "failed", "error", began)
            raise
        except Temporary as error:
            self._ended(entry, "unknown" if isinstance(error, MaybeCharged) else "failed", "retry", began)
            raise
        except BaseException:
            self._ended(entry, "unknown", "error", began)
            raise
        try:
            keep(made)
        finally:
            self.purse.settle(entry, cost_micros=made.cost_micros, outcome="ok", usage=made.usage)
        self.listener.hear(Called(provider=self.provider, outcome="ok", duration_s=time.monotonic() - began))
        self.listener.hear(Spent(kind=intent.kind, micros=made.cost_micros))
        return made

    def _ended(self, entry: int, settled: str, told: str, began: float) -> None:
        self.purse.settle(entry, cost_micros=0, outcome=settled, usage={})
        self.listener.hear(Called(provider=self.provider, outcome=told, duration_s=time.monotonic() - began))

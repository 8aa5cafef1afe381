"""A maker whose calls are written down: an intent before the call, a settlement after it, facts for the metrics.

The answer is put down before it is settled: a crash between the two leaves a picture that is found again, and an intent
that is settled then; the other way round the same request would be paid a second time.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.domain.facts import Called, Spent
from briefmill.domain.money import Budget
from briefmill.errors import MaybeCharged, Paused, Permanent, Temporary
from briefmill.ports import ImageMaker, Intent, Listener, Purse


def settle_found(purse: Purse, key: str, cost_micros: int, usage: Mapping[str, object]) -> None:
    """A picture was found that a crash had kept from being settled, when there is such an intent: settle it now."""
    entry = purse.unsettled(key)
    if entry is not None:
        purse.settle(entry, cost_micros=cost_micros, outcome="ok", usage=usage)


class MeteredMaker:
    """Implements ports.ImageMaker around a paid maker, for one job.

    `intent` says what a request is, and what is reserved for it; `budgets` are those that must cover it; `keep` puts an
    answer down durably.
    """

    def __init__(
        self,
        inner: ImageMaker,
        *,
        purse: Purse,
        listener: Listener,
        intent: Callable[[PictureRequest], Intent],
        budgets: Sequence[Budget] = (),
        keep: Callable[[PictureRequest, MadePicture], None] = lambda _request, _made: None,
    ) -> None:
        self._inner = inner
        self._purse = purse
        self._listener = listener
        self._intent = intent
        self._budgets = budgets
        self._keep = keep

    @property
    def name(self) -> str:
        """The name of the maker that is metered."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture, with its rows in the ledger. Raises OverBudget before anything is asked for."""
        entry = self._purse.intend(self._intent(request), self._budgets)
        began = time.monotonic()
        try:
            made = self._inner.make(request)
        except Permanent:
            self._ended(entry, "refused", "refused", began)
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
            self._keep(request, made)
        finally:
            self._purse.settle(entry, cost_micros=made.cost_micros, outcome="ok", usage=made.usage)
        self._listener.hear(Called(provider=self.name, outcome="ok", duration_s=time.monotonic() - began))
        self._listener.hear(Spent(kind="image", micros=made.cost_micros))
        return made

    def _ended(self, entry: int, settled: str, told: str, began: float) -> None:
        self._purse.settle(entry, cost_micros=0, outcome=settled, usage={})
        self._listener.hear(Called(provider=self.name, outcome=told, duration_s=time.monotonic() - began))

"""What would be written for a brief, by which model and at which price, before a cent is spent."""

from collections import Counter
from typing import Any, Final

from briefmill.desk import Looked
from briefmill.domain import codec, money
from briefmill.domain.copywriting import Task
from briefmill.domain.money import Quote
from briefmill.makers import quotes
from briefmill.makers.openai import words
from briefmill.ports import Accounts
from briefmill.settings import Settings
from briefmill.stages import generate, translate
from briefmill.wiring import making, shooting, wording

NOTHING: Final[dict[str, Any]] = {
    "model": None,
    "texts": 0,
    "by_task": {},
    "estimate_usd": 0.0,
    "p95_usd": 0.0,
    "learned_from_calls": 0,
}


def planned(settings: Settings, accounts: Accounts, looked: Looked) -> dict[str, Any]:
    """How many texts would be written, for what, by which model, and what their calls would cost in US dollars.

    A call writes all texts of a place at once. What is on the shelf already costs nothing; that is not looked up.
    Raises BriefRefused, ConfigError.
    """
    if not wording.wanted(settings):
        return dict(NOTHING)
    brief, files = looked.reading.brief, looked.files
    camera = shooting.camera(settings, paid=making.is_paid(settings))
    orders = (generate.order(brief, product, files, camera) for product in brief.products)
    pictured = frozenset(order.product.id for order in orders if order.frames and not order.exact)
    asked = translate.planned(brief, wording.guide(settings), pictured=pictured)
    # Places that ask for the very same words are served by one call.
    calls = {codec.dumps(one): one for one in asked}.values()
    model = settings.words.model
    rate, learned = wording.rate(settings, model), accounts.learned(wording.grade(model))
    price = money.together([quotes.quote(learned, words.guess(one, rate)) for one in calls])
    by_task = Counter[Task]()
    for one in calls:
        by_task[one.task] += len(one.parts)
    return _told(model if calls else None, by_task, price)


def _told(model: str | None, by_task: Counter[Task], price: Quote) -> dict[str, Any]:
    return {
        "model": model,
        "texts": by_task.total(),
        "by_task": {task.value: by_task[task] for task in Task if by_task[task]},
        "estimate_usd": price.p50 / 1e6,
        "p95_usd": price.p95 / 1e6,
        "learned_from_calls": price.learned,
    }

"""The models in use, for pictures and for words alike, and how to ask when they will be shut down.

Whoever is asked at night shall still be there then: the daemon looks now and then, and the doctor where it may.
"""

from collections.abc import Mapping

from briefmill.runtime.retiring import Look
from briefmill.settings import Settings
from briefmill.wiring import buying, making, wording


def used(settings: Settings) -> Mapping[str, tuple[str, str]]:
    """The setting and the model of each provider, as `looks` names them; none where nothing is bought."""
    found: dict[str, tuple[str, str]] = {}
    if making.is_paid(settings):
        found |= {name: (f"{name}.model", account.model) for name, account in buying.accounts_of(settings).items()}
    if wording.wanted(settings):
        written = {"openai": "words.model", "fallback": "words.fallback_model"}
        found |= {f"{name} words": (written[name], one.model) for name, one in wording.accounts(settings).items()}
    return found


def looks(settings: Settings) -> dict[str, Look]:
    """How to ask for each model in use when it will be shut down, by provider and, for text models, ` words`."""
    return {**buying.looks(settings), **wording.looks(settings)}

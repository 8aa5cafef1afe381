"""One text that a rule of law wants on a creative: between those who decide what is wanted and those who check it."""

from dataclasses import dataclass

from briefmill.domain.verdict import Severity


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Words that have to stand on a creative. `rule` is the rule's id, `law` its law with the address.

    `said` is True where the brief says it itself, in words of its own. `text` is empty where the rule has none in the
    language of the locale. `min_px` is in pixels of the creative, `contrast` a WCAG ratio; 0 for
    the thresholds of the house.
    """

    rule: str
    title: str
    law: str
    severity: Severity
    text: str
    fix: str = ""
    regions: tuple[str, ...] = ()
    said: bool = False
    min_px: float = 0.0
    contrast: float = 0.0

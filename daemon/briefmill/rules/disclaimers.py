"""Small print that the law demands for a trade in a place: which texts, in which language, how large.

The texts are data (`config/rules`); here it is decided which of them a locale's creatives need. That they are set and
can be read is `smallprint`'s and the layout's business.
"""

from collections.abc import Iterator

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Placement
from briefmill.rules import claims, lawbook, smallprint
from briefmill.rules.demand import Demand
from briefmill.rules.lawbook import Lawbook
from briefmill.rules.market import Market


def demanded(law: Lawbook, where: Market, copy: Copy, placement: Placement) -> Iterator[Demand]:
    """The small print for a locale's words in a placement.

    Where nobody says where the campaign runs, nothing is set: it could be the wrong country's. That is told as a
    missing text, a warning.
    """
    for rule in law.disclaimers:
        if not where.meets(rule):
            continue
        if rule.when_says and not smallprint.says_any(copy, rule.when_says, copy.locale):
            continue
        text = lawbook.text_for(rule.texts, copy.locale)
        said = bool(text) and text in copy.disclaimer
        said = said or smallprint.says_any(copy, rule.said_by, copy.locale)
        if not where.sure(rule) and not said:
            text = ""
        yield Demand(
            rule=rule.id,
            title=rule.title,
            law=rule.reference,
            severity=claims.weight(rule, where),
            text=text,
            fix=rule.fix,
            regions=rule.regions,
            said=said,
            min_px=smallprint.least_px(rule, placement) if text or said else 0.0,
            contrast=rule.contrast,
        )

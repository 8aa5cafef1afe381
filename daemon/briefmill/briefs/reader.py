"""A brief in any dialect to a `domain.brief.Reading`, or a refusal with everything that is wrong at once.

The order of work: text to tree (`source`), tree to fields by meaning (`sheet`), then each part of the brief by its own
reader, and last what only the whole can tell: the locales, the limits, what is missing. Nothing here touches a file.
"""

import re
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from briefmill.briefs import assets, pictures, products, sheet, source, text, violations, wording
from briefmill.briefs.branding import Studio
from briefmill.briefs.fields import Field
from briefmill.briefs.nodes import Document, Limits
from briefmill.briefs.placements import Placements
from briefmill.briefs.products import Draft
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sayings import Listener, Saying
from briefmill.briefs.sheet import Sheet
from briefmill.briefs.targets import Targets
from briefmill.domain.brief import Brief, Copy, Direction, Product, Reading
from briefmill.errors import BriefRefused

_PRIORITIES: Final = {
    **dict.fromkeys(("urgent", "critical", "highest", "asap"), 0),
    **dict.fromkeys(("high", "important"), 2),
    **dict.fromkeys(("normal", "medium", "standard", "default"), 5),
    **dict.fromkeys(("low",), 8),
    **dict.fromkeys(("lowest",), 9),
}
_AT_NIGHT: Final = frozenset({"overnight", "night", "nightly", "batch", "tomorrow", "nextday"})
_AT_ONCE: Final = frozenset(
    {"", "now", "asap", "immediate", "immediately", "standard", "normal", "no", "false", "today"}
)
_YES: Final = frozenset({"true", "yes", "on", "1"})
_NO: Final = frozenset({"false", "no", "off", "0", "none", "notneeded"})
_ASKED: Final = _YES | {"required", "hold", "needed", "always", "manual"}
_MESSAGE_EXAMPLE: Final = "For example `message: Carry the calm of summer`."


def read(data: bytes, *, name: str, catalogue: Placements, limits: Limits | None = None) -> Reading:
    """What a brief's bytes say. `name` is its file name. Raises BriefRefused with all problems."""
    limits = limits or Limits()
    document = source.parse(data, name=name, limits=limits)
    return _Reader(document, name, catalogue, limits).reading()


class _Reader:
    def __init__(self, document: Document, name: str, catalogue: Placements, limits: Limits) -> None:
        self._name = name
        self._catalogue = catalogue
        self._limits = limits
        self._remarks = Remarks()
        self._remarks.notices.extend(document.notices)
        self._sheet = Sheet(self._remarks, limits).collect(document.root)
        self._targets = Targets(self._sheet, self._remarks, limits)

    def reading(self) -> Reading:
        campaign, title = self._identity()
        places = self._targets.places()
        listed, language = self._targets.listed_locales()
        sayings = self._sayings()
        speaks = any(saying.part is Field.MESSAGE for saying in sayings)
        needed = any(assets.truth(found.node) for found in self._sheet.all(Field.ASSETS_REQUIRED))
        shelf = products.Shelf(self._remarks, self._limits, campaign_speaks=speaks, assets_required=needed)
        drafts = shelf.read(self._sheet)
        asked = wording.Asked(listed=listed, language=language, named=places.locales, regions=places.codes)
        settled = wording.settle(asked, sayings, [draft.sayings for draft in drafts])
        self._miss_messages(speaks, drafts)
        copies = wording.campaign_copies(settled, self._remarks)
        studio = Studio(self._sheet, self._remarks, self._limits)
        brand = studio.brand(products.attributed(drafts), assets_required=needed)
        brief = Brief(
            campaign=campaign,
            title=title,
            products=_products(drafts, settled, copies, self._remarks),
            locales=settled.locales,
            copies=copies,
            placements=self._targets.placements(self._catalogue),
            source_locale=settled.source,
            brand=brand,
            regions=places.codes,
            vertical=studio.prose(Field.VERTICAL),
            audience=studio.prose(Field.AUDIENCE),
            direction=self._direction(studio),
            rendering=pictures.rendering(self._sheet, self._remarks),
            priority=self._priority(),
            overnight=self._overnight(),
            copy_approval=self._copy_approval(),
            on_violation=violations.wishes(self._sheet.node(Field.ON_VIOLATION), self._remarks),
        )
        self._measure(brief)
        if self._remarks.problems:
            raise BriefRefused(self._remarks.refusal())
        return Reading(brief=brief, aliases=self._remarks.said(), notices=self._remarks.told())

    def _identity(self) -> tuple[str, str]:
        own, named = self._sheet.node(Field.ID), self._sheet.node(Field.CAMPAIGN)
        identity = sheet.prose(own) if own else ""
        title = sheet.prose(named) if named else ""
        for node, words in ((own, identity), (named, title)):
            if node and len(words) > self._limits.max_name:
                self._remarks.refuse(
                    node,
                    "brief.text.too_long",
                    f"this text has {len(words)} characters; {self._limits.max_name} are allowed",
                    "Shorten it.",
                )
        if not identity and not title:
            stem = PurePath(self._name.replace("\\", "/")).name
            stem = re.sub(r"\.(json|ya?ml)$", "", stem, flags=re.IGNORECASE)
            title = text.clean(stem)[0][: self._limits.max_name] or "campaign"
            self._remarks.notice(
                None,
                "brief.campaign.missing",
                f'the campaign has no name, so the file\'s is taken: "{title}"',
                "Add `campaign: Summer Calm`.",
                field="campaign",
            )
        return text.slug(identity or title, fallback="campaign"), title or identity

    def _sayings(self) -> list[Saying]:
        fields = (Field.MESSAGE, Field.CTA, Field.DISCLAIMER, Field.TRANSLATIONS)
        found = [one for field in fields for one in self._sheet.all(field)]
        return Listener(self._remarks, self._limits).gather([*found, *self._targets.worded])

    def _miss_messages(self, speaks: bool, drafts: tuple[Draft, ...]) -> None:
        """Say which message is missing: the campaign's, or that of the products that have none of their own."""
        mute = [draft for draft in drafts if not any(saying.part is Field.MESSAGE for saying in draft.sayings)]
        if speaks or (drafts and not mute):
            return
        if len(mute) == len(drafts):
            self._remarks.refuse(
                None, "brief.message.missing", "the campaign has no message", _MESSAGE_EXAMPLE, field="message"
            )
            return
        for draft in mute:
            self._remarks.refuse(
                draft.node,
                "brief.message.missing",
                f"{draft.product.name} has no message, and neither has the campaign",
                _MESSAGE_EXAMPLE,
            )

    def _direction(self, studio: Studio) -> Direction:
        direction = studio.direction()
        references = pictures.references(self._sheet, self._remarks)
        return replace(direction, notes=(*direction.notes, *self._targets.notes), references=references)

    def _priority(self) -> int:
        node = self._sheet.node(Field.PRIORITY)
        if node is None:
            return 5
        written = text.folded(node.text)
        if re.fullmatch("[0-9]", written):
            return int(written)
        if written not in _PRIORITIES:
            self._remarks.notice(
                node,
                "brief.priority.unknown",
                f'"{node.text[:40]}" is no priority; normal is taken',
                "Write high, normal, low, or 0 (first) to 9 (last).",
            )
        return _PRIORITIES.get(written, 5)

    def _overnight(self) -> bool:
        node = self._sheet.node(Field.DELIVERY)
        if node is None:
            return False
        written = text.folded(node.text)
        if written in _AT_NIGHT or (written in _YES and text.folded(node.path.rpartition(".")[2]) == "overnight"):
            return True
        if written not in _AT_ONCE:
            self._remarks.notice(
                node,
                "brief.delivery.unknown",
                f'"{node.text[:40]}" is no way of delivery; the pictures are made now',
                "Write now, or overnight for half the price.",
            )
        return False

    def _copy_approval(self) -> bool | None:
        node = self._sheet.node(Field.COPY_APPROVAL)
        if node is None:
            return None
        written = text.folded(node.text)
        if written not in _NO and written not in _ASKED:
            # What somebody may have meant as a wish to look costs a look; the other way round it would cost trust.
            self._remarks.notice(
                node,
                "brief.copy_approval.unknown",
                f'"{node.text[:40]}" is neither yes nor no; a person shall look at words that a machine writes',
                "Write `copy_approval: true` or `false`.",
            )
        return written not in _NO

    def _measure(self, brief: Brief) -> None:
        if len(brief.locales) > self._limits.max_locales:
            self._remarks.refuse(
                None,
                "brief.locales.too_many",
                f"{len(brief.locales)} locales; {self._limits.max_locales} are allowed in one brief",
                "Split it into several briefs.",
                field="locales",
            )
        if brief.creative_count > self._limits.max_creatives:
            self._remarks.refuse(
                None,
                "brief.too_many_creatives",
                f"{len(brief.products)} products x {len(brief.locales)} locales x {len(brief.placements)} placements "
                f"are {brief.creative_count} creatives; {self._limits.max_creatives} are allowed in one brief",
                "Split it into several briefs.",
            )


def _products(
    drafts: tuple[Draft, ...], settled: wording.Wording, copies: dict[str, Copy], remarks: Remarks
) -> tuple[Product, ...]:
    return tuple(
        replace(draft.product, copies=wording.product_copies(settled, index, copies, remarks))
        for index, draft in enumerate(drafts)
    )

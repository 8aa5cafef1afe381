"""Rule `typeface`: words are set in the brand's fonts, and the fonts may be used so.

Two things are looked at: the licence bits that a font file carries, and whether the brand's fonts have the letters of
each locale, or others stood in for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefmill.domain.verdict import Finding, Severity

RULE = "typeface"


@dataclass(frozen=True, kw_only=True)
class Face:
    """A font that came with the brief: its path as written, and its licence bits (OS/2 `fsType`), None without any."""

    path: str
    licence: int | None = None

    @property
    def restricted(self) -> bool:
        """True where the bits allow no use at all: "Restricted License embedding" alone among the levels of use.

        Source: OpenType 1.9.1, OS/2 table, fsType. Where a font of an old version sets several levels, the least
        restrictive holds.
        """
        return self.licence is not None and self.licence & 0x000F == 0x0002


def check(faces: Sequence[Face], used: Mapping[str, Sequence[str]], own: Sequence[str]) -> Iterator[Finding]:
    """Warning for a font whose licence bits restrict it; advice for a locale that the brand's fonts cannot set.

    `used` are the families that drew each locale's words, `own` those of the brand; without any of its own nothing is
    asked. Whether a licence covers an ad is for its text to say: the bits are only its summary.
    """
    for face in faces:
        if face.restricted:
            yield Finding(
                rule=RULE,
                severity=Severity.WARNING,
                message=f"The font {face.path} says of itself that it may not be embedded (fsType {face.licence:#06x}: "
                "restricted licence).",
                fix="Ask its foundry whether ads are covered, or use another font.",
                value=face.licence,
                threshold=0,
                unit="fsType",
            )
    wanted = {name.casefold() for name in own}
    for locale, families in used.items():
        others = [name for name in families if name.casefold() not in wanted]
        if wanted and others:
            yield Finding(
                rule=RULE,
                severity=Severity.ADVICE,
                message=f"The brand's fonts do not have all letters for {locale}; {', '.join(others[:3])} stood in.",
                fix="Put a font of the brand that has this script under brand.fonts.",
                locale=locale,
                value=len(others),
                threshold=0,
                unit="fonts",
            )

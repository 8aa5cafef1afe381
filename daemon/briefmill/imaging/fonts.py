"""The library of fonts: which face draws which character, in which weight.

Brand fonts go first, then the locked families (Inter for Latin, Greek and Cyrillic; Noto for every other script), then
what the system has. Choice is by coverage, and for Han characters by locale, as one code point looks different in
Tokyo, Seoul, Beijing and Taipei; an emoji asks the colour fonts first. A font's tables are read when a character first
asks for it, so that a page of English never opens the 17 MB of the Chinese font. A character that no font has is
reported as missing, never drawn as a box.

A library is a plain value plus caches: it pickles without the caches, and `Library.build` costs a directory listing.
"""

import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from briefmill.imaging import clusters, fontfiles
from briefmill.imaging.fontfiles import Facts, FontFile, SystemFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DISPLAY_FROM_PX: Final = 22
"""From this size on a font with an optical size axis shows its display cut, below it its text cut."""

_MEMO_LIMIT: Final = 8192
_OPEN_LIMIT: Final = 48  # an opened variable font of East Asia holds about a megabyte
_BY_SCRIPT: Final = {
    "Arab": ("NotoSansArabic",),
    "Beng": ("NotoSansBengali",),
    "Deva": ("NotoSansDevanagari", "NotoSans"),
    "Hebr": ("NotoSansHebrew",),
    "Khmr": ("NotoSansKhmer",),
    "Laoo": ("NotoSansLao",),
    "Mymr": ("NotoSansMyanmar",),
    "Taml": ("NotoSansTamil",),
    "Telu": ("NotoSansTelugu",),
    "Thai": ("NotoSansThai",),
}
_GENERAL: Final = ("Inter", "NotoSans", "NotoSansSymbols2", "STIXTwoMath", "NotoSansMono")
_EAST_ASIAN: Final = ("NotoSansJP", "NotoSansSC", "NotoSansTC", "NotoSansKR")
_EAST_ASIAN_SCRIPTS: Final = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})


@dataclass(frozen=True, kw_only=True)
class Face:
    """A font at one weight (100 to 900). `colour` is the size in pixels at which it draws emoji in colour, else 0."""

    file: FontFile
    weight: int
    colour: int = 0


class Library:
    """Every font this creative may use. Safe to share between calls of one thread; each process has its own."""

    def __init__(
        self, *, brand: Sequence[FontFile], packed: Sequence[FontFile], system: bool, family: str = ""
    ) -> None:
        self._brand = tuple(brand)
        self._packed = tuple(packed)
        self._use_system = system
        self._family = family
        self._by_family = {file.family: file for file in reversed(self._packed)}
        self._facts: dict[FontFile, Facts | None] = {}
        self._memo: OrderedDict[Hashable, Any] = OrderedDict()
        self._opened: OrderedDict[tuple[Face, float, bool], FreeTypeFont] = OrderedDict()

    @classmethod
    def build(
        cls, brand_fonts: Sequence[tuple[str, bytes]] = (), *, system: bool = True, family: str = ""
    ) -> "Library":
        """A library of brand fonts, given as (name, bytes), before the locked packages and the system.

        `family` names the brand's typeface (`Source Serif 4`): where a package or the system has it, it goes first.
        Raises AssetRefused for a brand font that cannot be used.
        """
        checked = [fontfiles.brand(data, name=name) for name, data in brand_fonts]
        library = cls(
            brand=[file for file, _ in checked],
            packed=fontfiles.packed(),
            system=system,
            family="".join(family.split()).casefold(),
        )
        library._facts.update(checked)
        return library

    def __getstate__(self) -> dict[str, Any]:
        return {
            "brand": self._brand,
            "packed": self._packed,
            "system": self._use_system,
            "family": self._family,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        rebuilt = Library(**state)
        self.__dict__.update(rebuilt.__dict__)

    def face_for(self, cluster: str, locale: str, weight: int) -> Face | None:
        """The face that draws this grapheme cluster, None when no font has all of it."""
        key = ("face", cluster, locale, weight)
        if key not in self._memo:
            self.remember(key, self._choose(cluster, locale, weight))
        face: Face | None = self._memo[key]
        return face

    def covers(self, face: Face, cluster: str) -> bool:
        """True when this face has every visible character of the cluster; spaces are in every face."""
        found = self._read(face.file)
        return found is not None and all(_has(found.codes, char) for char in _visible(cluster))

    def optical(self, face: Face) -> bool:
        """True when the face has cuts of its own for large and for small type."""
        found = self._read(face.file)
        return found is not None and any(axis.tag == "opsz" for axis in found.axes)

    def missing(self, text: str, locale: str) -> tuple[str, ...]:
        """The clusters of a text that no font can draw, each once, in order."""
        candidates = dict.fromkeys(clusters.split(unicodedata.normalize("NFC", text)))
        return tuple(cluster for cluster in candidates if self.face_for(cluster, locale, 400) is None)

    def families(self, text: str, locale: str) -> tuple[str, ...]:
        """The names of the fonts that draw a text, the one with most of its characters first."""
        visible = "".join(text.split())
        found = (self.face_for(one, locale, 400) for one in clusters.split(unicodedata.normalize("NFC", visible)))
        counted = Counter(face.file.family for face in found if face is not None)
        return tuple(family for family, _ in counted.most_common())

    def font(self, face: Face, size: float, *, display: bool | None = None) -> "FreeTypeFont":
        """The face opened at a size in pixels; `display` overrides the choice of the optical cut by size."""
        cut = size >= DISPLAY_FROM_PX if display is None else display
        key = (face, size, cut)
        if key in self._opened:
            self._opened.move_to_end(key)
        else:
            self._opened[key] = self._open(face, size, display=cut)
            if len(self._opened) > _OPEN_LIMIT:
                self._opened.popitem(last=False)
        return self._opened[key]

    def recall(self, key: Hashable) -> Any:
        """What was remembered under a key, None when nothing was."""
        return self._memo.get(key)

    def remember(self, key: Hashable, value: object) -> None:
        """Keep a measurement for the next time; the oldest are forgotten."""
        self._memo[key] = value
        if len(self._memo) > _MEMO_LIMIT:
            self._memo.popitem(last=False)

    def _open(self, face: Face, size: float, *, display: bool) -> "FreeTypeFont":
        from PIL import ImageFont

        font = ImageFont.truetype(face.file.handle, size, index=face.file.index, layout_engine=ImageFont.Layout.RAQM)
        found = self._read(face.file)
        if found is not None and found.axes:
            font.set_variation_by_axes([_at(axis, face.weight, display=display) for axis in found.axes])
        return font

    def _choose(self, cluster: str, locale: str, weight: int) -> Face | None:
        visible = _visible(cluster)
        if clusters.emoji(cluster):
            coloured = (self._in_colour(file) for file in (*self._brand, *self._colour_fonts))
            chosen = next((face for face in coloured if face and self.covers(face, cluster)), None)
            if chosen is not None:
                return chosen
        for file in self._candidates(visible[0] if visible else " ", locale, weight):
            face = Face(file=file, weight=weight)
            if self.covers(face, cluster) and not self._emoji_only(file):
                return face
        return None

    def _emoji_only(self, file: FontFile) -> bool:
        found = self._read(file)
        return found is not None and found.emoji_only

    def _in_colour(self, file: FontFile) -> Face | None:
        found = self._read(file)
        return Face(file=file, weight=400, colour=found.colour) if found is not None and found.colour else None

    @cached_property
    def _colour_fonts(self) -> tuple[FontFile, ...]:
        packed = tuple(file for file in self._packed if "Emoji" in file.family)
        return (*packed, *(font.file for font in fontfiles.coloured())) if self._use_system else packed

    def _candidates(self, char: str, locale: str, weight: int) -> Iterator[FontFile]:
        """Fonts to ask for a character, likeliest first; a generator, so that no later font is read in vain."""
        yield from sorted(self._brand, key=lambda file: self._distance(file, weight))
        if self._family:
            yield from (file for file in self._packed if file.family.casefold() == self._family)
            yield from self._system_fonts(char, weight, family=self._family)
        script = _script(char)
        east_asian = script in _EAST_ASIAN_SCRIPTS or _east_asian_mark(char)
        names = [*_BY_SCRIPT.get(script, ()), *_GENERAL]
        names = [*_han_order(locale), *names] if east_asian else [*names, *_BY_SCRIPT_FILES]
        yield from (self._by_family[name] for name in names if name in self._by_family)
        yield from self._system_fonts(char, weight)
        if not east_asian and unicodedata.category(char) in {"So", "Sm", "No"} and ord(char) < 0x10000:
            yield from (self._by_family[name] for name in _han_order(locale)[:1] if name in self._by_family)

    def _system_fonts(self, char: str, weight: int, *, family: str = "") -> list[FontFile]:
        """The system fonts that have a character: of the first such family, nearest weight first."""
        if not self._use_system:
            return []
        found = [font.file for font in self._system if font.has(ord(char))]
        if family:
            found = [file for file in found if file.family.casefold() == family]
        first = [file for file in found if file.family == found[0].family]
        return sorted(first, key=lambda file: self._distance(file, weight))

    @cached_property
    def _system(self) -> tuple[SystemFont, ...]:
        return fontfiles.installed()

    def _distance(self, file: FontFile, weight: int) -> int:
        found = self._read(file)
        if found is None:
            return 1000
        return 0 if any(axis.tag == "wght" for axis in found.axes) else abs(found.weight - weight)

    def _read(self, file: FontFile) -> Facts | None:
        """The font's facts; None for a system or package font that turns out to be broken."""
        if file not in self._facts:
            try:
                self._facts[file] = fontfiles.facts(file)
            except Exception:  # noqa: BLE001 - a broken font raises anything; it only means that it covers nothing
                self._facts[file] = None
        return self._facts[file]


_BY_SCRIPT_FILES: Final = tuple(dict.fromkeys(name for names in _BY_SCRIPT.values() for name in names))


def _at(axis: fontfiles.Axis, weight: int, *, display: bool) -> float:
    if axis.tag == "wght":
        return min(max(weight, axis.minimum), axis.maximum)
    if axis.tag == "opsz":
        return axis.maximum if display else axis.minimum
    return axis.default


def _visible(cluster: str) -> str:
    return "".join(char for char in cluster if not clusters.ignorable(char) and not char.isspace())


def _has(codes: frozenset[int], char: str) -> bool:
    """A shaper composes a letter from its parts where the font has only those."""
    if ord(char) in codes:
        return True
    parts = unicodedata.normalize("NFD", char)
    return len(parts) > 1 and all(ord(part) in codes for part in parts)


def _script(char: str) -> str:
    from fontTools import unicodedata as scripts

    return str(scripts.script(char))


def _east_asian_mark(char: str) -> bool:
    """Ideographic punctuation, enclosed and compatibility forms, and full-width letters."""
    code = ord(char)
    return 0x3000 <= code <= 0x33FF or 0xFE30 <= code <= 0xFE4F or 0xFF00 <= code <= 0xFFEF


def _han_order(locale: str) -> tuple[str, ...]:
    """The East Asian families, the locale's own first (Japanese where the locale says nothing)."""
    parts = locale.replace("_", "-").casefold().split("-")
    first = "NotoSansJP"
    if parts[0] == "ko":
        first = "NotoSansKR"
    elif parts[0] in {"zh", "yue", "cmn"}:
        traditional = parts[0] == "yue" or not {"hant", "tw", "hk", "mo"}.isdisjoint(parts[1:])
        first = "NotoSansTC" if traditional and "hans" not in parts[1:] else "NotoSansSC"
    return (first, *(name for name in _EAST_ASIAN if name != first))

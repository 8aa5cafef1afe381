"""Where fonts come from: the brand's own, the locked packages, and the system's as a last resort.

A font file is untrusted when a brief brought it: it must be of sensible size and both readers, fontTools and FreeType,
must open it, before it is used anywhere. The locked packages announce themselves under the entry point group
`justmytype.packs`; their folders are found without importing them. System fonts are asked of fontconfig (`fc-list`),
once, and only when a character is in no other font. Type is drawn as a mask, so colour fonts are listed apart, for
emoji alone.
"""

import bisect
import importlib.metadata
import importlib.util
import io
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from briefmill.errors import AssetRefused, Problem

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

MAX_FONT_BYTES: Final = 20_000_000
_TRIED: Final = 4000  # code points drawn before a brand font is trusted: all of most fonts, in 20 ms
_OUTLINES_PX: Final = 128  # the size at which layered outlines are drawn, near that of the usual bitmaps
_LARGEST_STRIKE_PX: Final = 256
_FC_FORMAT: Final = "%{file}\t%{index}\t%{family[0]}\t%{charset}\n"


@dataclass(frozen=True, kw_only=True)
class FontFile:
    """One font: a file on this machine (`path`) or bytes that came with a brief (`data`).

    `family` is the name without spaces, for example `NotoSansArabic`; `index` counts the fonts of a collection.
    """

    family: str
    path: str = ""
    data: bytes = field(default=b"", repr=False)
    index: int = 0

    @property
    def handle(self) -> str | io.BytesIO:
        """What a font reader opens."""
        return io.BytesIO(self.data) if self.data else self.path


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of a variable font."""

    tag: str
    minimum: float
    default: float
    maximum: float


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a font can do: the code points it has, its axes, and the weight (100 to 900) it was drawn in.

    `colour` is the size in pixels at which its glyphs are drawn in colour, 0 when they are not; `emoji_only` says that
    it draws nothing else: fonts of emoji list the digits, for keycaps, and would leave a price empty.
    """

    codes: frozenset[int]
    axes: tuple[Axis, ...] = ()
    weight: int = 400
    colour: int = 0
    emoji_only: bool = False


@dataclass(frozen=True, kw_only=True)
class SystemFont:
    """A font that fontconfig knows, with the code points it has as ascending ranges, ends included."""

    file: FontFile
    ranges: tuple[tuple[int, int], ...]

    def has(self, code: int) -> bool:
        """True when the font has this code point."""
        at = bisect.bisect_right(self.ranges, (code, 0x110000)) - 1
        return at >= 0 and code <= self.ranges[at][1]


def facts(file: FontFile) -> Facts:
    """Read a font's tables; raises whatever fontTools raises on a broken font."""
    from fontTools.ttLib import TTFont

    with TTFont(file.handle, lazy=True, fontNumber=file.index) as font:
        axes = font["fvar"].axes if "fvar" in font else ()
        codes = frozenset(font.getBestCmap() or ())
        colour = _colour(font)
        outlined = not {"glyf", "CFF ", "CFF2"}.isdisjoint(font.keys())
        return Facts(
            codes=codes,
            axes=tuple(
                Axis(tag=axis.axisTag, minimum=axis.minValue, default=axis.defaultValue, maximum=axis.maxValue)
                for axis in axes
            ),
            weight=int(font["OS/2"].usWeightClass) if "OS/2" in font else 400,
            colour=colour,
            emoji_only=colour > 0 and not (outlined and {ord("A"), ord("a")} <= codes),
        )


def _colour(font: "TTFont") -> int:
    """The largest bitmaps' size, or ours for layered outlines; gradients (COLR 1) and SVG are beyond FreeType here."""
    if "CBDT" in font and "CBLC" in font:
        sizes = [strike.bitmapSizeTable.ppemY for strike in font["CBLC"].strikes]
    elif "sbix" in font:
        sizes = list(font["sbix"].strikes)
    else:
        sizes = [_OUTLINES_PX] if "COLR" in font and font["COLR"].version == 0 else []
    return max((int(size) for size in sizes if size <= _LARGEST_STRIKE_PX), default=0)


def brand(data: bytes, *, name: str) -> tuple[FontFile, Facts]:
    """A font that came with a brief, checked. `name` is its path as the brief wrote it. Raises AssetRefused."""
    if len(data) > MAX_FONT_BYTES:
        limit = MAX_FONT_BYTES // 1_000_000
        raise _refused("asset.font.large", name, f"is {len(data) / 1e6:.0f} MB; a font may have {limit} MB", "")
    if data[:4] == b"wOF2":
        raise _refused("asset.font.woff2", name, "is a WOFF2 web font", "Supply the TTF or OTF file of the same font.")
    file = FontFile(family=name, data=data)
    try:
        found = facts(file)
        _try_out(file, found)
    except Exception as error:  # a hostile table makes the readers raise anything at all: it all means "not a font"
        raise _refused("asset.font.broken", name, "is no font that can be read", "Supply a TTF or OTF file.") from error
    return file, found


def _try_out(file: FontFile, found: Facts) -> None:
    """Raise whatever the readers raise for a font cut short, and for letters that cannot be drawn."""
    from fontTools.ttLib import TTFont
    from PIL import ImageFont

    with TTFont(file.handle, lazy=True, fontNumber=file.index) as tables:
        if any(entry.offset + entry.length > len(file.data) for entry in tables.reader.tables.values()):
            raise ValueError("the file is cut short")
    letters = "".join(chr(code) for code in sorted(found.codes)[:_TRIED] if code > 0x20)
    if not letters:
        raise ValueError("the font has no characters")
    font = ImageFont.truetype(file.handle, found.colour or 12, index=file.index, layout_engine=ImageFont.Layout.RAQM)
    for start in range(0, len(letters), 100):
        font.getmask(letters[start : start + 100], mode="L")


def _refused(code: str, name: str, what: str, fix: str) -> AssetRefused:
    return AssetRefused(Problem(code=code, message=f"The font {name} {what}.", fix=fix, field="brand.fonts"))


def packed() -> tuple[FontFile, ...]:
    """The upright fonts of the locked packages, by name. Opens none of them."""
    found: list[FontFile] = []
    for entry in importlib.metadata.entry_points(group="justmytype.packs"):
        spec = importlib.util.find_spec(entry.module)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            found.extend(
                FontFile(family=path.stem.split("[")[0].split("-")[0], path=str(path))
                for path in Path(folder, "fonts").rglob("*.[to]tf")
                if "Italic" not in path.stem
            )
    return tuple(sorted(found, key=lambda file: (file.family, file.path)))


def installed() -> tuple[SystemFont, ...]:
    """The system's upright outline fonts, plain sans-serifs first; none where fontconfig is missing or broken."""
    return tuple(sorted(_listed(":scalable=True:color=False:slant=0"), key=_plain_sans_first))


def coloured() -> tuple[SystemFont, ...]:
    """The system's colour fonts, by name; none where fontconfig is missing or broken."""
    return tuple(sorted(_listed(":color=True"), key=lambda font: (font.file.family, font.file.path)))


def _listed(pattern: str) -> Iterable[SystemFont]:
    command = shutil.which("fc-list")
    if command is None:
        return ()
    query = [command, "--format", _FC_FORMAT, pattern]
    try:
        run = subprocess.run(query, capture_output=True, timeout=20, check=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.SubprocessError):
        return ()
    found: dict[tuple[str, int], SystemFont] = {}
    for line in run.stdout.decode("utf-8", "surrogateescape").splitlines():
        path, index, family, charset = [*line.split("\t"), "", "", ""][:4]
        if path.endswith((".ttf", ".otf", ".ttc", ".otc")) and index.isdecimal() and charset:
            face = int(index) & 0xFFFF  # the upper half numbers the named instances of a variable font
            file = FontFile(family=family.replace(" ", ""), path=path, index=face)
            found.setdefault((path, face), SystemFont(file=file, ranges=_ranges(charset)))
    return found.values()


def _plain_sans_first(font: SystemFont) -> tuple[bool, bool, str, str]:
    name = font.file.family + Path(font.file.path).stem
    special = any(word in name for word in ("Mono", "Serif", "Condensed", "Math"))
    return ("Sans" not in name, special, font.file.family, font.file.path)


def _ranges(charset: str) -> tuple[tuple[int, int], ...]:
    """The notation of fontconfig: hexadecimal code points and ranges, ascending, with spaces between."""
    pairs = (part.partition("-") for part in charset.split())
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in pairs)

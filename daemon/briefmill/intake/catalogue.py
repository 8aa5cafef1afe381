"""What a name in the inbox tells: a brief, a bundle, or something that other tools left there.

The shipped rows are data, in `catalogue.toml`, each with the tool it is from and where that is known from; the tests
hold every row to names that its tool writes. Settings may add globs of their own, which are tried first. Names are
bytes: whatever a file system allows is classified, and nothing here raises. Only the name is looked at; whether a
file is whole, or a brief at all, is for `settle` and the reader.

A start may bring a hundred thousand names, nearly all of them plain: one pass over the literal parts of all rows sends
those on their way, and only a name that has one of them is tried row by row.
"""

import fnmatch
import os
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import Final

OWN: Final = b".briefmill"
"""Our own folder in the inbox: the marker and what has been claimed."""

BRIEFS: Final = frozenset({b"json", b"yaml", b"yml"})
BUNDLES: Final = frozenset({b"zip"})
ASSETS: Final = frozenset(
    b"png jpg jpeg jpe jfif webp avif gif tif tiff bmp svg psd heic heif ttf otf ttc woff woff2".split()
)
DONE: Final = b".done"

LONGEST: Final = 1024
"""Bytes of a name that expressions are tried on. Linux has 255, NTFS 765 in UTF-8; a zip may claim 65,535."""


class Kind(StrEnum):
    """What a name is. Only briefs, bundles and conflict copies are ever taken or held; the rest is left alone."""

    BRIEF = "brief"
    BUNDLE = "bundle"
    ASSET = "asset"
    MARKER = "marker"
    TEMPORARY = "temporary"
    JUNK = "junk"
    PLACEHOLDER = "placeholder"
    CONFLICT = "conflict"
    HIDDEN = "hidden"
    OTHER = "other"


CUSTOM: Final = (Kind.TEMPORARY, Kind.JUNK, Kind.PLACEHOLDER)
"""The kinds that settings may give names of their own."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a name was taken for. `rule` is the row or the plain rule that decided.

    For a conflict copy `tool` made it, and `of` is the name it is a second version of. For a marker `of` is the name
    that it calls complete.
    """

    kind: Kind
    rule: str
    tool: str = ""
    of: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the catalogue; `catalogue.toml` says what its fields mean. `names` are in lower case."""

    id: str
    kind: Kind
    names: tuple[bytes, ...]
    source: str
    pattern: re.Pattern[bytes] | None = None
    tool: str = ""

    def match(self, name: bytes) -> Named | None:
        """What this row takes the name for, None when it is not one of its names."""
        if not self._literal.hits(name.lower()):
            return None
        if self.pattern is None:
            return Named(kind=self.kind, rule=self.id)
        match = self.pattern.fullmatch(name) if len(name) <= LONGEST else None
        if match is None:
            return None
        of = match["stem"] + (match["end"] or b"") if self.kind is Kind.CONFLICT else b""
        return Named(kind=self.kind, rule=self.id, tool=self.tool, of=of)

    @cached_property
    def _literal(self) -> "_Literals":
        return _Literals.of(self.names)


@dataclass(frozen=True, kw_only=True)
class Custom:
    """A glob of one's own: `fnmatch` syntax on the whole name, NFC, case ignored.

    Raises ValueError, in words for people, for a kind that is not one of `CUSTOM` and for a glob that cannot be meant.
    """

    kind: Kind
    glob: str

    def __post_init__(self) -> None:
        if self.kind not in CUSTOM:
            raise ValueError(f"names of one's own may be {', '.join(CUSTOM)}, not {self.kind}")
        told = f"{self.glob[:80]!r}"
        if not self.glob:
            raise ValueError("an empty glob matches no name: write one such as *.bak, or leave it out")
        if "/" in self.glob or "\0" in self.glob:
            raise ValueError(f"{told} can match nothing: a glob is held against a name, which has no / and no NUL")
        if not self.glob.strip("*?.") and self._pattern.fullmatch("brief.json"):
            raise ValueError(f"{told} would match ordinary names, and nothing would ever be taken: write more of it")
        if _unclosed(self.glob):
            raise ValueError(f"{told} has a [ without its ]: close it, or write [[] for the character itself")
        if "(?!)" in fnmatch.translate(self.glob):
            raise ValueError(f"{told} has a range that runs backwards: write [a-z], not [z-a]")

    def match(self, text: str) -> Named | None:
        """What it takes a name for, None when it does not match; `text` is the name in NFC."""
        hit = self._pattern.fullmatch(text)
        return Named(kind=self.kind, rule=f"custom.{self.kind}") if hit else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(fnmatch.translate(unicodedata.normalize("NFC", self.glob)), re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Rows in the order in which they are tried, after the custom globs. `version` names the state of the rows."""

    rows: tuple[Row, ...]
    version: str
    custom: tuple[Custom, ...] = ()

    def classify(self, name: bytes, *, folder: bool = False) -> Named:
        """What this name is; `folder` says that it names a folder. Never raises."""
        if self.custom:
            text = unicodedata.normalize("NFC", os.fsdecode(name))
            for custom in self.custom:
                if (named := custom.match(text)) is not None:
                    return named
        if self._literals.hits(name.lower()):
            for row in self.rows:
                named = row.match(name)
                if named is not None and (row.kind is not Kind.CONFLICT or _wanted(named.of, folder=folder)):
                    return named
        return _plain(name, folder=folder)

    def rules(self) -> tuple[str, ...]:
        """Every rule by which a file may be ignored: the values of the metric's label."""
        return (
            *(f"custom.{kind}" for kind in CUSTOM),
            *(row.id for row in self.rows if row.kind is not Kind.CONFLICT),
            *(named.rule for kind, named in _PLAIN.items() if kind not in {Kind.BRIEF, Kind.BUNDLE}),
            _DONE_RULE,
        )

    def extended(self, custom: Sequence[Custom]) -> "Catalogue":
        """This catalogue with globs of one's own, tried after those it has and before the rows."""
        return replace(self, custom=(*self.custom, *custom))

    @cached_property
    def _literals(self) -> "_Literals":
        return _Literals.of(tuple(glob for row in self.rows for glob in row.names))


@dataclass(frozen=True, kw_only=True)
class _Literals:
    """The literal parts of globs, sorted by where in a name they must stand."""

    whole: frozenset[bytes]
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    around: tuple[tuple[bytes, bytes], ...]
    inside: re.Pattern[bytes] | None

    @classmethod
    def of(cls, globs: tuple[bytes, ...]) -> "_Literals":
        """Sort globs of the five shapes NAME, NAME*, *NAME, NAME*NAME and *NAME*. Raises ValueError for any other."""
        parts = [glob.lower().split(b"*") for glob in globs]
        for glob, part in zip(globs, parts, strict=True):
            if not any(part) or len(part) > 3 or (len(part) == 3 and (part[0] or part[2])):
                raise ValueError(f"{glob!r}: a name of a row is NAME, NAME*, *NAME, NAME*NAME or *NAME*")
        inside = sorted({part[1] for part in parts if len(part) == 3})
        return cls(
            whole=frozenset(part[0] for part in parts if len(part) == 1),
            before=tuple(part[0] for part in parts if len(part) == 2 and not part[1]),
            after=tuple(part[1] for part in parts if len(part) == 2 and not part[0]),
            around=tuple((part[0], part[1]) for part in parts if len(part) == 2 and all(part)),
            inside=re.compile(b"|".join(map(re.escape, inside))) if inside else None,
        )

    def hits(self, lower: bytes) -> bool:
        """Whether one of the globs matches the name, given in lower case; `*` stands for any bytes or none."""
        if lower in self.whole or lower.startswith(self.before) or lower.endswith(self.after):
            return True
        if self.inside is not None and self.inside.search(lower) is not None:
            return True
        for before, after in self.around:  # noqa: SIM110 - no generator: this runs for every name in the inbox
            if lower.startswith(before) and lower.endswith(after, len(before)):
                return True
        return False


@cache
def shipped() -> Catalogue:
    """The catalogue that comes with Briefmill."""
    data = tomllib.loads(resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return Catalogue(rows=tuple(_row(fields) for fields in data["rule"]), version=data["version"])


def classify(name: bytes, *, folder: bool = False) -> Named:
    """What this name is by the shipped catalogue alone."""
    return shipped().classify(name, folder=folder)


def rules() -> tuple[str, ...]:
    """The rules of the shipped catalogue; those of custom globs are among them."""
    return shipped().rules()


def _row(fields: dict[str, str | list[str]]) -> Row:
    pattern = fields.get("pattern")
    return Row(
        id=str(fields["id"]),
        kind=Kind(str(fields["kind"])),
        names=tuple(name.encode().lower() for name in fields["names"]),
        source=str(fields["source"]),
        pattern=re.compile(str(pattern).encode(), re.IGNORECASE | re.DOTALL) if pattern else None,
        tool=str(fields.get("tool", "")),
    )


_DONE_RULE: Final = "plain.done"
_PLAIN: Final = {
    kind: Named(kind=kind, rule=f"plain.{kind}")
    for kind in (Kind.BRIEF, Kind.BUNDLE, Kind.ASSET, Kind.HIDDEN, Kind.OTHER)
}
_EXTENSIONS: Final = {
    **dict.fromkeys(BRIEFS, _PLAIN[Kind.BRIEF]),
    **dict.fromkeys(BUNDLES, _PLAIN[Kind.BUNDLE]),
    **dict.fromkeys(ASSETS, _PLAIN[Kind.ASSET]),
}


def _plain(name: bytes, *, folder: bool) -> Named:
    if name.startswith(b"."):
        return _PLAIN[Kind.HIDDEN]
    if folder:
        return _PLAIN[Kind.BUNDLE]
    stem, dot, extension = name.rpartition(b".")
    if not dot:
        return _PLAIN[Kind.OTHER]
    extension = extension.lower()
    if dot + extension == DONE:
        return Named(kind=Kind.MARKER, rule=_DONE_RULE, of=stem)
    return _EXTENSIONS.get(extension, _PLAIN[Kind.OTHER])


def _wanted(name: bytes, *, folder: bool) -> bool:
    return _plain(name, folder=folder).kind in {Kind.BRIEF, Kind.BUNDLE}


def _unclosed(glob: str) -> bool:
    # The same reading as fnmatch's: a ] right after [ or [! is a member, and what is never closed is a literal [.
    at = glob.find("[")
    while at >= 0:
        start = at + (2 if glob[at + 1 : at + 2] == "!" else 1)
        end = glob.find("]", start + 1)
        if end < 0:
            return True
        at = glob.find("[", end + 1)
    return False

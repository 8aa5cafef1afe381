"""What a name in the inbox tells: a brief, a bundle, or something that other tools left there.

The rows are data, in `catalogue.toml`, each with the tool it is from and examples that the tests hold it to. Names are
bytes: whatever the file system allows is classified, and nothing here raises. Only the name is looked at; whether a
file is whole, or a brief at all, is for `settle` and the reader.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

OWN: Final = b".briefmill"
"""Our own folder in the inbox: the marker and what has been claimed."""

BRIEFS: Final = frozenset({b"json", b"yaml", b"yml"})
BUNDLES: Final = frozenset({b"zip"})
ASSETS: Final = frozenset(
    b"png jpg jpeg jpe jfif webp avif gif tif tiff bmp svg psd heic heif ttf otf ttc woff woff2".split()
)


class Kind(StrEnum):
    """What a name is. Only briefs, bundles and conflict copies are ever taken or held; the rest is left alone."""

    BRIEF = "brief"
    BUNDLE = "bundle"
    ASSET = "asset"
    TEMPORARY = "temporary"
    JUNK = "junk"
    PLACEHOLDER = "placeholder"
    CONFLICT = "conflict"
    HIDDEN = "hidden"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a name was taken for. `rule` is the row or the plain rule that decided.

    For a conflict copy `tool` made it, and `of` is the name it is a second version of.
    """

    kind: Kind
    rule: str
    tool: str = ""
    of: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the catalogue."""

    id: str
    kind: Kind
    pattern: re.Pattern[bytes]
    examples: tuple[bytes, ...]
    tool: str
    source: str


_PLAIN: Final = {
    Kind.ASSET: "plain.asset",
    Kind.HIDDEN: "plain.hidden",
    Kind.OTHER: "plain.other",
}


@cache
def rows() -> tuple[Row, ...]:
    """All rows, in the order in which they are tried."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tuple(
        Row(
            id=row["id"],
            kind=Kind(row["kind"]),
            pattern=re.compile(row["pattern"].encode(), re.IGNORECASE | re.DOTALL),
            examples=tuple(example.encode() for example in row["examples"]),
            tool=row.get("tool", ""),
            source=row["source"],
        )
        for row in tomllib.loads(text)["rule"]
    )


def rules() -> tuple[str, ...]:
    """Every rule by which a file may be ignored: the values of the metric's label."""
    return (*(row.id for row in rows() if row.kind is not Kind.CONFLICT), *_PLAIN.values())


def classify(name: bytes, *, folder: bool = False) -> Named:
    """What this name is; `folder` says that it names a folder."""
    for row in rows():
        if (match := row.pattern.fullmatch(name)) is not None:
            if row.kind is not Kind.CONFLICT:
                return Named(kind=row.kind, rule=row.id)
            of = match["stem"] + (match["end"] or b"")
            if _plain(of, folder=folder) in {Kind.BRIEF, Kind.BUNDLE}:
                return Named(kind=Kind.CONFLICT, rule=row.id, tool=row.tool, of=of)
    kind = _plain(name, folder=folder)
    return Named(kind=kind, rule=_PLAIN.get(kind, f"plain.{kind}"))


def _plain(name: bytes, *, folder: bool) -> Kind:
    if name.startswith(b"."):
        return Kind.HIDDEN
    if folder:
        return Kind.BUNDLE
    extension = name.rpartition(b".")[2].lower() if b"." in name else b""
    if extension in BRIEFS:
        return Kind.BRIEF
    if extension in BUNDLES:
        return Kind.BUNDLE
    return Kind.ASSET if extension in ASSETS else Kind.OTHER

"""Reads the file of placements, strictly: it is configuration, not a brief, so every slip is an error with its line."""

import re
from pathlib import Path
from typing import Final, NoReturn

from briefmill.briefs import source
from briefmill.briefs.nodes import Entry, Kind, Node
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.errors import BriefRefused, ConfigError

LARGEST_SIDE: Final = 4096
"""Pixels: beyond it a creative would cost more memory than a worker has."""

Rows = tuple[tuple[Placement, ...], dict[str, tuple[str, ...]]]

_FIELDS: Final = frozenset(
    {"title", "width", "height", "formats", "max_bytes", "safe_zone", "overlay", "source", "checked_on", "names"}
)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EXTENSIONS: Final = frozenset({"jpg", "png", "webp", "gif", "avif"})


def read(path: Path) -> Rows:
    """The placements of a file, and the names that stand for one or several of them. Raises ConfigError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: the catalogue of placements cannot be read ({error.strerror}).") from error
    if not data.strip():
        raise ConfigError(f"{path} is empty. Remove it: `briefmill init` then writes the shipped one again.")
    try:
        document = source.parse(data, name=path.name)
    except BriefRefused as error:
        raise ConfigError(f"{path}: {error}") from error
    return _Catalogue(path).read(document.root)


class _Catalogue:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, root: Node) -> Rows:
        rows: list[Placement] = []
        names: dict[str, tuple[str, ...]] = {}
        for section in root.entries:
            if section.key == "placements" and section.node.kind is Kind.MAPPING:
                rows = [self._row(entry, names) for entry in section.node.entries]
            elif section.key == "names" and section.node.kind is Kind.MAPPING:
                for entry in section.node.entries:
                    names[entry.key] = self._texts(entry)
            else:
                self._wrong(section, "is neither `placements` nor `names`, or holds no fields")
        known = {row.id for row in rows}
        if not rows:
            raise ConfigError(f"{self._path}: there are no placements in it.")
        for section in root.entries:
            for entry in section.node.entries if section.key == "names" else ():
                for name in names[entry.key]:
                    if name not in known:
                        self._wrong(entry, f"names {name}, which is no placement of this file")
        return tuple(rows), names

    def _row(self, entry: Entry, names: dict[str, tuple[str, ...]]) -> Placement:
        if not _ID.fullmatch(entry.key):
            self._wrong(entry, "is no id: letters, digits, dot, - and _ make one")
        fields = {field.key: field for field in entry.node.entries}
        for field in entry.node.entries:
            if field.key not in _FIELDS:
                self._wrong(field, f"is no field of a placement; they are {', '.join(sorted(_FIELDS))}")
        for missing in ("width", "height"):
            if missing not in fields:
                self._wrong(entry, f"has no {missing}")
        for name in self._texts(fields["names"]) if "names" in fields else ():
            names[name] = (entry.key,)
        width, height = (self._number(fields[side], LARGEST_SIDE) for side in ("width", "height"))
        words = {key: fields[key].node.text for key in ("title", "source", "checked_on") if key in fields}
        return Placement(
            id=entry.key,
            width=width,
            height=height,
            formats=self._formats(fields["formats"]) if "formats" in fields else ("jpg",),
            max_bytes=self._number(fields["max_bytes"], 1 << 32) if "max_bytes" in fields else None,
            safe_zone=self._zone(fields["safe_zone"], width, height) if "safe_zone" in fields else SafeZone(),
            overlay=self._overlay(fields["overlay"]) if "overlay" in fields else Overlay.ALLOWED,
            **words,
        )

    def _formats(self, entry: Entry) -> tuple[str, ...]:
        formats = self._texts(entry)
        unknown = [name for name in formats if name not in _EXTENSIONS]
        if unknown or not formats:
            self._wrong(entry, f"holds {', '.join(unknown) or 'nothing'}; {', '.join(sorted(_EXTENSIONS))} are known")
        return formats

    def _zone(self, entry: Entry, width: int, height: int) -> SafeZone:
        margins = {side.key: self._number(side, LARGEST_SIDE, smallest=0) for side in entry.node.entries}
        if not margins.keys() <= {"top", "right", "bottom", "left"}:
            self._wrong(entry, "may hold top, right, bottom and left")
        zone = SafeZone(**margins)
        if zone.left + zone.right >= width or zone.top + zone.bottom >= height:
            self._wrong(entry, "leaves nothing of the placement")
        return zone

    def _overlay(self, entry: Entry) -> Overlay:
        try:
            return Overlay(entry.node.text)
        except ValueError:
            self._wrong(entry, f"is one of {', '.join(Overlay)}")

    def _texts(self, entry: Entry) -> tuple[str, ...]:
        if entry.node.kind is not Kind.LIST or not all(item.scalar for item in entry.node.items):
            self._wrong(entry, "must be a list of words")
        return tuple(item.text for item in entry.node.items)

    def _number(self, entry: Entry, largest: int, *, smallest: int = 1) -> int:
        written = entry.node.text.replace("_", "")
        if not re.fullmatch(r"\d{1,10}", written) or not smallest <= int(written) <= largest:
            self._wrong(entry, f"must be a whole number from {smallest} to {largest}")
        return int(written)

    def _wrong(self, entry: Entry, what: str) -> NoReturn:
        raise ConfigError(f"{self._path}, line {entry.line}: {entry.key} {what}.")

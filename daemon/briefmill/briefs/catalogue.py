"""Reads the file of placements, strictly: it is configuration, not a brief, so every slip is an error with its line.

Rows of one network share most of what they demand. What `networks` says under the beginning of an id holds for every
row that begins so; a row's own field replaces the network's as a whole. `values` reads the fields themselves.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from briefmill.briefs import source, text, values, yamltree
from briefmill.briefs.nodes import Entry, Kind, Node
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.errors import BriefRefused, ConfigError

Rows = tuple[tuple[Placement, ...], dict[str, tuple[str, ...]]]

_SHARED: Final = frozenset(
    {"formats", "max_bytes", "overlay", "ratio_tolerance", "icc", "text_limits", "note", "source", "checked_on"}
)
_NETWORK: Final = _SHARED | {"title"}
_ROW: Final = _NETWORK | {"width", "height", "min_width", "min_height", "safe_zone", "names", "unsourced"}
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def read(path: Path) -> Rows:
    """The placements of a file, and the names that stand for one or several of them. Raises ConfigError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: the catalogue of placements cannot be read ({error.strerror}).") from error
    if not data.strip():
        raise ConfigError(f"{path} is empty. Remove it: `briefmill init` then writes the shipped one again.")
    try:
        document = source.parse(data, name=path.name, yaml=yamltree.kept)
    except BriefRefused as error:
        raise ConfigError(f"{path}: {error}") from error
    try:
        rows, names = _Catalogue().read(document.root)
    except values.Wrong as wrong:
        raise ConfigError(f"{path}, {wrong}") from wrong
    if not rows:
        raise ConfigError(f"{path}: there are no placements in it.")
    return rows, names


class _Catalogue:
    def __init__(self) -> None:
        self._networks: dict[str, dict[str, Entry]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._folded: dict[str, tuple[str, ...]] = {}

    def read(self, root: Node) -> Rows:
        sections = {section.key: section for section in root.entries}
        for section in root.entries:
            if section.key not in {"placements", "names", "networks"} or section.node.kind is not Kind.MAPPING:
                raise values.Wrong(section, "is neither `placements`, `names` nor `networks`, or holds no fields")
        entries = {key: section.node.entries for key, section in sections.items()}
        for entry in entries.get("networks", ()):
            self._network(entry)
        rows = tuple(self._row(entry) for entry in entries.get("placements", ()))
        self._no_idle_network(entries.get("networks", ()), rows)
        known = {row.id for row in rows}
        for entry in entries.get("names", ()):
            named = values.texts(entry)
            for row in named:
                if row not in known:
                    raise values.Wrong(entry, f"names {row}, which is no placement of this file")
            if not named:
                raise values.Wrong(entry, "names no placement")
            self._name(entry, entry.key, named)
        return rows, self._names

    def _network(self, entry: Entry) -> None:
        self._networks[entry.key] = _fields(entry, _NETWORK, "a network")
        if "title" not in self._networks[entry.key]:
            raise values.Wrong(entry, "has no title: the network's name")

    def _no_idle_network(self, networks: tuple[Entry, ...], rows: tuple[Placement, ...]) -> None:
        for entry in networks:
            if not any(_belongs(row.id, entry.key) for row in rows):
                raise values.Wrong(entry, f"is no network of this file: no placement is called {entry.key}.…")

    def _row(self, entry: Entry) -> Placement:
        if not _ID.fullmatch(entry.key):
            raise values.Wrong(entry, "is no id: letters, digits, dot, - and _ make one")
        own = _fields(entry, _ROW, "a placement")
        for missing in ("width", "height"):
            if missing not in own:
                raise values.Wrong(entry, f"has no {missing}")
        network = self._network_of(entry.key)
        given = {name: field for name, field in network.items() if name in _SHARED} | own
        width, height = (values.whole(own[side], values.LARGEST_SIDE) for side in ("width", "height"))
        for name in values.texts(own["names"]) if "names" in own else ():
            self._name(own["names"], name, (entry.key,))
        return Placement(
            id=entry.key,
            width=width,
            height=height,
            title=values.words(own.get("title")),
            network=values.words(network.get("title")),
            formats=values.formats(given["formats"]) if "formats" in given else ("jpg",),
            max_bytes=values.whole(given["max_bytes"], 1 << 32) if "max_bytes" in given else None,
            safe_zone=values.zone(own["safe_zone"], width, height) if "safe_zone" in own else SafeZone(),
            overlay=values.overlay(given["overlay"]) if "overlay" in given else Overlay.ALLOWED,
            ratio_tolerance=values.share(given["ratio_tolerance"]) if "ratio_tolerance" in given else None,
            min_width=values.whole(own["min_width"], width) if "min_width" in own else None,
            min_height=values.whole(own["min_height"], height) if "min_height" in own else None,
            icc=values.icc(given["icc"]) if "icc" in given else None,
            text_limits=values.limits(given["text_limits"]) if "text_limits" in given else (),
            note=values.words(given.get("note")),
            source=values.address(given["source"]) if "source" in given else "",
            checked_on=values.day(given["checked_on"]) if "checked_on" in given else "",
            unsourced=_unsourced(own["unsourced"], given) if "unsourced" in own else (),
        )

    def _name(self, entry: Entry, name: str, rows: tuple[str, ...]) -> None:
        """Take note of a name. One that reads like another cannot mean something else."""
        known = self._folded.setdefault(text.folded(name), rows)
        if known != rows:
            raise values.Wrong(entry, f"says {name}, which means {', '.join(known)} already")
        self._names[name] = rows

    def _network_of(self, row: str) -> Mapping[str, Entry]:
        """The fields of the network whose key is the longest beginning of this id."""
        longest = max((key for key in self._networks if _belongs(row, key)), key=len, default="")
        return self._networks.get(longest, {})


def _belongs(row: str, network: str) -> bool:
    return row == network or row.startswith(f"{network}.")


def _fields(entry: Entry, allowed: frozenset[str], what: str) -> dict[str, Entry]:
    if entry.node.kind is not Kind.MAPPING:
        raise values.Wrong(entry, f"holds no fields of {what}")
    for field in entry.node.entries:
        if field.key not in allowed:
            raise values.Wrong(field, f"is no field of {what}; they are {', '.join(sorted(allowed))}")
    return {field.key: field for field in entry.node.entries}


def _unsourced(entry: Entry, given: Mapping[str, Entry]) -> tuple[str, ...]:
    names = values.texts(entry)
    for name in names:
        if name not in given:
            raise values.Wrong(entry, f"names {name}, which this placement does not state")
    return names

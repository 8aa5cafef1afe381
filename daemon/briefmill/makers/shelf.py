"""The shelf of made pictures: a small file for each request, durably written, beside the store that holds the bytes.

An entry tells which bytes answer a request, and what they cost. When it was last of use is its file's time, which costs
no write that anybody waits for. A lost or broken entry, or one whose bytes are gone, only means that the picture is
made again. What is oldest in use goes first when the shelf is full; bytes that a live job needs, or that were of use
within the last hour, stay.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.domain import codec
from briefmill.domain.artefact import Ref
from briefmill.domain.creative import MadePicture
from briefmill.errors import BriefmillError, Paused
from briefmill.ports import Store

IN_HAND: Final = timedelta(hours=1)
"""What was of use so lately may be needed by a job whose record does not name it yet."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A picture on the shelf: its key, its bytes, when it was last of use (seconds since 1970), whose it is."""

    key: str
    ref: Ref
    used: float
    tenant: str = ""
    cost_micros: int = 0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A picture from the shelf, and what it had cost when it was made."""

    made: MadePicture
    cost_micros: int
    usage: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What is on the shelf. Bytes that answer several requests count once; times are seconds since 1970, 0 for none."""

    entries: int = 0
    pictures: int = 0
    size: int = 0
    paid_micros: int = 0
    oldest_use: float = 0.0
    tenants: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much may stay: bytes, and days since the last use; 0 for no bound."""

    size: int = 0
    days: float = 0.0


class Shelf:
    """The pictures of one home. Safe from any thread and any process: each change is one rename or one removal."""

    def __init__(self, index: Path, store: Store) -> None:
        self.index = index
        self._store = store

    def has(self, key: str) -> bool:
        """Whether there is an entry; its bytes are not looked at."""
        return self._place(key).exists()

    def get(self, key: str) -> Kept | None:
        """The picture for a key, whole and verified, and of use from now on; None where there is none."""
        place = self._place(key)
        try:
            entry = json.loads(place.read_bytes())
            with suppress(OSError):
                # On a disk that can only be read it grows old; it is not paid for again.
                os.utime(place)
            ref = codec.load(Ref, entry["ref"])
            facts = entry["facts"]
            box = facts.get("subject")
            made = MadePicture(
                data=self._store.get(ref),
                media_type=ref.media_type,
                maker=str(facts["maker"]),
                model=str(facts["model"]),
                prompt=str(facts["prompt"]),
                seed=int(facts["seed"]),
                subject=codec.load(tuple[float, float, float, float], box) if box else None,
            )
            kept = Kept(made=made, cost_micros=int(facts.get("cost_micros", 0)), usage=dict(facts.get("usage", {})))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, BriefmillError):
            return None
        return replace(kept, made=replace(made, cached=True))

    def put(self, key: str, made: MadePicture, *, tenant: str = "") -> None:
        """Put a picture down, bytes first. Raises Paused where there is no room, or nobody may write."""
        ref = self._store.put(made.data, made.media_type)
        facts = {
            "maker": made.maker,
            "model": made.model,
            "prompt": made.prompt,
            "seed": made.seed,
            "cost_micros": made.cost_micros,
            "usage": dict(made.usage),
            "subject": made.subject,
            "tenant": tenant,
        }
        with self.pausing():
            self.index.mkdir(parents=True, exist_ok=True)
            document = codec.document({"ref": codec.plain(ref), "facts": facts})
            files.write_durably(self._place(key), document)

    def entries(self) -> Iterator[Entry]:
        """All entries that can be read, in no particular order."""
        for place in self._places():
            entry = self._entry(place)
            if entry is not None:
                yield entry

    def stock(self) -> Stock:
        """What is there."""
        found = list(self.entries())
        tenants: dict[str, int] = {}
        for entry in found:
            tenants[entry.tenant] = tenants.get(entry.tenant, 0) + entry.ref.size
        sizes = {entry.ref.sha256: entry.ref.size for entry in found}
        return Stock(
            entries=len(found),
            pictures=len(sizes),
            size=sum(sizes.values()),
            paid_micros=sum(entry.cost_micros for entry in found),
            oldest_use=min((entry.used for entry in found), default=0.0),
            tenants=tenants,
        )

    def prune(
        self, bounds: Bounds, *, now: float, needed: Callable[[], Collection[str]], dry_run: bool = False
    ) -> tuple[Entry, ...]:
        """Remove what is oldest in use until the bounds hold; gives what was (or would be) removed.

        `now` is in seconds since 1970. `needed` gives the SHA-256 of all bytes that live jobs go on from; it is only
        asked when something is to go.
        """
        oldest = sorted(self.entries(), key=lambda entry: (entry.used, entry.key))
        sharing: dict[str, int] = {}
        for entry in oldest:
            sharing[entry.ref.sha256] = sharing.get(entry.ref.sha256, 0) + 1
        size = sum({entry.ref.sha256: entry.ref.size for entry in oldest}.values())
        gone: list[Entry] = []
        live: Collection[str] | None = None
        for entry in oldest:
            idle = now - entry.used
            full = bounds.size and size > bounds.size
            if idle < IN_HAND.total_seconds() or not (full or (bounds.days and idle > bounds.days * 86400)):
                break
            live = needed() if live is None else live
            if entry.ref.sha256 in live or (not dry_run and not self._removed(entry)):
                continue
            gone.append(entry)
            sharing[entry.ref.sha256] -= 1
            if not sharing[entry.ref.sha256]:
                size -= entry.ref.size
                if not dry_run:
                    self._store.delete(entry.ref.sha256)
        return tuple(gone)

    def verify(self, *, dry_run: bool = False) -> tuple[int, tuple[str, ...]]:
        """Read every entry and its bytes; gives how many hold, and a sentence for each that was (or would be) dropped.

        The bytes of an altered picture go, too: what has the wrong bytes under an address helps nobody.
        """
        good, dropped = 0, []
        for place in self._places():
            entry = self._entry(place)
            wrong = "its entry cannot be read" if entry is None else self._wrong(entry.ref)
            if not wrong:
                good += 1
                continue
            dropped.append(f"{place.stem}: {wrong}")
            if dry_run:
                continue
            place.unlink(missing_ok=True)
            if entry is not None:
                self._store.delete(entry.ref.sha256)
        return good, tuple(dropped)

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """Turn what concerns every job (a full disk, a closed folder) into Paused."""
        try:
            with files.disk_errors("the picture cache"):
                yield
        except PermissionError as error:
            raise Paused(f"{error.filename or self.index}: {error.strerror}", resource="folder") from error

    def _wrong(self, ref: Ref) -> str:
        try:
            for _ in self._store.pieces(ref):
                pass
        except BriefmillError as error:
            return str(error)
        return ""

    def _removed(self, entry: Entry) -> bool:
        """Remove an entry, unless it was of use since it was looked at."""
        place = self._place(entry.key)
        try:
            if place.stat().st_mtime > entry.used:
                return False
            place.unlink()
        except FileNotFoundError:
            return False
        return True

    def _entry(self, place: Path) -> Entry | None:
        try:
            used = place.stat().st_mtime
            told = json.loads(place.read_bytes())
            facts = told["facts"]
            return Entry(
                key=place.stem,
                ref=codec.load(Ref, told["ref"]),
                used=used,
                tenant=str(facts.get("tenant", "")),
                cost_micros=int(facts.get("cost_micros", 0)),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _places(self) -> Iterator[Path]:
        try:
            with os.scandir(self.index) as found:
                names = [one.name for one in found if one.name.endswith(".json") and not one.name.startswith(".")]
        except FileNotFoundError:
            return
        yield from (self.index / name for name in sorted(names))

    def _place(self, key: str) -> Path:
        return self.index / f"{key}.json"

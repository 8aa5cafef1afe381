"""Which job made a picture that turns up somewhere, long after its record of origin was stripped.

The very file is found by its hash; a copy by its prints (`imaging.prints`), compared with those of every creative that
this home has recorded. What is told of the job comes from the ledger, so it can be told when outbox and archive have
been cleared.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from briefmill.domain import codec
from briefmill.domain.creative import Picture
from briefmill.domain.job import Stage
from briefmill.imaging import decode, prints
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Printed, Records
from briefmill.settings import Settings
from briefmill.wiring.clock import SystemClock


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a picture comes from.

    `way` is `same` (the very file), `whole`, `cut` or `framed` (`imaging.prints.Match`), `bits` of 64 differ. `path` is
    the creative's in the job's folder. The picture under it is told by `origin`, `maker`, `model` and `prompt`;
    `cost_usd` is the whole job's, `picture_usd` that picture's.
    """

    way: str
    bits: int
    path: str
    job: str
    state: str
    campaign: str
    revision: int
    folder: str
    source: str
    made_at: str
    origin: str = ""
    maker: str = ""
    model: str = ""
    prompt: str = ""
    cost_usd: float = 0.0
    picture_usd: float = 0.0


def found(settings: Settings, data: bytes, *, limit: int) -> list[Origin]:
    """The creatives that a picture may be a copy of, the nearest first. Raises AssetRefused for what is no picture."""
    pixels = decode.picture(data)
    ledger = SqlLedger(settings.ledger, SystemClock())
    try:
        same = [one for portion in ledger.records.printed(sha256=sha256(data).hexdigest()) for one in portion]
        near = [("same", 0, one) for one in same] or sorted(_near(ledger.records, pixels), key=lambda hit: hit[1])
        return [_told(ledger.records, *hit) for hit in near[:limit]]
    finally:
        ledger.close()


def plain(origin: Origin) -> dict[str, Any]:
    """An origin, JSON-ready."""
    return asdict(origin)


def _near(records: Records, pixels: decode.Pixels) -> Iterator[tuple[str, int, Printed]]:
    for portion in records.printed():
        known = [one for one in portion if len(one.prints) == prints.DIGITS]
        for match in prints.search(pixels, prints.index([one.prints for one in known])):
            yield match.way, match.bits, known[match.row]


def _told(records: Records, way: str, bits: int, one: Printed) -> Origin:
    job = records.job(one.job)
    outputs = {run.stage: run.output for run in records.history(one.job)}
    pictures = codec.load(tuple[Picture, ...], outputs.get(Stage.GENERATE, {}).get("pictures", ()))
    product = one.path.partition("/")[0]
    placement = one.path.rpartition("/")[2].rpartition(".")[0]
    mine = [picture for picture in pictures if picture.product == product]
    picture = next((each for each in mine if not each.placements or placement in each.placements), None)
    return Origin(
        way=way,
        bits=bits,
        path=one.path,
        job=job.id,
        state=job.state.value,
        campaign=job.campaign,
        revision=job.revision,
        folder=job.folder,
        source=job.source,
        made_at=job.created_at.isoformat(),
        origin=picture.origin.value if picture else "",
        maker=picture.maker if picture else "",
        model=picture.model if picture else "",
        prompt=picture.prompt if picture else "",
        cost_usd=job.cost_micros / 1e6,
        picture_usd=picture.cost_micros / 1e6 if picture else 0.0,
    )

"""The order of a set: everything the pixel stages were told, written down so that they can be told it again.

A receipt says what was made; the order is what it was made from, beside the pictures: the brief as it was understood
(its placements and the words that a machine wrote with it), the layouts, thresholds, how files are encoded, and the
brand's file. It lies in the archive, refers to nothing but artefacts there, and its hash is in the receipt.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brief
from briefmill.domain.creative import Picture
from briefmill.errors import ConfigError
from briefmill.imaging import arrangement
from briefmill.imaging.arrangement import Layout
from briefmill.ports import Store
from briefmill.provenance.sealing import Sealing
from briefmill.rules import brandfile
from briefmill.rules.lawbook import Lawbook
from briefmill.rules.thresholds import Thresholds
from briefmill.stages.layoutbook import Book
from briefmill.stages.task import Looking, Making, PixelTask, Press

SCHEMA: Final = "briefmill.order/1"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the pixel stages were told.

    `brand_file` is the brand's file as it was then, None where it has none; `law` are the rules of law, asked as of the
    day `on`. `search_logos` is the one setting of how pictures are looked at that does not depend on the machine.
    """

    brief: Brief
    snapshot: Snapshot
    pictures: tuple[Picture, ...]
    layouts: tuple[Layout, ...]
    thresholds: Thresholds
    press: Press
    same_type_size: bool = False
    search_logos: bool = True
    brand_file: Ref | None = None
    law: Lawbook = field(default_factory=Lawbook)
    on: date | None = None
    schema: str = SCHEMA


def of(task: PixelTask) -> Order:
    """The order that a task is. The brand's file is put into the task's store."""
    making, brand = task.making, task.brief.brand
    path = brandfile.path_for(making.brands, brand)
    layouts = making.layouts.for_brand(brand)
    return Order(
        brief=task.brief,
        snapshot=task.snapshot,
        pictures=task.pictures,
        layouts=tuple(layout for layout in layouts if layout != arrangement.PLAIN),
        thresholds=making.thresholds,
        press=making.press,
        same_type_size=making.same_type_size,
        search_logos=making.looking.logos,
        law=making.law,
        on=task.on,
        brand_file=making.store.put(path.read_bytes(), "application/yaml") if path is not None else None,
    )


def dumps(order: Order) -> bytes:
    """The order as JSON with sorted keys: the same order is the same bytes.

    A layout's bounds may be infinite, which only Python's JSON knows; nobody else reads this.
    """
    return codec.canonical(codec.plain(order)).encode("utf-8", "surrogatepass")


def loads(data: bytes) -> Order:
    """An order from its bytes. Raises ConfigError for one that this version does not understand."""
    try:
        told = json.loads(data)
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise ConfigError("the order in the archive was written by another version of Briefmill. Use that one.")
        return codec.load(Order, told)
    except ValueError as error:
        raise ConfigError("the order in the archive cannot be read; it was written by another version.") from error


def task(order: Order, store: Store, brands: Path, sealing: Sealing | None) -> PixelTask:
    """What a worker needs to make the set again. `brands` is an empty folder that the brand's file is put into."""
    if order.brand_file is not None:
        name = brandfile.names(order.brief.brand)[0]
        (brands / f"{name}.yaml").write_bytes(store.get(order.brand_file))
    making = Making(
        store=store,
        brands=brands,
        layouts=Book(house=order.layouts),
        thresholds=order.thresholds,
        press=order.press,
        same_type_size=order.same_type_size,
        sealing=sealing,
        looking=Looking(logos=order.search_logos),
        law=order.law,
    )
    return PixelTask(brief=order.brief, snapshot=order.snapshot, pictures=order.pictures, making=making, on=order.on)

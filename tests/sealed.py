"""Signed sets for tests: a sealing from an authority's folder, and an order for one product on a photograph."""

import cv2
import numpy as np
from skimage import data as photographs

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Placement
from briefmill.provenance import authority
from briefmill.provenance.sealing import Sealing
from briefmill.stages.task import Making, PixelTask

SQUARE = Placement(id="1x1", width=480, height=480)


def sealing_of(folder):
    return Sealing(
        certificate=folder / authority.CHAIN,
        key=folder / authority.KEY,
        root=folder / authority.ROOT,
        fingerprint=authority.load(folder).fingerprint,
        tool="Briefmill",
        version="1.2",
    )


def photo():
    """A photograph that scikit-image carries, as PNG."""
    return cv2.imencode(".png", np.ascontiguousarray(photographs.coffee()[..., ::-1]))[1].tobytes()


def logo():
    """A dark disc and a bar on nothing, as PNG."""
    drawn = np.zeros((160, 400, 4), np.uint8)
    cv2.circle(drawn, (80, 80), 70, (40, 30, 160, 255), -1)
    cv2.rectangle(drawn, (180, 40), (390, 120), (120, 40, 20, 255), -1)
    return cv2.imencode(".png", drawn)[1].tobytes()


def order(store, sealing, *, placements=(SQUARE,), source=None, origin=Origin.GENERATED, **picture):
    """An order for one creative a placement, of a generated picture if not said otherwise."""
    ref = store.put(source or photo(), "image/png")
    mark = store.put(logo(), "image/png")
    made = {"maker": "openai", "model": "gpt-image-2.6-flare"} if origin is Origin.GENERATED else {}
    asset = Asset(path="logo.png", role=AssetRole.LOGO)
    return PixelTask(
        brief=Brief(
            campaign="calm",
            title="Calm",
            products=(Product(id="cup", name="Cup"),),
            locales=("en",),
            copies={"en": Copy(locale="en", message="Begin gently", cta="Shop now")},
            placements=placements,
            brand=Brand(id="halden", name="Halden & <Sons>", logo=asset),
        ),
        snapshot=Snapshot(name="calm.yaml", brief=ref, files={"logo.png": mark}),
        pictures=(Picture(product="cup", ref=ref, origin=origin, width=600, height=400, **(made | picture)),),
        making=Making(store=store, brands=store.root / "brands", sealing=sealing),
    )

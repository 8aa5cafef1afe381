"""A small set to make: one product, two locales that read in two directions, four placements."""

import cv2
import numpy as np

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.stages.task import Making, PixelTask
from briefmill.storage.fs import FileStore

PLACEMENTS = (
    Placement(id="1x1", width=400, height=400, formats=("jpg", "png")),
    Placement(id="16x9", width=640, height=360),
    Placement(id="bare", width=300, height=300, overlay=Overlay.FORBIDDEN),
    Placement(id="story", width=360, height=640, safe_zone=SafeZone(top=90, bottom=200)),
)


def photo(width=800, height=600):
    rng = np.random.default_rng(5)
    ground = np.full((height, width, 3), (150, 120, 90), np.uint8)
    cv2.circle(ground, (width // 2, height // 2), height // 4, (30, 60, 200), -1)
    noisy = np.clip(ground.astype(int) + rng.integers(-6, 7, ground.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".png", noisy)[1].tobytes()


class Workbench:
    """A store with a picture in it, and the order to make the set."""

    def __init__(self, path):
        self.path, self.store = path, FileStore(path)

    def task(self):
        picture, other = self.store.put(photo(), "image/png"), self.store.put(photo(640, 640), "image/png")
        brief = Brief(
            campaign="calm",
            title="Calm",
            products=(Product(id="cup", name="Cup"),),
            locales=("en", "he"),
            copies={
                "en": Copy(locale="en", message="Begin gently", cta="Shop now"),
                "he": Copy(locale="he", message="\u05d4\u05ea\u05d7\u05dc\u05d4 \u05e8\u05db\u05d4"),
            },
            placements=PLACEMENTS,
        )
        return PixelTask(
            brief=brief,
            snapshot=Snapshot(name="calm.yaml", brief=other),
            pictures=(Picture(product="cup", ref=picture, origin=Origin.SUPPLIED, width=800, height=600),),
            making=Making(store=self.store, brands=self.path / "brands"),
        )

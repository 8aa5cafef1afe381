"""What keeps the pixel stages fast, as counters: how often the expensive things are done, whatever the machine's mood.

The counting happens around the real functions; nothing in the stages knows of it.
"""

import hashlib
import io
import os
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg
from PIL import Image

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Placement
from briefmill.imaging import encode, faces, focus, logo, scale
from briefmill.stages import pixels
from briefmill.stages.layoutbook import read
from briefmill.stages.task import Making, PixelTask, Press
from briefmill.storage.fs import FileStore
from intake.intakekit import House

CONFIG = Path(__file__).parents[2] / "config"
SIZES = ((540, 540), (540, 960), (960, 540), (540, 675), (600, 314), (300, 250))
LOCALES = {"en-US": "Summer starts here: refresh your day", "de-DE": "Der Sommer beginnt hier: erfrische deinen Tag"}
LARGEST_MESSAGE = 128 * 1024  # of a set of 96; the prints of one creative take half a kilobyte


class Bench:
    """A store, and tasks whose twelve creatives are made from one picture."""

    def __init__(self, path):
        self.store = FileStore(path)
        self.made = 0

    def task(self, suffix=".jpg", *, most_bytes=None, busy=False, products=1):
        self.made += 1
        # A worker remembers logos by their bytes: each task of each test shows one that was never seen before.
        tone = hashlib.sha256(f"{self.store.root} {self.made}".encode()).digest()[:3]
        mark = np.zeros((60, 160, 4), np.uint8)
        cv2.circle(mark, (30, 30), 28, (*tone, 255), -1, cv2.LINE_AA)
        cv2.rectangle(mark, (70, 20), (155, 40), (255, 255, 255, 255), -1)
        stored = self.store.put(cv2.imencode(".png", mark)[1].tobytes(), "image/png")
        ids = [f"p{number}" for number in range(products)]
        brief = Brief(
            campaign="counted",
            title="Counted",
            products=tuple(Product(id=name, name=name) for name in ids),
            locales=tuple(LOCALES),
            copies={locale: Copy(locale=locale, message=text) for locale, text in LOCALES.items()},
            placements=tuple(Placement(id=f"{w}x{h}", width=w, height=h, max_bytes=most_bytes) for w, h in SIZES),
            brand=Brand(name="b", palette=("#123F4A", "#F2B84B"), logo=Asset(path="logo.png", role=AssetRole.LOGO)),
        )
        self.sources = {name: photo(suffix, seed=number, busy=busy) for number, name in enumerate(ids)}
        pictures = tuple(
            Picture(product=name, ref=self.store.put(data, "image"), origin=Origin.SUPPLIED, width=1600, height=1200)
            for name, data in self.sources.items()
        )
        nothing = Ref(sha256="0" * 64, size=1, media_type="")
        return PixelTask(
            brief=brief,
            snapshot=Snapshot(name="b.yaml", brief=nothing, files={"logo.png": stored}),
            pictures=pictures,
            making=Making(
                store=self.store, brands=Path("/nonexistent"), layouts=read(CONFIG / "layouts"), press=Press(quality=85)
            ),
        )


def photo(suffix, *, seed=0, busy=False):
    rng = np.random.default_rng(seed)
    ground = np.full((1200, 1600, 3), (150, 120, 90 + seed), np.uint8)
    cv2.circle(ground, (800, 600), 300, (30, 60, 200), -1)
    grain = rng.normal(0, 60 if busy else 3, (600, 800, 3)).astype(np.float32)
    noisy = ground + cv2.resize(grain, (1600, 1200))
    return cv2.imencode(suffix, np.clip(noisy, 0, 255).astype(np.uint8))[1].tobytes()


class Counts:
    """What was called, and with which encoded bytes decoders were fed."""

    def __init__(self):
        self.calls = Counter()
        self.decoded = Counter()
        self.opened = Counter()
        self.encoded = Counter()

    def counting(self, name, real):
        def call(*args, **options):
            self.calls[name] += 1
            return real(*args, **options)

        return call


@pytest.fixture
def counts(monkeypatch):
    """Counters around everything that costs: decoders, encoders, the filter, the detector of faces."""
    found = Counts()
    by_opencv, by_turbo, opened, written = cv2.imdecode, simplejpeg.decode_jpeg, Image.open, cv2.imencode
    detector = cv2.CascadeClassifier

    def imdecode(data, *args):
        found.decoded[data.tobytes()] += 1
        return by_opencv(data, *args)

    def decode_jpeg(data, *args, **options):
        found.decoded[bytes(data)] += 1
        return by_turbo(data, *args, **options)

    def open_image(file, *args, **options):
        found.opened[file.getvalue() if isinstance(file, io.BytesIO) else str(file)] += 1
        return opened(file, *args, **options)

    def imencode(suffix, shown, *args):
        found.encoded[suffix, shown.shape[1], shown.shape[0]] += 1
        return written(suffix, shown, *args)

    class Detector:
        def __init__(self, *args):
            found.calls["cascades"] += 1
            self._real = detector(*args)

        def detectMultiScale(self, *args, **options):  # noqa: N802 - OpenCV's name
            found.calls["faces"] += 1
            return self._real.detectMultiScale(*args, **options)

    monkeypatch.setattr(cv2, "imdecode", imdecode)
    monkeypatch.setattr(simplejpeg, "decode_jpeg", decode_jpeg)
    monkeypatch.setattr(Image, "open", open_image)
    monkeypatch.setattr(cv2, "imencode", imencode)
    monkeypatch.setattr(cv2, "CascadeClassifier", Detector)
    monkeypatch.setattr(scale.Scaler, "fit", found.counting("scaled", scale.Scaler.fit))
    monkeypatch.setattr(focus, "find", found.counting("focus", focus.find))
    monkeypatch.setattr(encode, "encode", found.counting("encode", encode.encode))
    monkeypatch.setattr(logo, "load", found.counting("logo", logo.load))
    # The detector is kept for the life of a thread: one that was made before could not be counted.
    faces._classifier.cache_clear()
    yield found
    faces._classifier.cache_clear()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_source_is_decoded_and_looked_at_once_for_twelve_creatives(bench, counts, suffix):
    task = bench.task(suffix)
    counts.decoded.clear()

    work = pixels.run(task)

    assert len(work.creatives) == 12
    assert counts.decoded[bench.sources["p0"]] == 1
    assert (counts.calls["focus"], counts.calls["faces"], counts.calls["cascades"]) == (1, 1, 1)


def test_each_of_several_sources_is_decoded_and_looked_at_once(bench, counts):
    task = bench.task(products=3)
    counts.decoded.clear()

    work = pixels.run(task)

    assert len(work.creatives) == 36
    assert [counts.decoded[data] for data in bench.sources.values()] == [1, 1, 1]
    assert (counts.calls["focus"], counts.calls["faces"], counts.calls["cascades"]) == (3, 3, 1)


def test_each_placement_is_cropped_and_scaled_once_for_all_its_locales(bench, counts):
    pixels.run(bench.task())

    assert counts.calls["scaled"] == len(SIZES)


def test_each_creative_is_encoded_once(bench, counts):
    task = bench.task()
    counts.encoded.clear()

    pixels.run(task)

    assert counts.calls["encode"] == 12
    assert {size: counts.encoded[".jpg", *size] for size in SIZES} == dict.fromkeys(SIZES, len(LOCALES))
    # The twelve, and the sheet.
    assert counts.encoded.total() == 13


@pytest.mark.parametrize("most_bytes", [150_000, 60_000, 25_000, 9_000])
def test_a_creative_under_a_cap_is_encoded_four_times_at_most(bench, counts, monkeypatch, most_bytes):
    task = bench.task(busy=True, most_bytes=most_bytes)
    counts.encoded.clear()
    each = []
    once = encode.encode

    def one(*args, **options):
        before = counts.encoded.total()
        made = once(*args, **options)
        each.append(counts.encoded.total() - before)
        return made

    monkeypatch.setattr(encode, "encode", one)
    pixels.run(task)

    assert len(each) == 12
    assert max(each) <= 4


def test_what_was_written_is_read_again_by_the_audit_alone_and_once(bench, counts):
    task = bench.task()
    counts.decoded.clear()
    counts.opened.clear()

    work = pixels.run(task)

    outputs = [bench.store.get(creative.ref) for creative in work.creatives]
    assert len(outputs) == 12
    # OpenCV writes JPEG, so the audit opens it with Pillow; nobody else looks.
    assert [(counts.opened[data], counts.decoded[data]) for data in outputs] == [(1, 0)] * 12


def test_a_logo_is_cut_out_once_and_not_for_every_creative_or_job(bench, counts):
    task = bench.task()

    pixels.run(task)
    pixels.run(replace(task, brief=replace(task.brief, campaign="another")))

    assert counts.calls["logo"] == 1


@pytest.mark.parametrize("products", [1, 8])
def test_no_pixels_travel_to_a_worker_or_back(bench, products):
    task = bench.task(products=products)
    asked = pickle.dumps(task)
    answered = pickle.dumps(pixels.run(task))

    assert max(len(asked), len(answered)) < LARGEST_MESSAGE
    assert b"numpy" not in asked + answered


@pytest.mark.parametrize(
    "words", [["--help"], ["jobs", "list"], ["run", "--until-idle"]], ids=["help", "jobs list", "idle watcher"]
)
def test_who_only_asks_or_watches_loads_no_pixel_library(tmp_path, words):
    home = {**os.environ, "BRIEFMILL_HOME": str(tmp_path), "BRIEFMILL_TELEMETRY__LISTEN": ""}
    home |= {"BRIEFMILL_INTAKE__INTERVAL_S": "0.1", "BRIEFMILL_INTAKE__QUIET_S": "0"}
    subprocess.run([sys.executable, "-m", "briefmill", "init"], env=home, check=True, stdout=subprocess.DEVNULL)
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', *sorted({'cv2', 'numpy', 'openai'} & set(sys.modules))))\n"
        f"sys.argv = ['briefmill', *{words!r}]\n"
        "from briefmill.faces.cli.main import main\n"
        "main()\n"
    )

    done = subprocess.run([sys.executable, "-c", script], env=home, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split("LOADED")[1].split() == []


async def test_claiming_a_brief_syncs_the_inbox_three_times_at_most(tmp_path, monkeypatch):
    # Store and ledger are in memory here: what counts is the protocol of the claim.
    house = House(tmp_path)
    for number in range(20):
        house.drop(f"{number:02}.yaml", f"summer-{number} end")
    synced = []
    sync = os.fsync

    def counted(descriptor):
        synced.append(descriptor)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    await house.rounds()

    assert len(house.states()) == 20
    assert 1 <= len(synced) <= 3 * 20

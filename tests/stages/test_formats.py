"""Which file a placement gets: the wished format, else another that fits; its words and its profile are told to it."""

from dataclasses import replace

import cv2
import pytest

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Icc, Placement
from briefmill.imaging import encode, fonts
from briefmill.imaging.compose import BrandKit
from briefmill.stages import overlay, pixels
from briefmill.stages.resize import Source
from briefmill.stages.task import Press
from imaging import pictures
from imaging.copywriting import mark
from imaging.easel import HOUSE
from stages.workbench import Workbench

WISH = Press()
COPY = Copy(locale="en", message="Summer that keeps its cool", cta="Try it")


@pytest.fixture(scope="module")
def kit():
    return BrandKit(palette=("#0E3B43", "#F2A65A"), logo=mark(), library=fonts.Library.build(system=False))


@pytest.fixture
def printed(kit):
    """Print a creative for a placement."""

    def run(placement, press=WISH):
        source = cv2.imencode(".png", pictures.market(500, 400))[1].tobytes()
        studio = overlay.Studio(kit=kit, layouts=HOUSE, press=press)
        sitting = overlay.Sitting(Source(source, (placement,)), placement, [COPY], studio)
        plan = sitting.plan(COPY)
        return overlay.run(sitting, sitting.framed(plan, COPY), plan, COPY)

    return run


@pytest.fixture
def asked(monkeypatch):
    """What the encoder was asked for, each answered with a file that fits only where it is in `fitting`."""
    orders = []

    def fitting(*names):
        def answer(shown, *, extension, **options):
            orders.append({"extension": extension, **options})
            made = real(shown, extension=extension)
            return replace(made, fits=extension in names, encodes=2)

        real = encode.encode
        monkeypatch.setattr(encode, "encode", answer)
        return orders

    return fitting


PLACEMENT = Placement(id="p", width=300, height=250, formats=("jpg", "gif", "png", "webp"), max_bytes=50_000)


def test_what_fits_in_the_wished_format_is_asked_for_in_no_other(printed, asked):
    orders = asked("jpg", "webp")
    made = printed(PLACEMENT)
    assert [order["extension"] for order in orders] == ["jpg"]
    assert (made.encoded.extension, made.encoded.encodes) == ("jpg", 2)


def test_the_next_format_that_fits_is_taken_and_all_runs_of_encoders_are_counted(printed, asked):
    orders = asked("webp")
    made = printed(PLACEMENT)
    assert [order["extension"] for order in orders] == ["jpg", "png", "webp"]
    assert (made.encoded.extension, made.encoded.fits, made.encoded.encodes) == ("webp", True, 6)


def test_where_nothing_fits_the_wished_format_is_shown_for_it(printed, asked):
    orders = asked()
    made = printed(PLACEMENT, Press(extension="webp"))
    assert [order["extension"] for order in orders] == ["webp", "jpg", "png"]
    assert (made.encoded.extension, made.encoded.fits) == ("webp", False)


def test_a_gif_is_made_where_it_is_wished_for_and_is_no_way_out(printed, asked):
    asked("gif")
    assert not printed(PLACEMENT).encoded.fits
    assert printed(PLACEMENT, Press(extension="gif")).encoded.extension == "gif"


@pytest.mark.parametrize("icc", [Icc.KEEP, Icc.STRIP, None])
def test_the_encoder_is_told_where_words_stand_and_what_becomes_of_a_profile(printed, asked, icc):
    orders = asked("jpg")
    made = printed(replace(PLACEMENT, icc=icc))
    boxes = tuple(text.box for text in made.composition.texts)
    assert len(boxes) == 2
    room = {"max_bytes": 50_000, "reserve": 0}
    look = {"quality": 88, "icc": icc is Icc.KEEP, "fine": boxes, "xmp": b""}
    assert orders == [{"extension": "jpg"} | room | look]


def test_another_treatment_of_profiles_makes_a_creative_again(tmp_path):
    bench = Workbench(tmp_path)
    task = bench.task()
    kept = tuple(replace(placement, icc=Icc.KEEP) for placement in task.brief.placements)
    first, again = (
        pixels.run(replace(task, brief=replace(task.brief, placements=p))) for p in (task.brief.placements, kept)
    )
    assert set(again.keys).isdisjoint(first.keys)
    assert {creative.ref for creative in again.creatives}.isdisjoint(creative.ref for creative in first.creatives)

"""Pictures that are made elsewhere: all are asked for before the job goes to sleep, and none is half used."""

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Frame, MadePicture
from briefmill.domain.placement import Placement
from briefmill.engine import attempt
from briefmill.engine.attempt import Kind, Patience
from briefmill.errors import Temporary, Waits
from briefmill.stages import generate
from briefmill.storage.memory import MemoryStore

FRAMES = (Frame(width=1024, height=1024, placements=("a",)), Frame(width=1024, height=1536, placements=("b",)))
PICTURE = MadePicture(data=b"x", media_type="image/png", maker="openai", model="m", prompt="", seed=0)


class Maker:
    name = "openai"

    def __init__(self, *ends):
        self.ends, self.asked = list(ends), []

    def make(self, request):
        self.asked.append((request.product, request.width, request.height))
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end


def generated(maker):
    products = tuple(Product(id=name, name=name.title()) for name in ("cup", "pot"))
    placements = (Placement(id="a", width=10, height=10), Placement(id="b", width=10, height=15))
    brief = Brief(
        campaign="c",
        title="C",
        products=products,
        locales=("en",),
        copies={"en": Copy(locale="en", message="hi")},
        placements=placements,
    )
    tools = generate.Tools(
        store=MemoryStore(),
        maker=maker,
        probe=lambda _: (1024, 1024),
        prompt=lambda _, product: product.name,
        cut=lambda _: None,
        camera=generate.Camera(frames=lambda _: FRAMES),
    )
    ref = Ref(sha256="0" * 64, size=1, media_type="")
    return generate.run(brief, Snapshot(name="b", brief=ref, files={}), tools)


def test_every_picture_is_asked_for_before_the_job_sleeps():
    maker = Maker(Waits("later"), PICTURE, Waits("later"), Waits("later"))
    with pytest.raises(Waits):
        generated(maker)
    assert maker.asked == [("cup", 1024, 1024), ("cup", 1024, 1536), ("pot", 1024, 1024), ("pot", 1024, 1536)]


def test_when_all_have_come_the_stage_goes_on():
    assert len(generated(Maker(*[PICTURE] * 4))) == 4


def test_what_really_fails_is_told_at_once():
    maker = Maker(Waits("later"), Temporary("5xx"))
    with pytest.raises(Temporary, match="5xx"):
        generated(maker)
    assert len(maker.asked) == 2


@pytest.mark.parametrize(("asked", "expected"), [(None, attempt.LOOKS_S), (90.0, 90.0)])
def test_to_wait_is_no_failure_and_costs_no_try(asked, expected):
    judged = attempt.judge(Waits("later", retry_in=asked), attempt=99, patience=Patience(attempts=4), chance=0.5)
    assert (judged.kind, judged.charge, judged.retry_in, judged.asked) == (Kind.WAITS, False, expected, None)

"""Where there is little room, the message comes first: a button gives way before half a sentence is shown."""

from pathlib import Path

import pytest

from briefmill.briefs.placements import Placements
from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture, PictureRequest
from briefmill.domain.verdict import Severity
from briefmill.imaging import scene
from briefmill.stages import layoutbook, pixels
from briefmill.stages.task import Making, PixelTask
from briefmill.storage.memory import MemoryStore

HOUSE = Path(__file__).parents[2]
LOGO = HOUSE / "config" / "demo" / "summer-calm" / "logo.png"
SQUARE = "google.display.200x200"


@pytest.fixture(scope="module")
def drawn():
    """A product that fills its picture, so that the words get a part of the canvas for themselves."""
    wanted = PictureRequest(
        product="p", name="Wireless speaker", prompt="", width=640, height=640, category="speaker", seed=11,
        palette=("#3A2E6B", "#FF8A5B", "#F4EFFA"),
    )  # fmt: skip
    return scene.drawn(wanted)


@pytest.mark.parametrize(
    ("locale", "message", "cta", "disclaimer"),
    [
        ("en-US", "Thirty hours of music, one small round friend", "Hear it", "Battery life depends on use."),
        ("hi-IN", "गर्मियों का सुकून साथ ले चलें", "अभी खरीदें", "स्टॉक रहने तक।"),
        ("ar-AE", "ضوء مسائي للأحاديث الطويلة والكتب الهادئة", "شاهد المصباح", "المصباح الكهربائي غير مشمول."),
        ("ja-JP", "長い会話と、ゆっくり読む本のための灯り。", "ランプを見る", "電球は別売りです。"),
    ],
)
def test_the_whole_message_stands_on_a_small_square_and_the_button_gives_way(drawn, locale, message, cta, disclaimer):
    store = MemoryStore()
    data, subject = drawn
    picture, logo = store.put(data, "image/jpeg"), store.put(LOGO.read_bytes(), "image/png")
    brief = Brief(
        campaign="c",
        title="C",
        products=(Product(id="p", name="P"),),
        locales=(locale,),
        copies={locale: Copy(locale=locale, message=message, cta=cta, disclaimer=disclaimer)},
        placements=[one for one in Placements.load(HOUSE / "config/placements.yaml").all() if one.id == SQUARE],
        brand=Brand(name="B", palette=("#3A2E6B", "#FF8A5B"), logo=Asset(path="logo.png", role=AssetRole.LOGO)),
    )
    task = PixelTask(
        brief=brief,
        snapshot=Snapshot(name="c.yaml", brief=logo, files={"logo.png": logo}),
        pictures=(Picture(product="p", ref=picture, origin=Origin.PROCEDURAL, width=640, height=640, subject=subject),),
        making=Making(
            store=store, brands=HOUSE / "config" / "brands", layouts=layoutbook.read(HOUSE / "config" / "layouts")
        ),
    )
    work = pixels.run(task)
    told = [finding.message for finding in work.findings if finding.severity is Severity.ERROR]
    assert not [words for words in told if "does not fit" in words], told

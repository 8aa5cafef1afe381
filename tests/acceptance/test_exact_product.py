"""Pictures that stay near to what was supplied: a real daemon, and a fake OpenAI that keeps its own book."""

import io
import json
import zipfile

import pytest

from briefmill.fake_openai import FakeOpenAI
from imaging import packshots

pytestmark = pytest.mark.acceptance

BRIEF = """\
campaign: Stage
message: {{en: Begin gently}}
brand: {{name: Halden, palette: ["#123F4A", "#F2B84B"]}}
product_fidelity: {fidelity}
style_references: [mood.png]
rendering: {{quality: low}}
products: [{{id: bottle, name: Tide bottle, image: bottle.png}}]
placements: ["1:1", "4:5", "300x250", "728x90"]
"""


@pytest.fixture
def openai(home):
    with FakeOpenAI() as fake:
        home.environ["OPENAI_API_KEY"] = fake.key
        home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.base_url
        home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "6000"
        yield fake
    assert fake.book.invalid == 0, fake.book.refused()


def bundle(fidelity, picture):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("brief.yaml", BRIEF.format(fidelity=fidelity))
        packed.writestr("bottle.png", packshots.encoded(picture))
        packed.writestr("mood.png", packshots.encoded(packshots.photographed(packshots.backdrop(200, 300))))
    return data.getvalue()


def receipt(home):
    return json.loads((home.path / "outbox" / "stage" / "receipt.json").read_text())


def test_an_exact_product_is_set_into_one_bought_scene_and_the_receipt_proves_it(home, openai):
    home.drop("stage.zip", bundle("exact", packshots.bottle()[0]))
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "delivered", job["reason"]
    (call,) = openai.book.charged()
    assert call.route == "images.edits"
    assert job["cost_usd"] == pytest.approx(call.cost_micros / 1e6)
    told = receipt(home)
    (picture,) = told["pictures"]
    assert "empty stage" in picture["prompt"]
    assert (picture["asset"], picture["references"]) == ("bottle.png", ["mood.png"])
    supplied = next(one["sha256"] for one in told["inputs"] if one["path"] == "bottle.png")
    assert picture["cutout"]["source"]["sha256"] == supplied
    assert picture["cutout"]["way"] == "backdrop"
    assert len(told["creatives"]) == 4
    for creative in told["creatives"]:
        proof = creative["exactness"]
        assert proof["source"] == supplied
        assert proof["greatest"] <= 2
        assert proof["pixels"] > 400
        assert proof["box"]["x"] + proof["box"]["width"] <= creative["width"]


def test_a_product_that_cannot_be_cut_out_rejects_the_brief_before_anything_is_paid(home, openai):
    home.drop("stage.zip", bundle("exact", packshots.restless()))
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "rejected"
    (folder,) = (home.path / "rejected").iterdir()
    page = (folder / "REASONS.md").read_text()
    assert "bottle.png" in page
    assert "not plain enough" in page
    assert "transparent ground" in page
    assert openai.book.charged() == ()


def test_a_product_that_is_gone_by_is_bought_by_an_edit_of_its_picture_and_paid_once(home, openai):
    home.drop("stage.zip", bundle("reference", packshots.bottle()[0]))
    home.run_until_idle()
    home.drop("again.zip", bundle("reference", packshots.bottle()[0]).replace(b"stage", b"stage"))
    home.run_until_idle()
    assert {job["state"] for job in home.jobs()} <= {"delivered", "duplicate"}
    (call,) = openai.book.charged()
    assert call.route == "images.edits"
    (picture,) = receipt(home)["pictures"]
    assert picture["references"] == ["bottle.png", "mood.png"]
    assert "The first picture sent along shows the product itself" in picture["prompt"]
    assert picture["cutout"] is None


def test_a_wish_that_no_model_knows_stops_the_daemon_at_its_start_with_the_fix(home):
    home.environ["OPENAI_API_KEY"] = "sk-test"
    home.environ["BRIEFMILL_OPENAI__MODEL"] = "gpt-image-2"
    home.environ["BRIEFMILL_OPENAI__COMPLEXITY"] = "high"
    home.command("run", "--until-idle", code=78)


def test_without_a_key_an_exact_product_stands_on_the_built_in_maker_s_stage(home):
    home.drop("stage.zip", bundle("exact", packshots.mug()[0]))
    home.run_until_idle()
    (job,) = home.jobs()
    assert (job["state"], job["cost_usd"]) == ("delivered", 0.0)
    told = receipt(home)
    assert {picture["maker"] for picture in told["pictures"]} == {"procedural"}
    assert all(creative["exactness"]["greatest"] <= 2 for creative in told["creatives"])

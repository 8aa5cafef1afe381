"""What a brand brings, from its files to the creatives: logos in their variants, and the tint under a cut-out."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from briefmill.domain.brief import Asset, AssetRole, Brand
from briefmill.errors import AssetRefused
from briefmill.imaging import colour
from briefmill.stages import overlay, pixels
from briefmill.stages.resize import Source
from stages.workbench import PLACEMENTS, Workbench

FRAME = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">%s</svg>'
DARK = FRAME % b'<rect width="90" height="30" rx="9" fill="#101418"/>'


def ring(tone):
    drawn = np.zeros((60, 180, 4), np.uint8)
    cv2.rectangle(drawn, (4, 4), (175, 55), (*tone, 255), 8, cv2.LINE_AA)
    return cv2.imencode(".png", drawn)[1].tobytes()


@pytest.fixture
def bench(tmp_path):
    return Workbench(tmp_path)


def branded(bench, files, **brand):
    task = bench.task()
    stored = {path: bench.store.put(data, "application/octet-stream") for path, data in files.items()}
    marks = {key: Asset(path=path, role=AssetRole.LOGO, field=f"brand.{key}") for key, path in brand.items()}
    return replace(
        task,
        brief=replace(task.brief, brand=Brand(name="Calm", palette=("#0E3B43",), **marks)),
        snapshot=replace(task.snapshot, files=stored),
    )


def test_each_creative_says_which_variant_it_carries(bench):
    files = {"w.png": ring((255, 255, 255)), "d.png": ring((20, 20, 20))}
    made = pixels.run(branded(bench, files, logo="d.png", logo_on_dark="w.png"))
    used = {one.placement: one.logo for one in made.creatives}
    assert used["bare"] == ""
    assert {variant for place, variant in used.items() if place != "bare"} <= {"plain", "on_dark"}
    assert any(used.values())


def test_a_drawing_serves_as_a_logo(bench):
    kit = overlay.kit_for(*_parts(branded(bench, {"d.svg": DARK}, logo="d.svg")))
    assert kit.logo is not None
    assert kit.logo.shape[2] == 4
    assert kit.logo_aspect == pytest.approx(3, abs=0.02)


def test_where_the_logo_did_not_come_its_variant_stands_for_it(bench):
    files = {"w.png": ring((255, 255, 255))}
    kit = overlay.kit_for(*_parts(branded(bench, files, logo="gone.png", logo_on_dark="w.png")))
    assert kit.logo is kit.logo_on_dark is not None


def test_a_wrong_variant_is_refused_with_its_place(bench):
    files = {"d.svg": DARK, "w.svg": FRAME % b"<text>Calm</text>"}
    task = branded(bench, files, logo="d.svg", logo_on_dark="w.svg")
    with pytest.raises(AssetRefused) as caught:
        pixels.run(task)
    problem = caught.value.problem
    assert (problem.field, problem.code) == ("brand.logo_on_dark", "asset.vector.text")
    assert problem.message.startswith("w.svg: line 1")
    assert "outlines" in problem.fix


def _parts(task):
    return task.brief, task.snapshot, task.making.store


def test_a_cut_out_stands_on_a_tint_of_the_brand_that_runs_to_every_edge():
    layers = np.zeros((300, 200, 4), np.uint8)
    layers[40:260, 60:140] = (250, 250, 250, 255)
    data = cv2.imencode(".png", layers)[1].tobytes()
    source = Source(data, PLACEMENTS, palette=("#0E3B43",))
    made = source.fitted(640, 360).pixels
    corner = made[0, 0].astype(int)
    assert tuple(corner) == colour.bgr(source.ground)
    assert np.abs(made[:, 0].astype(int) - corner).max() <= 1
    assert np.abs(made[:, -1].astype(int) - corner).max() <= 1
    assert np.abs(made[0].astype(int) - corner).max() <= 1
    assert (made.reshape(-1, 3) == (250, 250, 250)).all(axis=1).any()

import cv2
import numpy as np

from briefmill.domain.verdict import Severity
from briefmill.imaging import sheet
from briefmill.imaging.sheet import Cell
from imaging.copywriting import MESSAGES, flat

RED = (60, 60, 214)


def decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def cell(width=120, height=120, *, level=40, **rest):
    return Cell(**({"group": "Aqua", "pixels": flat(width, height, level), "caption": ("en · square",)} | rest))


def near(page, colour):
    return (np.abs(page.astype(int) - colour).max(axis=2) < 40).sum()


def test_a_sheet_is_a_jpeg_that_shows_its_pictures(library):
    data = sheet.contact_sheet("Summer", [cell(level=0)], library=library)
    assert data[:3] == b"\xff\xd8\xff"
    assert near(decoded(data), (0, 0, 0)) >= 100 * 100


def test_captions_of_every_script_are_set(library):
    with_words = sheet.contact_sheet("夏 · صيف", [cell(caption=(MESSAGES["th"], "قمر"))], library=library)
    without = sheet.contact_sheet("夏 · صيف", [cell(caption=("", ""))], library=library)
    assert decoded(with_words).shape == decoded(without).shape
    assert (decoded(with_words) < 200).sum() > (decoded(without) < 200).sum() + 100


def test_a_broken_rule_is_framed_in_red(library):
    plain, framed = (
        decoded(sheet.contact_sheet("Summer", [cell(severity=severity)], library=library))
        for severity in (None, Severity.ERROR)
    )
    assert near(plain, RED) == 0
    assert near(framed, RED) > 400


def test_a_new_row_begins_with_a_new_market(library):
    together = [cell(row="en") for _ in range(2)]
    apart = [cell(row=row) for row in ("en", "de")]
    low, high = (decoded(sheet.contact_sheet("Summer", cells, library=library)) for cells in (together, apart))
    assert high.shape[0] > low.shape[0]


def test_six_hundred_creatives_fit_a_bounded_page(library):
    shapes = [(120, 120), (90, 160), (160, 20), (24, 160), (160, 84), (100, 125)]
    cells = [cell(*shapes[at % 6], group=f"p{at // 120}", caption=("de · 1x1", "1080 x 1080")) for at in range(600)]
    page = decoded(sheet.contact_sheet("Large", cells, library=library))
    assert page.shape[0] * page.shape[1] <= 16_000_000
    assert page.shape[1] <= 4000


def test_an_empty_set_is_a_title_alone(library):
    assert decoded(sheet.contact_sheet("Nothing", [], library=library)).shape[1] == sheet.LEAST_WIDTH

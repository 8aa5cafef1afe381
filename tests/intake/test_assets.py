"""Finding the files that a brief names, and nothing else."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.domain.brief import Asset, AssetRole, Brand, Reading
from briefmill.errors import BriefRefused
from briefmill.intake import assets
from briefmill.intake.assets import Place
from intake.intakekit import brief, picture


@pytest.fixture
def shelf(tmp_path):
    folder = tmp_path / "shelf"
    (folder / "pics").mkdir(parents=True)
    (folder / "logo.png").write_bytes(b"logo")
    (folder / "pics" / "Caf\u00e9.PNG").write_bytes(b"cafe")
    (folder / ".hidden.png").write_bytes(b"secret")
    (folder / "other.yaml").write_bytes(b"campaign: somebody else's")
    (tmp_path / "outside.png").write_bytes(b"outside")
    (folder / "out.png").symlink_to(tmp_path / "outside.png")
    (folder / "away").symlink_to(tmp_path)
    return Place(folder=folder, called="the shelf")


def search(paths, known=(), places=(), **wishes):
    named = [path if isinstance(path, Asset) else picture(path) for path in paths]
    return assets.find(Reading(brief=brief(assets=named, **wishes)), known, places)


def test_a_file_of_the_bundle_goes_before_one_on_the_shelf(shelf):
    (found,) = search(["logo.png"], ["logo.png"], [shelf]).found
    assert (found.known, found.piece) == ("logo.png", None)


@pytest.mark.parametrize("path", ["./pics/a.png", "pics//a.png", "pics\\a.png"])
def test_a_path_is_understood_however_its_parts_are_joined(path):
    assert search([path], ["pics/a.png"]).found[0].known == "pics/a.png"


def test_a_bare_name_is_also_looked_for_among_the_bundle_s_assets():
    assert search(["a.png"], ["assets/a.png"]).found[0].known == "assets/a.png"


def test_a_name_that_differs_in_case_or_unicode_form_is_found_with_a_notice(shelf):
    found = search(["Logo.PNG"], ["logo.png"])
    assert found.found[0].known == "logo.png"
    assert [notice.code for notice in found.notices] == ["asset.case"]
    found = search(["pics/cafe\u0301.png"], (), [shelf])
    with found.found[0].piece.open() as file:
        assert file.read() == b"cafe"
    assert "Caf\u00e9.PNG" in found.notices[0].message


def test_what_is_missing_is_a_notice_that_says_where_was_looked(shelf):
    found = search(["nope.png"], ["a.png"], [shelf])
    assert found.found == ()
    (notice,) = found.notices
    assert (notice.code, notice.field) == ("asset.missing", "products[0].image")
    assert "the bundle or the shelf" in notice.message


def test_what_is_missing_but_required_refuses_all_at_once(shelf):
    brand = Brand(logo=Asset(path="mark.png", role=AssetRole.LOGO, required=True))
    with pytest.raises(BriefRefused) as caught:
        search([picture("a.png", required=True), "b.png"], (), [shelf], brand=brand)
    assert [problem.message.split()[0] for problem in caught.value.problems] == ["a.png", "mark.png"]


def test_an_address_is_never_fetched_and_said_so():
    (notice,) = search(["https://example.com/a.png"]).notices
    assert "address" in notice.message


@pytest.mark.parametrize(
    "path", ["../outside.png", "/etc/passwd", "pics/../../outside.png", "C:\\a.png", "~/a.png", ""]
)
def test_a_path_that_leads_out_refuses_the_brief(shelf, path):
    with pytest.raises(BriefRefused, match=r"leads out.*\.\."):
        search([path], (), [shelf])


@pytest.mark.parametrize("path", [".hidden.png", "out.png", "away/outside.png", "other.yaml", "pics", "logo.png/x.png"])
def test_links_hidden_files_and_what_is_no_asset_are_not_found(shelf, path):
    assert [notice.code for notice in search([path], (), [shelf]).notices] == ["asset.missing"]


@given(st.text(max_size=40) | st.from_regex(r"(\.\.|/|\\|away|pics|outside\.png|logo\.png){1,5}", fullmatch=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_whatever_a_brief_writes_only_assets_inside_are_ever_opened(shelf, path):
    try:
        found = search([path], (), [shelf]).found
    except BriefRefused:
        return
    for hit in found:
        with hit.piece.open() as file:
            assert file.read() in {b"logo", b"cafe"}


def test_a_file_swapped_for_a_link_after_it_was_found_is_not_followed(shelf, tmp_path):
    (hit,) = search(["logo.png"], (), [shelf]).found
    (shelf.folder / "logo.png").unlink()
    (shelf.folder / "logo.png").symlink_to(tmp_path / "outside.png")
    with pytest.raises(OSError, match=r"symbolic links|not an ordinary"):
        hit.piece.open()


def test_a_name_on_the_shelf_may_be_any_bytes(shelf):
    (shelf.folder / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    assert search(["logo.png"], (), [shelf]).found

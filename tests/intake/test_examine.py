"""Is it whole? Asked of real briefs, with the real reader."""

import pytest

from briefmill.briefs import reader, source
from briefmill.briefs.placements import Placements
from briefmill.intake import scan
from briefmill.intake.examine import Examiner
from briefmill.intake.pieces import Limits
from briefmill.intake.settle import Content
from briefmill.settings import shipped_config

YAML = """\
campaign: Morning light
message:
  en: Begin gently
  ar: ابدأ بلطف
products:
  - name: Stoneware cup
    image: cup.png
"""


@pytest.fixture(scope="module")
def examiner():
    placements = Placements.load(shipped_config() / "placements.yaml")
    return Examiner(
        complete=lambda data, name: source.complete(data, name) is not source.Completeness.TRUNCATED,
        limits=Limits(),
        read=lambda data, name: reader.read(data, name=name, catalogue=placements),
    )


def content(examiner, path):
    return examiner.examine(path, scan.look_at(bytes(path))).content


def test_block_yaml_that_grows_line_by_line_is_whole_only_once_its_required_parts_are_there(examiner, tmp_path):
    path, lines = tmp_path / "a.yaml", YAML.splitlines(keepends=True)
    found = []
    for count in range(len(lines) + 1):
        path.write_text("".join(lines[:count]))
        found.append(content(examiner, path))
    # From the first product on it might be all that was meant: nobody can tell.
    assert Content.COMPLETE not in found[:6]
    assert found[0] is Content.EMPTY
    assert found[1] is Content.LACKS_PARTS
    assert set(found[6:]) == {Content.COMPLETE}


@pytest.mark.parametrize("cut", range(1, len(YAML), 7))
def test_yaml_cut_at_any_byte_is_never_refused_as_something_else(examiner, tmp_path, cut):
    path = tmp_path / "a.yaml"
    path.write_bytes(YAML.encode()[:cut])
    a_product_is_named = cut > YAML.encode().index(b"- name: ") + len(b"- ")
    assert a_product_is_named or content(examiner, path) is not Content.COMPLETE


def test_json_is_bounded_and_what_it_lacks_will_not_come(examiner, tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"campaign": "Morning light"}')
    assert content(examiner, path) is Content.COMPLETE
    path.write_text('{"campaign": "Morning light"')
    assert content(examiner, path) is Content.TRUNCATED


def test_yaml_that_is_wrong_in_another_way_is_not_waited_for(examiner, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(YAML + "placements: [no-such-place]\n")
    assert content(examiner, path) is Content.COMPLETE


def test_a_folder_waits_for_the_files_that_its_brief_names(examiner, tmp_path):
    folder = tmp_path / "shoot"
    folder.mkdir()
    assert content(examiner, folder) is Content.NO_BRIEF
    (folder / "brief.yaml").write_text(YAML)
    assert content(examiner, folder) is Content.LACKS_FILES
    (folder / "cup.png").write_bytes(b"x")
    assert content(examiner, folder) is Content.COMPLETE

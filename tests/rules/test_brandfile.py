import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.brief import Brand
from briefmill.errors import ConfigError
from briefmill.rules import brandfile
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.thresholds import Thresholds

EXAMPLE = Path(__file__).parents[2] / "config" / "brands" / "example.yaml"


@pytest.fixture
def written(tmp_path):
    def write(text, name="hearth-clay.yaml"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def test_the_example_shows_every_key_and_loads():
    file = brandfile.load(EXAMPLE)
    assert set(file.model_fields_set) == set(BrandFile.model_fields)
    assert set(file.logo.model_fields_set) == set(type(file.logo).model_fields)
    assert set(file.thresholds.model_fields_set) == set(type(file.thresholds).model_fields)


def test_a_file_of_one_key_is_enough(written):
    file = brandfile.load(written("palette: [ '#0e3b43' ]"))
    assert file.palette == ("#0E3B43",)
    assert file.tighten(Thresholds()) == Thresholds()


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_without_keys_demands_nothing(written, text):
    assert brandfile.load(written(text)) == BrandFile()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("palette: []\npallete: []\n", ["line 2", "pallete", "no such key"]),
        ("logo:\n  min_share: 0.1\n  corner: [top-left]\n", ["line 3", "logo.corner", "no such key"]),
        ("logo:\n  corners: [top-left, middle]\n", ["line 2, column 23", "logo.corners[1]", "bottom-right"]),
        ("palette:\n  - '#0E3B43'\n  - teal\n", ["line 3", "palette[1]", "#RRGGBB"]),
        ("thresholds:\n  contrast: high\n", ["line 2", "thresholds.contrast", "number"]),
        ("thresholds: {contrast: nan}\n", ["line 1", "finite"]),
        ("thresholds: {contrast: 40}\n", ["line 1", "21"]),
        ("forbidden_words:\n  de: [billig, '']\n", ["line 2", "nothing to see"]),
        ("glossary:\n  de: [a, '']\n", ["line 2", "nothing to see"]),
        ("glossary:\n  de: {calm: [Ruhe]}\n", ["line 2", "glossary.de.calm"]),
        ("required_words: {de: Ruhe}\n", ["line 1", "required_words.de"]),
        ("logo: {required: maybe}\n", ["line 1", "warning"]),
        ("name: a\nname: b\n", ["line 2", "twice"]),
        ("- a\n- b\n", ["line 1"]),
        ("just words\n", ["line 1"]),
        ("a: [\n", ["line"]),
        ("a: !!python/object:os.system x\n", ["line 1"]),
        (b"\x89PNG\r\n\x1a\n123", ["line 1", "PNG"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(written, text, told):
    path = written(text)
    with pytest.raises(ConfigError) as caught:
        brandfile.load(path)
    for word in [str(path), *told]:
        assert word in str(caught.value)


def test_a_huge_file_is_refused(written):
    with pytest.raises(ConfigError, match="262144 bytes"):
        brandfile.load(written("name: " + "x" * brandfile.LARGEST))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_the_operators_to_mend(written):
    path = written("name: a")
    path.chmod(0)
    with pytest.raises(ConfigError, match="cannot be read"):
        brandfile.load(path)


@pytest.mark.parametrize(
    "brand",
    [Brand(id="hearth-clay"), Brand(name="Hearth & Clay"), Brand(id="other", name="HEARTH clay")],
)
def test_a_brand_finds_its_file_by_id_or_name(written, brand):
    folder = written("name: Hearth").parent
    assert brandfile.for_brand(folder, brand) == BrandFile(name="Hearth")


@pytest.mark.parametrize(
    "brand", [Brand(), Brand(name="Another"), Brand(id="../hearth-clay/x"), Brand(id="/etc/passwd"), Brand(name="&")]
)
def test_a_brand_without_a_file_has_none(written, brand):
    assert brandfile.for_brand(written("name: Hearth").parent, brand) is None


def test_a_folder_that_is_not_there_has_no_brands(tmp_path):
    assert brandfile.for_brand(tmp_path / "none", Brand(id="a")) is None


@given(st.text(max_size=40))
def test_no_brand_name_leads_out_of_the_folder(name):
    assert brandfile.for_brand(EXAMPLE.parent, Brand(id=name)) in (None, brandfile.load(EXAMPLE))


def test_words_of_a_language_hold_for_its_regions():
    file = BrandFile.model_validate({"forbidden_words": {"all": ["a"], "pt": ["b"], "pt_BR": ["c"], "p": ["d"]}})
    assert file.forbidden("pt-BR") == ("a", "b", "c")
    assert file.forbidden("pt") == ("a", "b")
    assert file.forbidden("de") == ("a",)


def test_a_plain_list_of_words_holds_for_every_locale():
    assert BrandFile.model_validate({"forbidden_words": ["a"]}).forbidden("ja") == ("a",)


def test_a_brief_adds_words_and_the_file_decides_the_palette():
    file = BrandFile.model_validate({"forbidden_words": ["a", "b"], "palette": ["#000000"]})
    dressed = file.dressed(Brand(name="X", forbidden_words=("b", "c"), palette=("#FFFFFF",)), "en")
    assert dressed == Brand(name="X", forbidden_words=("b", "c", "a"), palette=("#000000",))
    assert BrandFile().dressed(Brand(palette=("#FFFFFF",)), "en").palette == ("#FFFFFF",)


def test_the_logos_size_and_corners_become_thresholds():
    file = BrandFile.model_validate({"logo": {"min_share": 0.2, "corners": ["top-left"]}})
    tight = file.tighten(Thresholds(logo_min_share=0.05))
    assert (tight.logo_min_share, tight.logo_corners) == (0.2, ("top-left",))


def test_a_glossary_is_a_list_of_terms_or_terms_by_locale(written):
    assert [term.said for term in brandfile.load(written("glossary: [Tide Club]")).terms()] == ["Tide Club"]
    file = brandfile.load(written("glossary: {all: {calm: peace, club: }, de-AT: {calm: Ruhe}, de: [Zelt]}"))
    # What is told for one locale alone goes first, so that the first that holds is the one that counts.
    assert [(term.locale, term.source, term.said) for term in file.terms()] == [
        ("de-AT", "calm", "Ruhe"),
        ("de", "Zelt", "Zelt"),
        ("all", "calm", "peace"),
        ("all", "club", "club"),
    ]


def test_required_words_are_by_locale(written):
    file = brandfile.load(written("required_words: {all: [Tide®], de: [inkl. MwSt.]}"))
    assert file.required("de-AT") == ("Tide®", "inkl. MwSt.")
    assert file.required("fr") == ("Tide®",)

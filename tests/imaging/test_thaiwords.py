import importlib

import pytest

from briefmill.imaging import thaiwords

WORDS = "สดชื่น\nได้\nทุกวัน\nน้ำผึ้ง\nแท้\nกับ\nEnglish\nก\n"


@pytest.fixture
def fresh():
    """Forget which dictionary was found, before and after."""

    def forget():
        for known in (thaiwords.ends, thaiwords._dictionary):
            known.cache_clear()
        importlib.invalidate_caches()

    forget()
    yield
    forget()


def test_without_a_dictionary_only_the_surest_breaks_are_trusted(fresh, monkeypatch):
    monkeypatch.setattr(thaiwords, "_DICTIONARIES", ())
    found = thaiwords.ends("สดชื่นได้ทุกวัน")
    assert sorted(found.sure) == [6, 9]
    assert 2 in found.perhaps
    assert not found.sure & found.perhaps


def test_a_dictionary_that_is_installed_keeps_its_words_whole(fresh, monkeypatch, tmp_path):
    package = tmp_path / "newmm_tokenizer"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('read as data, never imported')")
    (package / "words_th.txt").write_text(WORDS, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    stretch = "สดชื่นกับน้ำผึ้งแท้"
    ends = {stretch.index("กับ"), stretch.index("น้ำ"), stretch.index("แท้")}
    found = thaiwords.ends(stretch)
    assert found.sure | found.perhaps == ends


def test_letters_in_no_word_are_not_cut_among_themselves(fresh, monkeypatch, tmp_path):
    package = tmp_path / "newmm_tokenizer"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "words_th.txt").write_text("ได้\nทุกวัน\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = thaiwords.ends("สดชื่นได้ทุกวัน")
    assert found.sure | found.perhaps <= {6, 9}


def test_a_stretch_of_one_word_has_no_ends(fresh):
    assert thaiwords.ends("ได้") == thaiwords.Ends(sure=frozenset(), perhaps=frozenset())

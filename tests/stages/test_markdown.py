"""Hostile text in REASONS.md, read back by a CommonMark-like eye: no unescaped sign may act."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.errors import Problem
from briefmill.stages import markdown, reasons
from stages import setkit

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def read(text):
    """What a reader of the rendered line sees: a backslash before punctuation goes, and nothing else."""
    return re.sub(r"\\([" + re.escape(PUNCTUATION) + r"])", r"\1", text)


def active(text):
    """The signs that still act: those that no backslash disarms."""
    bare = re.sub(r"\\[" + re.escape(PUNCTUATION) + r"]", "", text)
    return re.findall(r"[`*_\[\]<>~&@|]|://|(?i:www\.)|^[#+=-]|^\d+[.)]", bare)


@given(st.text(max_size=80) | st.text("[]()<>!*_`~#&|\\:/.@w1-+= \n", max_size=40))
def test_no_text_can_act_and_all_of_it_is_seen(text):
    shown = markdown.escaped(text)
    assert active(shown) == []
    assert read(shown) == markdown.printable(text)
    assert "\n" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://evil.example/pixel.png)",
        "[click](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "https://evil.example www.evil.example mail@evil.example",
        "# A heading",
        "1. a list",
        "- a list",
        "===",
        "&lt;b&gt;",
    ],
)
def test_links_pictures_and_html_are_only_words(text):
    assert active(markdown.escaped(text)) == []
    assert read(markdown.escaped(text)) == text


@given(st.text(max_size=60) | st.text("` \\a", max_size=20))
def test_a_code_span_ends_where_it_should(text):
    span = markdown.code(text)
    fence = re.match(r"`+", span).group()
    inner = span[len(fence) : -len(fence)]
    assert span.endswith(fence)
    assert not inner.startswith("`")
    assert not inner.endswith("`")
    assert fence not in re.findall(r"`+", inner)
    assert inner.strip(" ") == markdown.printable(text).strip(" ")


def test_what_reorders_or_hides_is_taken_out():
    assert markdown.printable("a\u202egnp.exe\x00\n\ud800b\u2028c") == "a gnp.exe b c"
    assert markdown.printable("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text(max_size=60))
def test_a_hostile_brief_cannot_add_a_line_to_its_reasons(text):
    def page(words):
        problem = Problem(code="x", message=f"Odd: {words}", fix=f"Not {words}", field=f"f{words}", line=1, column=1)
        found = setkit.finding(message=f"Odd: {words}", product=f"p{words}")
        job = setkit.job(source=f"s{words}")
        return reasons.as_markdown(reasons.Refusal(job=job, problems=(problem,), findings=(found,)))

    told = page(text)
    told.encode()
    assert len(told.splitlines()) == len(page("kind").splitlines())

"""Hostile text in REASONS.md: read back by a CommonMark parser (the one that Rich brings) and by eye for autolinks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefmill.errors import Problem
from briefmill.stages import markdown, reasons
from stages import setkit

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


TOKEN = re.compile(r"\\([" + re.escape(PUNCTUATION) + r"])|(?<!`)`([^`]+)`(?!`)|(.)", re.DOTALL)


PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def seen(text):
    """The kinds of things a reader would see in Markdown, and its words."""
    tokens = [token for block in PARSER.parse(text) for token in (block, *(block.children or ()))]
    return {token.type for token in tokens if token.type != "inline"}, "".join(
        token.content for token in tokens if token.type in {"text", "code_inline", "text_special"}
    )


def unpadded(inner):
    return inner[1:-1] if inner.strip(" ") and inner[0] == inner[-1] == " " else inner


def read(text):
    """What was written: a backslash before punctuation goes, a code span gets its backticks back."""
    return "".join(
        escaped or (f"`{unpadded(inner)}`" if inner else sign) for escaped, inner, sign in TOKEN.findall(text)
    )


def active(text):
    """The signs that still act: those that neither a backslash nor a code span disarms."""
    bare = "".join(sign or "x" for _, _, sign in TOKEN.findall(text))
    return re.findall(r"[\\`*_\[\]<>~&@|]|://|(?i:www\.)|^[#+=-]|^\d+[.)]", bare)


@given(st.text(max_size=80) | st.text("[]()<>!*_`~#&|\\:/.@w1-+= \n", max_size=40))
def test_no_text_can_act_and_all_of_it_is_seen(text):
    shown = markdown.escaped(text)
    assert active(shown) == []
    assert read(shown) == markdown.printable(text)
    assert "\n" not in shown


@given(st.text(max_size=80) | st.text("[]()<>!*_`~#&|\\:/.@w1-+= \n", max_size=40))
def test_a_parser_finds_nothing_but_words(text):
    kinds, words = seen(markdown.escaped(text))
    assert kinds <= {"paragraph_open", "paragraph_close", "text", "text_special", "code_inline"}
    assert words.replace("`", "") == markdown.printable(text).replace("`", "")


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
        "a ``b`` `c",
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
    assert unpadded(inner) == re.sub(r"\s+", " ", markdown.clean(text)) or not text.strip()


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

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Alias, Brand, Copy, Product
from briefmill.domain.placement import Placement, SafeZone
from briefmill.domain.verdict import Box, Severity
from briefmill.errors import Problem
from briefmill.stages import page
from stages import setkit


class Reader(HTMLParser):
    """What a browser would see: every start tag with its attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def test_every_creative_is_shown_in_its_proportions_and_linked():
    facts = setkit.facts()
    images = Reader(page.render(facts)).all("img")
    by_path = {creative.path: creative for creative in facts.creatives}
    assert sorted(unquote(image["src"]) for image in images) == sorted(by_path)
    for image in images:
        creative = by_path[unquote(image["src"])]
        assert int(image["width"]) / int(image["height"]) == pytest.approx(creative.width / creative.height, rel=0.03)
        assert int(image["height"]) <= page.HIGHEST
        assert int(image["width"]) <= page.WIDEST
        assert image["alt"] == creative.alt_text
        assert image["loading"] == "lazy"


def test_no_creative_is_blown_up():
    tiny = setkit.brief(placements=(Placement(id="320x50", width=320, height=50),))
    assert {(image["width"], image["height"]) for image in Reader(page.render(setkit.facts(tiny))).all("img")} == {
        ("320", "50")
    }


def test_tall_creatives_stand_first_and_large_ones_share_a_scale():
    images = Reader(page.render(setkit.facts())).all("img")[:3]
    heights = [int(image["height"]) for image in images]
    assert heights == sorted(heights, reverse=True)
    assert [int(images[at]["width"]) for at in (0, 1)] == [216, 216]


def choices(reader):
    return [one["id"] for one in reader.all("input") if one["type"] == "radio"]


def styles(html):
    return re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]


def test_every_choice_of_a_filter_hides_all_but_its_own():
    html = page.render(setkit.facts())
    reader = Reader(html)
    assert choices(reader) == ["p0", "p1", "p2", "l0", "l1", "l2", "l3", "m0", "m1", "m2", "m3"]
    assert [one["id"] for one in reader.all("input") if "checked" in one] == ["p0", "l0", "m0"]
    for name in ("p2", "l3", "m1"):
        assert f"body:has(#{name}:checked) .{name[0]}:not(.{name}){{display:none}}" in styles(html)
    classes = {name for _, a in reader.tags for name in (a.get("class") or "").split()}
    assert {"p1", "p2", "l1", "l2", "l3", "m1", "m2", "m3"} <= classes


def test_every_input_has_a_label():
    reader = Reader(page.render(setkit.facts(findings=(setkit.finding(),))))
    assert {one["id"] for one in reader.all("input")} == {one["for"] for one in reader.all("label")}


def test_what_has_one_choice_only_is_not_asked():
    one = setkit.brief(
        products=(Product(id="cup", name="Cup"),), locales=("en-GB",), placements=(setkit.SQUARE, setkit.STORY)
    )
    assert choices(Reader(page.render(setkit.facts(one)))) == ["m0", "m1", "m2"]


def test_safe_zones_and_what_was_measured_are_outlined():
    story = replace(setkit.STORY, safe_zone=SafeZone(top=250, right=60, bottom=340, left=60))
    brief = setkit.brief(placements=(setkit.SQUARE, story), locales=("en-GB",))
    found = setkit.finding(box=Box(x=40, y=50, width=600, height=200))
    reader = Reader(page.render(setkit.facts(brief, findings=(found,))))
    drawn = [(one["x"], one["y"], one["width"], one["height"]) for one in reader.all("rect") if "class" in one]
    assert sorted(drawn) == [("40", "50", "600", "200"), *[("60", "250", "960", "1330")] * 2]
    assert "outlines" in {one["id"] for one in reader.all("input")}


def test_a_set_without_findings_and_safe_zones_offers_neither():
    assert not {"noticed", "outlines"} & {one["id"] for one in Reader(page.render(setkit.facts())).all("input")}


def test_a_finding_tells_rule_number_threshold_and_fix_under_one_number():
    error = setkit.finding(message="The logo is cut.", rule="logo.whole", value=None, threshold=None)
    warning = setkit.finding(severity=Severity.WARNING, placement="9x16")
    told = Reader(page.render(setkit.facts(findings=(warning, error)))).text
    assert "×1 error 1 The logo is cut." in told
    assert "contrast Measured 2.31, threshold 4.5." in told
    assert told.count("!2") == 2
    assert "Use a calmer picture." in told


def test_each_locale_has_its_language_and_direction():
    messages = [
        attributes
        for attributes in Reader(page.render(setkit.facts())).all("p")
        if attributes.get("class") == "message"
    ]
    assert [(one["lang"], one["dir"]) for one in messages[:3]] == [
        ("en-GB", "ltr"),
        ("ar-EG", "rtl"),
        ("en-GB", "auto"),
    ]
    told = Reader(page.render(setkit.facts())).text
    assert "Arabic (Egypt)" in told
    assert "Not translated: the words were written for en-GB." in told


def test_a_locale_that_nobody_knows_keeps_its_tag():
    assert (page.language("xx-Klingon"), page.direction("xx-Klingon")) == ("xx-Klingon", "auto")


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ((), "18 creatives for 2 products in 3 locales; every rule is kept."),
        (
            (
                setkit.finding(severity=Severity.WARNING),
                setkit.finding(severity=Severity.WARNING, placement="9x16"),
                setkit.finding(severity=Severity.ADVICE),
            ),
            "18 creatives for 2 products in 3 locales; 1 warning, 1 piece of advice.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(findings, sentence):
    facts = setkit.facts(findings=findings)
    assert page.verdict(facts) == sentence
    assert sentence in Reader(page.render(facts)).text


def test_findings_stand_with_their_creative_and_once_for_all():
    found = setkit.finding(severity=Severity.WARNING, message="The logo is 12 px.")
    html = page.render(setkit.facts(findings=(found, replace(found, placement="9x16", message="The logo is 14 px."))))
    told = Reader(html).text
    assert told.count("The logo is 12 px.") == 2
    assert told.count("The logo is 14 px.") == 1
    assert told.count("1 finding") == 2


def test_what_was_understood_is_told():
    told = Reader(page.render(setkit.facts())).text
    for words in (
        "campaign_message",
        "line 9 budgt Nothing is known of this field.",
        "#7A3E2B",
        "1x1 (1080 × 1080), 9x16",
        "A photograph of Tea pot",
        "pillow 13.0.0",
        "$0.08",
        "1 March 2027, 12:00 UTC",
    ):
        assert words in told


HOSTILE = "\"'></style></title><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>{{ 7 * 7 }}"


def hostile_facts(text):
    brief = setkit.brief(
        title=text,
        audience=text,
        regions=(text,),
        products=(Product(id="cup", name=text),),
        locales=("en-GB",),
        copies={"en-GB": Copy(locale="en-GB", message=text, written_for=text)},
        brand=Brand(name=text, palette=(text,)),
    )
    reading = setkit.reading(
        brief,
        aliases=(Alias(written=text, became=text),),
        notices=(Problem(code="x", message=text, fix=text, field=text, line=1),),
    )
    facts = setkit.facts(brief, reading=reading, job=setkit.job(source=text))
    return replace(
        facts,
        snapshot=Snapshot(name=text, brief=setkit.ref(1), files={text: setkit.ref(2)}),
        pictures=tuple(replace(one, asset=text, prompt=text, model=text, maker=text) for one in facts.pictures),
        creatives=tuple(replace(one, alt_text=text) for one in facts.creatives),
        findings=(setkit.finding(message=text, fix=text),),
        versions={text: text},
    )


def shape(html):
    """The tags of a page, without what the texts may change: attributes that hold texts."""
    held = {"alt", "lang", "fill"}
    return [(tag, {k: v for k, v in attributes.items() if k not in held}) for tag, attributes in Reader(html).tags]


def test_hostile_words_stay_words():
    html = page.render(hostile_facts(HOSTILE))
    assert shape(html) == shape(page.render(hostile_facts("kind words")))
    assert HOSTILE in Reader(html).text
    assert "49" not in Reader(html).text


@settings(max_examples=25)
@given(st.text(st.characters(), min_size=1, max_size=40).filter(str.strip))
def test_no_text_changes_the_page(text):
    html = page.render(hostile_facts(text))
    html.encode()
    assert shape(html) == shape(page.render(hostile_facts("kind words")))


def test_the_page_fetches_nothing_but_the_set_and_runs_nothing():
    reader = Reader(page.render(setkit.facts()))
    addresses = [a[key] for _, a in reader.tags for key in ("src", "href") if key in a]
    for address in addresses:
        parts = urlsplit(address)
        assert not parts.scheme
        assert not parts.netloc
        assert not parts.path.startswith("/")
    assert not reader.all("script")
    assert not reader.all("link")
    assert not any(name.startswith("on") or name == "style" for _, a in reader.tags for name in a)
    (policy,) = [meta["content"] for meta in reader.all("meta") if meta.get("http-equiv")]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_policy_admits_the_stylesheet_as_it_stands():
    import base64
    import hashlib

    html = page.render(setkit.facts())
    style = styles(html)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in html


def test_folders_in_other_scripts_and_with_odd_signs_are_linked_right():
    brief = setkit.brief(products=(Product(id="茶碗#1 ?", name="Cup"),), locales=("en-GB",))
    images = Reader(page.render(setkit.facts(brief))).all("img")
    assert "#" not in images[0]["src"]
    assert "?" not in images[0]["src"]
    assert unquote(images[0]["src"]) == "茶碗#1 ?/en-GB/9x16.jpg"


@pytest.mark.parametrize(
    ("approved", "told"),
    [
        (False, "Machine-made message and call to action (openai m), not approved by anybody."),
        (True, "Machine-made message and call to action (openai m), approved."),
    ],
)
def test_words_of_a_machine_are_marked_with_whether_anybody_has_looked(approved, told):
    of = setkit.brief()
    made = replace(
        of.copies["ar-EG"], cta="ابدأ", written_by="openai m", written_parts=("message", "cta"), approved=approved
    )
    html = page.render(setkit.facts(replace(of, copies={**of.copies, "ar-EG": made})))
    assert Reader(html).text.count(told) == len(of.products)
    assert "Machine-made" not in Reader(page.render(setkit.facts(of))).text

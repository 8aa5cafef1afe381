import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.verdict import Box, Severity
from briefmill.errors import Problem
from briefmill.stages import reasons
from stages import setkit

MISSING = Problem(
    code="brief.products.missing",
    message="There is nothing to make: products is empty.",
    fix="Name at least one, for example `products: [Stoneware cup]`.",
    field="products",
    line=3,
    column=1,
)
PICTURE = "marked/cup/en-GB/1x1.jpg"
KEYS = [
    "code",
    "severity",
    "refuses",
    "message",
    "fix",
    "field",
    "line",
    "column",
    "product",
    "locale",
    "placement",
    "value",
    "threshold",
    "unit",
    "box",
    "picture",
    "mark",
]


def refusal(**changes):
    return reasons.Refusal(**{"job": setkit.job(), "problems": (MISSING,), **changes})


def test_the_json_says_where_what_and_how_to_mend_it():
    told = reasons.as_json(refusal(findings=(setkit.finding(),)))
    assert list(told) == [
        "schema",
        "job",
        "source",
        "campaign",
        "tenant",
        "state",
        "dropped_at",
        "summary",
        "delivered",
        "left_out",
        "reasons",
    ]
    assert (told["job"], told["source"], told["state"]) == ("j_06h0aq5sf8000005", "morning.yaml", "rejected")
    problem, finding = told["reasons"]
    assert list(problem) == list(finding) == KEYS
    assert (problem["code"], problem["field"], problem["line"], problem["severity"]) == (
        "brief.products.missing",
        "products",
        3,
        "error",
    )
    assert (finding["code"], finding["placement"], finding["value"], finding["threshold"], finding["unit"]) == (
        "rule.contrast",
        "1x1",
        2.31,
        4.5,
        "ratio",
    )


def test_an_unknown_place_is_null_and_not_line_nought():
    told = reasons.as_json(refusal(problems=(Problem(code="brief.empty", message="The file is empty."),)))
    assert (told["reasons"][0]["line"], told["reasons"][0]["column"]) == (None, None)


def test_the_page_for_people_leads_from_what_happened_to_what_to_do():
    text = reasons.as_markdown(refusal())
    assert text.startswith("# This brief was refused\n\n`morning.yaml`, dropped on 2027-03-01 at 12:00 UTC,")
    assert "1 thing must be mended first." in text
    assert "1. **Line 3, column 1, field `products`**" in text
    assert "There is nothing to make: products is empty." in text
    assert "*To mend it:* Name at least one, for example `products: [Stoneware cup]`." in text
    assert "drop it into the inbox again" in text
    assert "Job `j_06h0aq5sf8000005`" in text
    assert "contact-sheet" not in text


def test_findings_that_say_the_same_are_one_reason_with_its_worst_number_and_places():
    found = tuple(
        setkit.finding(placement=f"p{number}", value=value, message=f"Contrast {value} to 1, 4.5 is needed.")
        for number, value in enumerate([3.1, 1.2, 4.0, 4.1, 4.2, 4.3, 4.4, 4.45])
    )
    text = reasons.as_markdown(refusal(problems=(), findings=found))
    assert "1 thing must be mended first." in text
    assert "1. **cup · en-GB · p1**" in text
    assert "Contrast 1.2 to 1, 4.5 is needed." in text
    assert "The same holds for 7 more: " in text
    assert "cup · en-GB · p0, cup · en-GB · p2" in text
    assert ", and 1 other." in text
    assert "`contact-sheet.jpg` beside this file" in text


def test_warnings_are_told_apart_from_what_refused():
    found = (setkit.finding(), setkit.finding(rule="upscale", severity=Severity.WARNING, message="It will look soft."))
    text = reasons.as_markdown(refusal(problems=(), findings=found))
    assert "1 thing must" in text
    head, rest = text.split("## What else was noticed")
    assert "It will look soft." not in head
    assert "- It will look soft. (cup · en-GB · 1x1)" in rest


def test_each_reason_names_its_rule_its_number_and_its_picture():
    box = Box(x=10, y=20, width=30, height=40)
    other = setkit.finding(rule="legible", message="It does not fit.", value=None, placement="9x16")
    told = refusal(problems=(), findings=(setkit.finding(box=box), other), pictures=frozenset({PICTURE}))
    text = reasons.as_markdown(told)
    assert "*Rule:* `contrast`, measured 2.31, threshold 4.5" in text
    assert "*Rule:* `legible`\n" in text
    assert f"![The place is marked in marked/](./{PICTURE})" in text
    first, second = reasons.as_json(told)["reasons"]
    assert (first["box"], first["picture"], first["mark"]) == (
        {"x": 10, "y": 20, "width": 30, "height": 40},
        PICTURE,
        1,
    )
    assert (second["box"], second["picture"], second["mark"]) == (None, None, None)


def test_a_warning_that_the_house_refuses_is_a_reason():
    warned = setkit.finding(severity=Severity.WARNING)
    told = refusal(problems=(), findings=(warned,), refusing=frozenset({Severity.WARNING}))
    assert "## What must be mended" in reasons.as_markdown(told)
    assert "What else was noticed" not in reasons.as_markdown(told)
    assert [(one["severity"], one["refuses"]) for one in reasons.as_json(told)["reasons"]] == [("warning", True)]
    assert reasons.as_json(told)["summary"].startswith("cup")


def test_a_set_that_is_not_whole_says_what_is_missing_and_that_the_rest_stays():
    told = refusal(problems=(), findings=(setkit.finding(),), left_out=("cup/en-GB/1x1.jpg",), delivered=5)
    text = reasons.as_markdown(told)
    assert text.startswith("# Some creatives were left out\n")
    assert "5 creatives are here" in text
    assert "- `cup/en-GB/1x1.jpg`" in text
    assert "taken over as it is" in text
    document = reasons.as_json(told)
    assert (document["state"], document["left_out"], document["delivered"]) == ("delivered", ["cup/en-GB/1x1.jpg"], 5)


def test_a_measure_without_bounds_is_valid_json():
    endless = refusal(problems=(), findings=(setkit.finding(value=float("inf")),))
    told = json.loads(reasons.files(endless)["reasons.json"], parse_constant=pytest.fail)
    assert told["reasons"][0]["value"] is None
    assert "measured" not in reasons.as_markdown(endless)


@given(st.text(min_size=1))
def test_no_name_of_the_brief_ends_the_link_of_a_picture(name):
    finding = setkit.finding(product=name)
    picture = reasons.picture_of(finding)
    text = reasons.as_markdown(refusal(problems=(), findings=(finding,), pictures=frozenset({picture})))
    (target,) = re.findall(r"!\[The place is marked in marked/\]\(\./([^\n]*)\)\n", text)
    assert re.fullmatch(r"[A-Za-z0-9_.~/%-]+", target)


def test_a_fault_of_ours_asks_nothing_of_the_author():
    ours = Problem(code=reasons.INTERNAL, message="Something went wrong inside Briefmill.")
    text = reasons.as_markdown(refusal(problems=(ours,)))
    assert "Nothing in the brief has to change." in text
    assert "drop it into" not in text


def test_a_refusal_without_reasons_is_still_a_page():
    text = reasons.as_markdown(refusal(problems=()))
    assert "was put aside." in text
    assert "0 things" not in text


@pytest.mark.parametrize(
    ("problems", "errors", "expected"),
    [
        ((), (), "The brief was refused."),
        (
            (MISSING,),
            (),
            "line 3, column 1: products: There is nothing to make: products is empty. Name at least one, ",
        ),
        ((), (setkit.finding(),), "cup · en-GB · 1x1: The message stands out too little"),
    ],
)
def test_the_summary_is_the_first_reason(problems, errors, expected):
    assert reasons.summary(problems, errors).startswith(expected)


def test_the_summary_counts_the_others():
    assert reasons.summary((MISSING, MISSING), (setkit.finding(), setkit.finding())).endswith("(and 2 more reasons)")


@given(st.text(max_size=2000), st.integers(1, 3))
def test_a_summary_is_one_short_line(text, count):
    told = reasons.summary((Problem(code="x", message=text),) * count, ())
    assert len(told) <= reasons.SUMMARY
    assert len(told.splitlines()) <= 1

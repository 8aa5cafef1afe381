"""Rule `fidelity`: the promise of an exact product holds, or the creative is refused."""

from dataclasses import replace

import pytest

from briefmill.domain.creative import Exactness
from briefmill.domain.rendering import Fidelity
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import fidelity
from rules.subjectkit import LIMITS, composition, subject

PROOF = Exactness(
    source="a" * 64,
    matte="b" * 64,
    way="alpha",
    box=Box(x=10, y=20, width=100, height=200),
    scale=0.5,
    pixels=9000,
    greatest=1,
    mean=0.01,
)


def found(proof, wanted=Fidelity.EXACT):
    judged = subject(composition=composition(exactness=proof))
    judged = replace(judged, product=replace(judged.product, fidelity=wanted))
    return list(fidelity.check(judged, LIMITS))


def test_a_product_that_is_its_file_keeps_the_rule():
    assert found(PROOF) == []


@pytest.mark.parametrize("wanted", [Fidelity.SUPPLIED, Fidelity.REFERENCE])
def test_nothing_is_asked_where_nothing_was_promised(wanted):
    assert found(None, wanted) == []


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (None, "made anew"),
        (replace(PROOF, greatest=3, mean=0.5), "differ from the supplied ones by up to 3"),
        (replace(PROOF, pixels=20), "only 20 of its pixels"),
    ],
)
def test_a_broken_promise_refuses_the_creative(proof, words):
    (finding,) = found(proof)
    assert (finding.rule, finding.severity) == ("fidelity", Severity.ERROR)
    assert words in finding.message
    assert "product_fidelity" in finding.fix


def test_words_over_the_product_are_a_warning_from_a_twentieth_of_it_on():
    assert found(replace(PROOF, covered=0.05)) == []
    (finding,) = found(replace(PROOF, covered=0.2))
    assert finding.severity is Severity.WARNING
    assert "20% of" in finding.message
    assert finding.box == PROOF.box

"""What becomes of a set by what was found about it, and how far a brief may have a say in it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain import violation
from briefmill.domain.verdict import AUDIT, Finding, Severity
from briefmill.domain.violation import Place, Policy, Violation, Wishes

PASSING = Policy(error=Violation.DELIVER_PASSING)
SET = tuple(
    Place(product=product, locale=locale, placement=placement)
    for product, locale, placement in itertools.product(("cup", "pot"), ("en", "de"), ("1x1", "9x16"))
)

houses = st.builds(
    Policy,
    error=st.sampled_from([each for each in Violation if each is not Violation.DELIVER]),
    warning=st.sampled_from(Violation),
    advice=st.sampled_from(Violation),
)
wishes = st.builds(Wishes, **dict.fromkeys(("error", "warning", "advice"), st.none() | st.sampled_from(Violation)))
findings = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(["contrast", AUDIT]),
        severity=st.sampled_from(Severity),
        message=st.just("."),
        product=st.sampled_from(["", "cup", "pot"]),
        locale=st.sampled_from(["", "en", "de"]),
        placement=st.sampled_from(["", "1x1", "9x16"]),
    ),
    max_size=5,
)


def found(severity=Severity.ERROR, **place):
    return Finding(**{"rule": "contrast", "severity": severity, "message": "Too little contrast.", **place})


def test_by_default_only_errors_reject():
    policy = Policy()
    mild = (found(Severity.WARNING), found(Severity.ADVICE))
    assert violation.decide(SET, mild, policy) == violation.Decision(findings=mild)
    assert violation.decide(SET, [found(placement="1x1")], policy).violation is Violation.REJECT
    assert policy.refusing == {Severity.ERROR}


def test_only_what_a_finding_is_about_is_kept_back():
    decision = violation.decide(SET, [found(product="cup", locale="de"), found(Severity.WARNING)], PASSING)
    assert decision.violation is Violation.DELIVER_PASSING
    kept = [one for one in SET if decision.keeps_back(one)]
    assert kept == [one for one in SET if (one.product, one.locale) == ("cup", "de")]


@pytest.mark.parametrize("place", [{}, {"rule": AUDIT, "product": "cup", "locale": "de", "placement": "1x1"}])
def test_a_set_of_which_nothing_is_left_or_whose_files_disagree_is_refused_whole(place):
    assert violation.decide(SET, [found(**place)], PASSING).violation is Violation.REJECT


def test_a_refusal_goes_before_a_hold_and_a_hold_before_a_part():
    policy = Policy(error=Violation.REJECT, warning=Violation.HOLD, advice=Violation.DELIVER_PASSING)
    advice, warning, error = (found(severity, locale="de") for severity in Severity)
    assert violation.decide(SET, [advice], policy).violation is Violation.DELIVER_PASSING
    assert violation.decide(SET, [advice, warning], policy).violation is Violation.HOLD
    assert violation.decide(SET, [advice, warning, error], policy).violation is Violation.REJECT


def test_a_person_may_let_a_warning_pass_and_never_an_error():
    policy = Policy(error=Violation.HOLD, warning=Violation.HOLD)
    warned = violation.decide(SET, [found(Severity.WARNING)], policy)
    assert len(warned.mark) == 8
    assert warned.mark != violation.decide(SET, [found(Severity.WARNING, locale="de")], policy).mark
    assert violation.decide(SET, [found(Severity.WARNING), found()], policy).mark == ""


@pytest.mark.parametrize(
    ("house", "wish", "expected"),
    [
        (Violation.REJECT, None, Violation.REJECT),
        (Violation.REJECT, Violation.DELIVER_PASSING, Violation.DELIVER_PASSING),
        (Violation.REJECT, Violation.HOLD, Violation.HOLD),
        (Violation.REJECT, Violation.DELIVER, Violation.REJECT),
        (Violation.HOLD, Violation.DELIVER_PASSING, Violation.HOLD),
        (Violation.HOLD, Violation.REJECT, Violation.REJECT),
    ],
)
def test_a_brief_chooses_what_lets_nothing_out_that_the_house_keeps_back(house, wish, expected):
    assert Policy(error=house).wished(Wishes(error=wish)).error is expected


def test_no_house_delivers_errors():
    with pytest.raises(ValueError, match="never delivered"):
        Policy(error=Violation.DELIVER)


@given(houses, wishes, findings)
def test_whatever_a_brief_wishes_nothing_goes_out_that_the_house_keeps_back(house, wished, told):
    decision = violation.decide(SET, told, house.wished(wished))
    out = [one for one in SET if not decision.keeps_back(one)]
    for one in out:
        weights = {finding.severity for finding in told if violation.concerns(finding, one)}
        assert not weights & house.refusing
        assert Severity.ERROR not in weights
    assert bool(out) == decision.goes_out

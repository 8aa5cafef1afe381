from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import summary


def finding(**changes):
    return Finding(**{"rule": "contrast", "severity": Severity.ERROR, "message": "Contrast 2.31 to 1.", **changes})


def test_the_same_message_with_other_numbers_is_said_once_with_the_worst():
    found = [
        finding(placement="1x1", message="1x1: contrast 3.9.", value=3.9, threshold=4.5),
        finding(placement="728x90", message="728x90: contrast 1.2.", value=1.2, threshold=4.5),
        finding(placement="9x16", message="9x16: contrast 4.4.", value=4.4, threshold=4.5),
    ]
    (group,) = summary.of(found)
    assert group.worst.value == 1.2
    assert group.places == ("1x1", "728x90", "9x16")


def test_the_worst_may_also_be_the_largest():
    found = [finding(value=value, threshold=1.5, message=f"{value} times") for value in (2.0, 9.0, 3.0)]
    assert summary.of(found)[0].worst.value == 9.0


def test_a_threshold_of_nought_is_no_trouble():
    assert summary.of([finding(value=0.0, threshold=0.0), finding(value=7.0, threshold=0.0)])[0].worst.value == 7.0


def test_other_rules_words_and_weights_stay_apart():
    found = [
        finding(severity=Severity.ADVICE),
        finding(severity=Severity.WARNING),
        finding(),
        finding(rule="legible"),
        finding(message="Quite another 2.31 message."),
    ]
    groups = summary.of(found)
    assert len(groups) == 5
    assert [group.worst.severity for group in groups][:3] == [Severity.ERROR] * 3


def test_a_place_leaves_out_what_is_empty():
    assert summary.place(finding(product="cup", placement="1x1")) == "cup · 1x1"
    assert summary.of([finding()])[0].places == ()


def test_nouns_follow_their_numbers():
    assert summary.counted(1, "creative") == "1 creative"
    assert summary.counted(0, "creative") == "0 creatives"
    assert summary.counted(2, "piece of advice", "pieces of advice") == "2 pieces of advice"


@given(
    st.lists(
        st.builds(
            finding,
            severity=st.sampled_from(Severity),
            rule=st.sampled_from("abc"),
            message=st.text(max_size=12),
            placement=st.sampled_from(("", "1x1", "9x16")),
            value=st.none() | st.floats(0, 9),
            threshold=st.none() | st.floats(0, 9),
        )
    )
)
def test_no_finding_is_lost_or_told_twice(found):
    told = [one for group in summary.of(found) for one in group.findings]
    assert sorted(map(repr, told)) == sorted(map(repr, found))

"""A set of which a part is kept back: each finding is told with what it is about."""

from briefmill.domain.verdict import Severity
from briefmill.stages import parting
from stages import setkit


def test_a_whole_set_goes_out_with_all_that_was_found():
    made = setkit.creatives(setkit.brief())
    found = (setkit.finding(severity=Severity.WARNING), setkit.finding(placement="gone"))
    assert parting.part(made, found, ()) == parting.Parts(creatives=made, findings=found)


def test_what_is_about_the_left_out_alone_goes_with_them():
    made = setkit.creatives(setkit.brief())
    wrong = setkit.finding()
    of_the_locale = setkit.finding(rule="borrowed", severity=Severity.WARNING, placement="")
    of_the_set = setkit.finding(rule="unseen", severity=Severity.ADVICE, product="", locale="", placement="")
    elsewhere = setkit.finding(severity=Severity.ADVICE, locale="de-DE")
    parts = parting.part(made, (wrong, of_the_locale, of_the_set, elsewhere), {"cup/en-GB/1x1.jpg"})
    (left,) = parts.left_out
    assert left.creative.path == "cup/en-GB/1x1.jpg"
    assert left.findings == (wrong, of_the_locale, of_the_set)
    assert parts.findings == (of_the_locale, of_the_set, elsewhere)
    assert len(parts.creatives) == len(made) - 1
    assert left.creative not in parts.creatives

"""Rule `borrowed`: a locale has words of its own."""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.subject import Subject, Thresholds

RULE = "borrowed"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where a locale shows another locale's words, untranslated. Source: the brief itself."""
    copy = subject.copy
    if copy.borrowed:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The words for {copy.locale} are those written for {copy.written_for}; nobody translated them.",
            f"Give the brief a message for {copy.locale}, or leave the locale out.",
        )

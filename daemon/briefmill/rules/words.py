"""Rule `words`: the copy says nothing that the brand forbids.

Which words those are is decided by the brief and the brand file, per locale. Only our own copy is searched, never the
picture.
"""

from collections.abc import Iterator

from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import terms
from briefmill.rules.subject import Subject, Thresholds

RULE = "words"


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Error for each forbidden word in the message, call to action or disclaimer.

    Compared in NFKC and casefolded, without invisible characters, as whole words; as any part of the text in scripts
    that write words without spaces. Sources: `brand.forbidden_words` of the brief, the brand file.
    """
    copy = subject.copy
    for role, text in (("message", copy.message), ("call to action", copy.cta), ("disclaimer", copy.disclaimer)):
        for word in subject.brand.forbidden_words:
            if terms.says(text, word):
                yield subject.found(
                    RULE,
                    Severity.ERROR,
                    f"The {role} for {copy.locale} says “{word}”, which the brand forbids.",
                    f"Write the {role} for {copy.locale} without “{word}”.",
                )

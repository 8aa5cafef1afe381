"""Rule `logo_file`: the logo that came with a brief is one of those that the brand has approved."""

from collections.abc import Iterator, Mapping

from briefmill.domain.verdict import Finding, Severity

RULE = "logo_file"
SHOWN = 12


def check(logos: Mapping[str, str], approved: tuple[str, ...]) -> Iterator[Finding]:
    """Error for each supplied logo (path and SHA-256) that is not among the approved ones; an empty list allows all.

    Source: `logo.sha256` of the brand file.
    """
    for path, digest in logos.items():
        if approved and digest not in approved:
            yield Finding(
                rule=RULE,
                severity=Severity.ERROR,
                message=f"The logo {path} is not one of the {len(approved)} files that the brand has approved (its "
                f"SHA-256 begins with {digest[:SHOWN]}).",
                fix="Bring the brand's own file, or let the brand file list this one under logo.sha256.",
            )

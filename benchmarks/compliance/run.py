"""Precision and recall of every rule on the labelled set, and what compliance costs: `make bench-compliance`.

The set is made on the spot from real photos (`photos`) by known construction (`exact_cases`, `vision_cases`,
`audit_cases`), and from sentences that were judged by hand (`law_cases`). Precision
is the share of findings that are right, recall the share of wrong creatives that are found. Leaves with 1 where an
exact rule stays below 0.98 or one that looks at pixels below 0.95.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import audit_cases
import cost
import cv2
import exact_cases
import law_cases
import vision_cases
from labels import EXACT, Case

LEAST_EXACT = 0.98
LEAST_VISION = 0.95


def tally(case: Case) -> str:
    """`tp`, `fp`, `fn` or `tn`."""
    found = case.found()
    return ("t" if found == case.wrong else "f") + ("p" if found else "n")


def figures(counts: Counter[str]) -> tuple[float, float]:
    """Precision and recall; 1.0 where there was nothing to find or nothing was found."""
    found, wrong = counts["tp"] + counts["fp"], counts["tp"] + counts["fn"]
    return counts["tp"] / found if found else 1.0, counts["tp"] / wrong if wrong else 1.0


def measured(cases: list[Case]) -> tuple[dict[str, Counter[str]], list[str]]:
    """The counts of each rule, and the misses in words."""
    counts: dict[str, Counter[str]] = {}
    misses = []
    for case in cases:
        answer = tally(case)
        counts.setdefault(case.rule, Counter())[answer] += 1
        if answer[0] == "f":
            misses.append(
                f"{case.rule}: {case.what}: {'found, and nothing is wrong' if answer == 'fp' else 'not found'}"
            )
    return counts, misses


def table(counts: dict[str, Counter[str]]) -> list[str]:
    """The figures as the rows of a Markdown table."""
    rows = ["| rule | looks at | creatives | wrong | precision | recall |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for rule in sorted(counts, key=lambda rule: (rule not in EXACT, rule)):
        precision, recall = figures(counts[rule])
        wrong = counts[rule]["tp"] + counts[rule]["fn"]
        kind = "words and facts" if rule.startswith("law") else "what was drawn" if rule in EXACT else "pixels"
        rows.append(f"| `{rule}` | {kind} | {counts[rule].total()} | {wrong} | {precision:.3f} | {recall:.3f} |")
    return rows


def main() -> int:
    """Measure, print, and say whether it is good enough."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", type=Path, help="write the figures here, too")
    asked.add_argument("--rules", nargs="*", help="only these rules; what compliance costs is left out")
    options = asked.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            *exact_cases.cases(), *law_cases.cases(), *vision_cases.cases(), *audit_cases.cases(Path(folder)),
        ]  # fmt: skip
        if options.rules:
            cases = [case for case in cases if case.rule in options.rules]
        counts, misses = measured(cases)
    kinds = Counter(case.kind for case in cases)
    print(f"{len(cases)} creatives: {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}\n")
    print("\n".join(table(counts)))
    print(f"\n{len(misses)} misses:")
    print("\n".join(f"- {miss}" for miss in misses) or "- none")
    spent = {} if options.rules else cost.measure()
    if spent:
        print("\n" + "\n".join(cost.told(spent)))
    if options.json:
        told = {"rules": {rule: dict(count) for rule, count in counts.items()}, "misses": misses, "cost": spent}
        options.json.write_text(json.dumps(told, indent=2) + "\n")
    below = [
        rule for rule, count in counts.items() if min(figures(count)) < (LEAST_EXACT if rule in EXACT else LEAST_VISION)
    ]
    if below:
        print(f"\nBelow what is asked: {', '.join(below)}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())

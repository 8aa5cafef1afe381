"""What a brief wants to become of a set in which something was found: one word for errors, or one for each severity.

Whether the house lets it have its way is `domain.violation`'s to say. A word that is not understood changes nothing
and is remarked: what nobody can read must let nothing out.
"""

from typing import Final

from briefmill.briefs import text
from briefmill.briefs.nodes import Kind, Node
from briefmill.briefs.remarks import Remarks
from briefmill.domain.verdict import Severity
from briefmill.domain.violation import Violation, Wishes

_SPOKEN: Final = {
    **dict.fromkeys(("reject", "refuse", "block", "fail", "stop"), Violation.REJECT),
    **dict.fromkeys(("hold", "review", "wait", "manual"), Violation.HOLD),
    **dict.fromkeys(("deliverpassing", "passing", "partial", "skip", "omit"), Violation.DELIVER_PASSING),
    **dict.fromkeys(("deliver", "show", "warn", "ignore"), Violation.DELIVER),
}
_WEIGHED: Final = {
    **dict.fromkeys(("error", "errors"), Severity.ERROR),
    **dict.fromkeys(("warning", "warnings"), Severity.WARNING),
    **dict.fromkeys(("advice", "advices"), Severity.ADVICE),
}
_FIX: Final = "Write reject, deliver_passing or hold; `on_violation: {warning: hold}` says it for one severity."


def wishes(node: Node | None, remarks: Remarks) -> Wishes:
    """What is wished for each severity; what is not understood is remarked and left to the house."""
    if node is None or node.empty:
        return Wishes()
    if node.kind is not Kind.MAPPING:
        return Wishes(error=_violation(node, Severity.ERROR, remarks))
    said: dict[Severity, Violation | None] = {}
    for entry in node.entries:
        severity = _WEIGHED.get(text.folded(entry.key))
        if severity is None:
            _not_understood(entry.node, entry.key, remarks)
        else:
            said[severity] = _violation(entry.node, severity, remarks)
    return Wishes(error=said.get(Severity.ERROR), warning=said.get(Severity.WARNING), advice=said.get(Severity.ADVICE))


def _violation(node: Node, severity: Severity, remarks: Remarks) -> Violation | None:
    found = _SPOKEN.get(text.folded(node.text)) if node.scalar else None
    if found is None:
        _not_understood(node, node.text, remarks)
    elif found is Violation.DELIVER and severity is Severity.ERROR:
        remarks.notice(
            node,
            "brief.on_violation.error",
            "a creative that breaks a rule is never delivered; what the house does with it is done",
            _FIX,
        )
        return None
    return found


def _not_understood(node: Node, written: str, remarks: Remarks) -> None:
    remarks.notice(
        node, "brief.on_violation.unknown", f'"{written[:40]}" is not understood here; the house decides', _FIX
    )

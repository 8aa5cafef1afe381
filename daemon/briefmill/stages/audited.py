"""The independent audit of each creative, at the end of its making: what disagrees becomes an error against this house.

The audit itself is `auditing`; here the claim is put together, and a disagreement is put into words for the operator.
It is an error like that of any rule, so that the set rests where `compliance.on_error` says, and nothing of it is
delivered that is not what it is said to be.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from briefmill.auditing import audit
from briefmill.auditing.audit import Claim, Disagreement
from briefmill.domain.creative import Creative
from briefmill.domain.placement import Icc, Placement
from briefmill.domain.verdict import AUDIT, Finding, Severity
from briefmill.imaging import compose
from briefmill.ports import Store
from briefmill.provenance.sealing import Sealing
from briefmill.stages.overlay import Printed

FIX: Final = (
    "This is not the brief's fault: what was made is not what was measured. Show the job's id to whoever runs "
    "Briefmill, and keep the file; `briefmill jobs retry` makes the set again."
)


@dataclass(frozen=True, kw_only=True)
class Auditor:
    """The audit for one job."""

    kit: compose.BrandKit
    sealing: Sealing | None
    store: Store

    def check(self, creative: Creative, printed: Printed, placement: Placement) -> tuple[Finding, ...]:
        """Errors for everything in which the finished file is not what was said of it."""
        claim = self._claim(creative, placement, fits=printed.encoded.fits)
        shown = printed.composition
        logo = dict(self.kit.marks.all()).get(shown.logo_variant) if self.kit.marks else None
        return _told(creative, printed.encoded.data, replace(claim, composition=shown, logo=logo))

    def check_again(self, creative: Creative, placement: Placement, *, fits: bool) -> tuple[Finding, ...]:
        """The same for a file that an earlier set brought: whole, as large as said, its record still trusted.

        Words and logo were found on these very bytes when they were made. `fits` says that they kept to their cap.
        """
        data = self.store.get(creative.ref)
        return _told(creative, data, self._claim(creative, placement, fits=fits))

    def _claim(self, creative: Creative, placement: Placement, *, fits: bool) -> Claim:
        record = creative.provenance
        beside = self.store.get(record.sidecar) if record and record.sidecar else b""
        return Claim(
            extension=creative.extension,
            width=placement.width,
            height=placement.height,
            # What could not be brought under its cap is told by the rule `size`.
            cap=placement.max_bytes if fits else None,
            profile=placement.icc is Icc.KEEP,
            signed=record is not None,
            source_type=record.source_type if record else "",
            sidecar=beside,
            root_pem=self._root,
        )

    @cached_property
    def _root(self) -> bytes:
        if self.sealing is None or self.sealing.root is None:
            return b""
        return self.sealing.root.read_bytes()


def _told(creative: Creative, data: bytes, claim: Claim) -> tuple[Finding, ...]:
    return tuple(_finding(creative, one) for one in audit.audit(data, claim))


def _finding(creative: Creative, found: Disagreement) -> Finding:
    return Finding(
        rule=AUDIT,
        severity=Severity.ERROR,
        message=found.words,
        fix=FIX,
        product=creative.product,
        locale=creative.locale,
        placement=creative.placement,
        value=found.value,
        threshold=found.threshold,
        unit=found.unit,
        box=found.box,
    )

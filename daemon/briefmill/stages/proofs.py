"""Small copies of the finished creatives, kept while their pixels are in memory, for the contact sheet."""

import cv2

from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Finding, Severity
from briefmill.imaging import fonts, sheet
from briefmill.imaging.decode import Pixels

EDGE = 360
"""Longest side of a proof in pixels; fewer when there are many, so that 600 creatives stay under 100 MB."""


class Proofs:
    """Collects proofs of one set; `sheet` draws them."""

    def __init__(self, title: str, expected: int) -> None:
        self._title = title
        self._edge = EDGE if expected <= 120 else EDGE // 2
        self._cells: list[sheet.Cell] = []

    def add(self, creative: Creative, pixels: Pixels, findings: tuple[Finding, ...]) -> None:
        """Keep a small copy with its caption and the weight of its worst finding."""
        height, width = pixels.shape[:2]
        share = min(1.0, self._edge / max(width, height))
        small = cv2.resize(
            pixels, (max(1, round(width * share)), max(1, round(height * share))), interpolation=cv2.INTER_AREA
        )
        order = list(Severity)
        worst = max((finding.severity for finding in findings), key=order.index, default=None)
        self._cells.append(
            sheet.Cell(
                group=creative.product,
                pixels=small,
                caption=(f"{creative.placement} · {creative.locale}", f"{creative.width} x {creative.height}"),
                severity=worst,
            )
        )

    def sheet(self, library: fonts.Library) -> bytes:
        """The contact sheet as JPEG bytes."""
        return sheet.contact_sheet(self._title, self._cells, library=library)

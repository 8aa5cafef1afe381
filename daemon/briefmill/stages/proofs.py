"""Small copies of the finished creatives, kept while their pixels are in memory, for the contact sheet."""

from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Finding, Severity
from briefmill.imaging import colour, fonts, sheet
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
        small = colour.thumbnail(pixels, self._edge)
        order = list(Severity)
        worst = max((finding.severity for finding in findings), key=order.index, default=None)
        self._cells.append(
            sheet.Cell(
                group=creative.product,
                row=creative.locale,
                pixels=small,
                caption=(f"{creative.locale} · {creative.placement}", f"{creative.width} x {creative.height}"),
                severity=worst,
            )
        )

    def sheet(self, library: fonts.Library) -> bytes:
        """The contact sheet as JPEG bytes."""
        # They come in by placement, because that is how pixels are shared; people look at one market after the other.
        products = list(dict.fromkeys(cell.group for cell in self._cells))
        locales = list(dict.fromkeys(cell.row for cell in self._cells))
        cells = sorted(self._cells, key=lambda cell: (products.index(cell.group), locales.index(cell.row)))
        return sheet.contact_sheet(self._title, cells, library=library)

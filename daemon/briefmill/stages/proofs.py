"""Small copies of the finished creatives, kept while their pixels are in memory, for the contact sheet.

A proof is no larger than the sheet needs it. As a JPEG it takes some kilobytes: thousands cost no memory to speak of,
and one may be stored beside its creative, so that a later sheet shows a creative that was not made again without
decoding it. In small sets proofs stay pixels until somebody asks for the JPEG.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2

from briefmill.domain.brief import Brief
from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Finding
from briefmill.imaging import fonts, sheet, sheet_rows
from briefmill.imaging.decode import Pixels
from briefmill.imaging.sheet import Cell
from briefmill.imaging.sheet_ends import Head, Note
from briefmill.rules import summary
from briefmill.stages import tally

EDGE = 360
"""Pixels of a creative's shorter side that are enough for any proof of it."""

QUALITY: Final = 90

UNSEEN: Final = "* Words of a machine, not approved by anybody."

_MOST_PIXELS: Final = 48
"""Sets up to this size keep proofs as pixels, at most 0.6 MB each, which saves encoding and decoding them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Proof:
    creative: Creative
    pixels: Pixels | bytes
    findings: tuple[Finding, ...]


def proof_of(pixels: Pixels, shape: sheet_rows.Shape, expected: int) -> bytes:
    """The proof of a creative that measures `shape`, one of `expected` in its set, as JPEG bytes."""
    return _jpeg(_small(pixels, shape, expected))


def _small(pixels: Pixels, shape: sheet_rows.Shape, expected: int) -> Pixels:
    width, height = sheet_rows.proof(shape, expected)
    width, height = min(width, pixels.shape[1]), min(height, pixels.shape[0])
    # The pixels that come in are used again for the next creative of their size.
    return pixels.copy() if pixels.shape[:2] == (height, width) else sheet.reduced(pixels, width, height)


def _jpeg(pixels: Pixels) -> bytes:
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)


class Proofs:
    """Collects the proofs of one set of `expected` creatives; `sheet` draws them.

    Locales with words that a machine wrote and nobody has approved are marked.
    """

    def __init__(self, title: str, expected: int, *, head: Head | None = None) -> None:
        self._title = title
        self._expected = expected
        self._head = head or Head()
        self._names: Mapping[str, str] = {}
        self._unseen: frozenset[tuple[str, str]] = frozenset()
        self._proofs: list[_Proof] = []

    @classmethod
    def of(cls, brief: Brief) -> "Proofs":
        """The proofs of a brief's set, with its brand and its products' names on the sheet."""
        head = Head(brand=brief.brand.name, palette=brief.brand.palette)
        proofs = cls(brief.title, brief.creative_count, head=head)
        proofs._names = {product.id: product.name for product in brief.products}
        copies = (
            (product, locale, brief.copy_for(product, locale)) for product in brief.products for locale in brief.locales
        )
        proofs._unseen = frozenset(
            (product.id, locale) for product, locale, copy in copies if copy.written_by and not copy.approved
        )
        return proofs

    def add(self, creative: Creative, pixels: Pixels, findings: tuple[Finding, ...]) -> Pixels:
        """Keep a small copy of a creative, which is given back, with what was found about it.

        `pixels` may be a smaller copy already.
        """
        small = _small(pixels, (creative.width, creative.height), self._expected)
        kept = small if self._expected <= _MOST_PIXELS else _jpeg(small)
        self._proofs.append(_Proof(creative=creative, pixels=kept, findings=findings))
        return small

    def add_proof(self, creative: Creative, proof_jpeg: bytes, findings: tuple[Finding, ...]) -> None:
        """Take a proof that was made earlier; one that cannot be read is shown as a grey field."""
        self._proofs.append(_Proof(creative=creative, pixels=proof_jpeg, findings=findings))

    def last(self) -> bytes:
        """The proof that was added last, as JPEG bytes, to be stored. Raises IndexError when there is none."""
        pixels = self._proofs[-1].pixels
        return pixels if isinstance(pixels, bytes) else _jpeg(pixels)

    def sheet(self, library: fonts.Library, findings: Sequence[Finding] = ()) -> bytes:
        """The contact sheet as JPEG bytes. `findings` are those about the whole set, which no creative carries."""
        found = (*(finding for proof in self._proofs for finding in proof.findings), *findings)
        groups = summary.of(found)
        notes = {
            finding: Note(number=number, severity=finding.severity, rule=finding.rule, words=_words(group))
            for number, group in enumerate(groups, 1)
            for finding in group.findings
        }
        legend = tuple(notes[group.worst] for group in groups)
        verdict = self._head.verdict or tally.of((proof.creative for proof in self._proofs), found)
        head = Head(
            brand=self._head.brand,
            palette=self._head.palette,
            verdict=f"{verdict} {UNSEEN}" if self._unseen else verdict,
        )
        cells = [self._cell(proof, notes) for proof in self._in_order()]
        return sheet.contact_sheet(self._title, cells, library=library, head=head, legend=legend)

    def _cell(self, proof: _Proof, notes: Mapping[Finding, Note]) -> Cell:
        creative = proof.creative
        mine = {notes[finding].number: notes[finding] for finding in proof.findings}
        place = creative.product, creative.locale
        return Cell(
            group=self._names.get(creative.product, creative.product),
            row=f"{creative.locale} *" if place in self._unseen else creative.locale,
            pixels=proof.pixels,
            shape=(creative.width, creative.height),
            caption=(creative.placement, f"{creative.width} × {creative.height}"),
            severity=tally.worst(proof.findings),
            notes=tuple(mine[number] for number in sorted(mine)),
        )

    def _in_order(self) -> list[_Proof]:
        # They come in by placement, because that is how pixels are shared; people look at one market after the other.
        products = {name: at for at, name in enumerate(dict.fromkeys(one.creative.product for one in self._proofs))}
        locales = {name: at for at, name in enumerate(dict.fromkeys(one.creative.locale for one in self._proofs))}
        return sorted(self._proofs, key=lambda one: (products[one.creative.product], locales[one.creative.locale]))


def _words(group: summary.Group) -> str:
    """A finding in words, with how many creatives share it."""
    shared = len(group.places)
    return group.worst.message if shared < 2 else f"{group.worst.message} ({shared} creatives)"

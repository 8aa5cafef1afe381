"""The record of origin of each creative: what is known of its picture becomes a seal, once a picture.

The XMP packet goes into the file while it is encoded, the manifest is signed over the finished bytes, and both are
counted against the placement's byte cap. Where a file has no room for its manifest, even at the lowest quality, the
manifest lies beside it (`.c2pa`), which C2PA's readers take as well. Whether the record holds is for the audit to say.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Composition, Origin, Picture, Provenance
from briefmill.domain.placement import Placement
from briefmill.imaging.encode import Encoded
from briefmill.ports import Store
from briefmill.provenance import origin, reading
from briefmill.provenance.origin import Facts
from briefmill.provenance.sealing import Sealing
from briefmill.provenance.signing import Parent, Seal, Signed


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """A seal, and what the one creative is made of that it shall go onto."""

    seal: Seal
    facts: Facts

    @property
    def packet(self) -> bytes:
        """The XMP packet."""
        return self.seal.packet(self.facts)

    @property
    def reserve(self) -> int:
        """Bytes to be kept free for the manifest."""
        return self.seal.reserve

    @property
    def source_type(self) -> str:
        """The last word of IPTC's digital source type."""
        return origin.source_type(self.facts)

    def signed(self, encoded: Encoded, title: str, cap: int | None) -> Signed:
        """The file with its manifest; beside it where `cap` leaves no room within."""
        data, kind = encoded.data, encoded.media_type
        if cap is None or not encoded.fits or len(data) + self.reserve <= cap:
            whole = self.seal.sign(data, kind, title, self.facts)
            if cap is None or len(whole.data) <= cap:
                return whole
        return self.seal.sign(data, kind, title, self.facts, embed=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sealer:
    """The seals of one job; without a `sealing` it gives none, and files are left as they are."""

    brief: Brief
    sealing: Sealing | None
    store: Store
    _seals: dict[tuple[str, str], Seal] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What makes creatives of the same pixels different files: who signs them."""
        return self.sealing.fingerprint if self.sealing else ""

    def mark(self, picture: Picture, composition: Composition) -> Mark | None:
        """The mark for a composed creative of a picture."""
        if self.sealing is None:
            return None
        key = (picture.ref.sha256, picture.cutout.source.sha256 if picture.cutout else "")
        if key not in self._seals:
            self._seals[key] = _seal(picture, self.brief, self.sealing, self.store)
        seal = self._seals[key]
        words = any(text.lines for text in composition.texts)
        return Mark(seal=seal, facts=replace(seal.facts, words=words, logo=composition.logo is not None))


def finished(
    mark: Mark | None, encoded: Encoded, placement: Placement, product: Product, copy: Copy, store: Store
) -> tuple[Encoded, Provenance | None]:
    """The file as it is delivered, and what is noted of its record; a sidecar is stored here."""
    if mark is None:
        return encoded, None
    file = mark.signed(encoded, f"{product.name}, {copy.locale}, {placement.id}", placement.max_bytes)
    record = Provenance(
        unsigned=hashlib.sha256(encoded.data).hexdigest(),
        source_type=mark.source_type,
        manifest_bytes=len(file.manifest),
        signer=mark.seal.sealing.fingerprint,
        sidecar=store.put(file.manifest, "application/c2pa") if file.sidecar else None,
    )
    fits = encoded.fits and (placement.max_bytes is None or len(file.data) <= placement.max_bytes)
    return replace(encoded, data=file.data, fits=fits), record


def _seal(picture: Picture, brief: Brief, sealing: Sealing, store: Store) -> Seal:
    data = store.get(picture.ref)
    declared, recorded = reading.declared(data)
    supplied = picture.origin is Origin.SUPPLIED
    name = PurePosixPath(picture.asset).name
    facts = Facts(
        origin=picture.origin,
        maker=picture.maker,
        model=picture.model,
        declared=declared if supplied else "",
        product=picture.cutout is not None,
        kept=supplied or recorded,
    )
    parents: list[Parent] = []
    if facts.kept:
        title = name if supplied and name else f"picture by {facts.agent or 'its maker'}"
        parents.append(Parent(name=origin.PARENT, title=title, data=data))
    if picture.cutout is not None:
        parents.append(Parent(name=origin.PRODUCT, title=name or "product", data=store.get(picture.cutout.source)))
    return Seal(sealing=sealing, facts=facts, parents=tuple(parents), credit=brief.brand.name)

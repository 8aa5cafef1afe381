"""The manifest of a creative, signed: C2PA's Builder with our actions, its picture as ingredient, and the leaf's key.

Signing comes last, over the finished bytes; whatever touches the file afterwards breaks it. A manifest holds a random
name and salts, so signed files differ from one another where the unsigned ones are equal: whoever compares, compares
before. Thumbnails are off. No time stamping authority is asked: nothing is sent anywhere, and a signature is judged by
its certificate's days. What c2pa cannot parse of a supplied picture is named as an ingredient all the same, by its
bytes.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import c2pa

from briefmill.errors import ConfigError, Paused, Temporary
from briefmill.provenance import authority, origin, reading, xmp
from briefmill.provenance.authority import Authority
from briefmill.provenance.origin import Facts
from briefmill.provenance.sealing import Sealing

MARGIN: Final = 384
"""Bytes kept beyond a measured manifest: titles, and what containers add (up to 45, AVIF)."""

_AGAIN_S: Final = 300.0

_WHITE: Final = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


@dataclass(frozen=True, kw_only=True, eq=False)
class Signer:
    """A certificate at work: c2pa's signer and the context that trusts its root."""

    authority: Authority
    signer: c2pa.Signer
    context: c2pa.Context


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A finished file. With a `sidecar` the manifest lies beside `data`, which then is as it was."""

    data: bytes
    manifest: bytes
    sidecar: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Parent:
    """A picture that a creative is made of: `name` is origin.PARENT or origin.PRODUCT."""

    name: str
    title: str
    data: bytes

    @cached_property
    def kind(self) -> str:
        """Its media type by its first bytes."""
        return reading.media_type(self.data)


@dataclass(frozen=True, kw_only=True, eq=False)
class Seal:
    """Signs the creatives of one picture. `facts` say what it is made of; `parents` are its ingredients.

    `credit` is whom the XMP packet names.
    """

    sealing: Sealing
    facts: Facts
    parents: tuple[Parent, ...] = ()
    credit: str = ""
    _archives: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def reserve(self) -> int:
        """Bytes to keep free of a file's cap for the manifest: measured once, by signing a picture of one pixel."""
        return len(self._signed(_WHITE, "image/gif", "", self.facts, embed=False).manifest) + MARGIN

    def packet(self, facts: Facts) -> bytes:
        """The XMP packet for a creative of this picture."""
        return xmp.packet(facts, tool=f"{self.sealing.tool} {self.sealing.version}", credit=self.credit)

    def sign(self, data: bytes, media_type: str, title: str, facts: Facts, *, embed: bool = True) -> Signed:
        """Sign a finished file; with `embed` off the manifest is given to lie beside it.

        Raises Paused when the certificate has ended or cannot be read, Temporary when C2PA refuses for another reason.
        """
        return self._signed(data, media_type, title, facts, embed=embed)

    def _signed(self, data: bytes, media_type: str, title: str, facts: Facts, *, embed: bool) -> Signed:
        try:
            return self._tried(data, media_type, title, facts, embed=embed)
        except c2pa.C2paError as error:
            signer = signer_for(self.sealing)
            if datetime.now(UTC) >= signer.authority.not_after:
                raise Paused(
                    f"the signing certificate ended on {signer.authority.not_after:%Y-%m-%d}. Renew it "
                    "(`briefmill ca new`, or provenance.certificate) and start again.",
                    resource="certificate",
                    retry_in=_AGAIN_S,
                ) from error
            raise Temporary(f"a record of origin could not be signed: {error}") from error

    def _tried(self, data: bytes, media_type: str, title: str, facts: Facts, *, embed: bool) -> Signed:
        signer = signer_for(self.sealing)
        with c2pa.Builder(self._claim(media_type, title, facts), context=signer.context) as builder:
            for parent in self.parents:
                if parent.name == origin.PARENT or facts.product:
                    self._add(builder, parent)
            if not embed:
                builder.set_no_embed()
            out = io.BytesIO()
            manifest = builder.sign(signer.signer, media_type, io.BytesIO(data), out)
        return Signed(data=out.getvalue() if embed else data, manifest=manifest, sidecar=not embed)

    def _add(self, builder: c2pa.Builder, parent: Parent) -> None:
        if parent.name not in self._archives:
            self._archives[parent.name] = self._archived(parent)
        builder.add_ingredient_from_archive(io.BytesIO(self._archives[parent.name]))

    def _archived(self, parent: Parent) -> bytes:
        """A picture as c2pa keeps ingredients: it is parsed once, not for each creative (a large PNG costs 4 ms)."""
        said = {
            "title": parent.title,
            "relationship": "parentOf" if parent.name == origin.PARENT else "componentOf",
            "label": parent.name,
            "instance_id": parent.name,
        }
        archive = io.BytesIO()
        with c2pa.Builder({}, context=signer_for(self.sealing).context) as builder:
            try:
                builder.add_ingredient(said, parent.kind, io.BytesIO(parent.data))
            except c2pa.C2paError:
                # Decoders are more lenient than c2pa's parsers.
                builder.add_ingredient(said, reading.UNKNOWN, io.BytesIO(parent.data))
            builder.write_ingredient_archive(parent.name, archive)
        return archive.getvalue()

    def _claim(self, media_type: str, title: str, facts: Facts) -> dict[str, Any]:
        return {
            "claim_generator_info": [{"name": self.sealing.tool, "version": self.sealing.version}],
            "title": title,
            "format": media_type,
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": origin.actions(facts)}}],
        }


def signer_for(sealing: Sealing) -> Signer:
    """The signer of a sealing, read once a worker. Raises Paused while its files cannot be used."""
    try:
        return _signer(sealing.certificate, sealing.key, sealing.root, sealing.fingerprint)
    except ConfigError as error:
        raise Paused(str(error), resource="certificate", retry_in=_AGAIN_S) from error


@lru_cache(maxsize=4)
def _signer(certificate: Path, key: Path, root: Path | None, fingerprint: str) -> Signer:
    del fingerprint  # a renewed certificate at the same place is another signer
    found = authority.load(certificate.parent) if root is not None else authority.bring(certificate, key)
    info = c2pa.C2paSignerInfo(
        alg=found.algorithm.encode(),
        sign_cert=found.certificate_chain_pem,
        private_key=found.key_pem,
        ta_url=None,
    )
    return Signer(authority=found, signer=c2pa.Signer.from_info(info), context=reading.context(found.root_pem))

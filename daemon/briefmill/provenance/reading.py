"""A file's record of origin, read and checked with C2PA's own reader: embedded, or from a sidecar beside it.

Everything here is somebody's claim until the reader has called it valid, and whose claim it is until it calls it
trusted. Files are untrusted; the reader is written in Rust and runs in a worker, or in a command that a person gave.
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import c2pa

from briefmill.imaging import packet
from briefmill.provenance import origin, xmp

NONE: Final = "none"
GOOD: Final = frozenset({"valid", "trusted"})

MIME: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"BM": "image/bmp",
}
UNKNOWN: Final = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the reader said.

    `state` is `trusted`, `valid` (signed by somebody unknown), `invalid`, or `none`. `label` names the manifest,
    `generator` the program, `signer` and `issuer` the certificate; `actions` are their names, `source_types` the last
    words of IPTC's types in them. `manifests` counts those in the file, the ingredients' own included; `ingredients`
    are their titles. `problems` are the reader's codes. `xmp` is what our packet says.
    """

    state: str
    label: str = ""
    generator: str = ""
    signer: str = ""
    issuer: str = ""
    actions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    manifests: int = 0
    problems: tuple[str, ...] = ()
    sidecar: bool = False
    xmp: Mapping[str, str] | None = None

    @property
    def holds(self) -> bool:
        """True when the signature is good and the file is what was signed."""
        return self.state in GOOD


def media_type(data: bytes) -> str:
    """The media type that the first bytes tell, for C2PA's ears."""
    for magic, kind in MIME.items():
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] in {b"avif", b"avis"} else "image/heic"
    return UNKNOWN


def context(root_pem: bytes = b"") -> c2pa.Context:
    """How we read and write: no thumbnails (they cost 320 kB a file), nothing fetched, `root_pem` trusted."""
    settings: dict[str, Any] = {
        "builder": {"thumbnail": {"enabled": False}},
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    }
    if root_pem:
        settings["trust"] = {"user_anchors": root_pem.decode("ascii")}
    return c2pa.Context(c2pa.Settings.from_dict(settings))


def read(data: bytes, sidecar: bytes = b"", *, within: c2pa.Context | None = None) -> Record:
    """Read and check the record of a file; `sidecar` is a manifest that lies beside it. Never raises for bad files."""
    found = packet.find(data)
    said = xmp.fields(found) if found else {}
    kind = media_type(data)
    if kind == UNKNOWN:
        return Record(state=NONE, xmp=said)
    known = within or context()
    try:
        with c2pa.Reader(kind, io.BytesIO(data), sidecar or None, context=known) as reader:
            told: dict[str, Any] = json.loads(reader.json())
            state = str(reader.get_validation_state() or "invalid").lower()
    except c2pa.C2paError.ManifestNotFound:
        return Record(state=NONE, xmp=said)
    except (c2pa.C2paError, ValueError) as error:
        return Record(state="invalid", problems=(str(error)[:200],), xmp=said)
    return _record(told, state, said, sidecar=bool(sidecar))


def declared(data: bytes) -> tuple[str, bool]:
    """The source type that a picture claims of itself (empty for none), and whether it has a manifest of its own."""
    record = read(data)
    claims = [record.xmp["Iptc4xmpExt:DigitalSourceType"]] if record.xmp and record.xmp else []
    known = [one for one in (*record.source_types, *claims) if one]
    synthetic = next((one for one in known if one in origin.SYNTHETIC), "")
    return synthetic or (known[-1] if known else ""), record.manifests > 0


def _record(told: Mapping[str, Any], state: str, said: Mapping[str, str], *, sidecar: bool) -> Record:
    manifests = told.get("manifests") or {}
    label = str(told.get("active_manifest") or "")
    active: Mapping[str, Any] = manifests.get(label) or {}
    generators = active.get("claim_generator_info") or [{}]
    signature: Mapping[str, Any] = active.get("signature_info") or {}
    return Record(
        state=state,
        label=label,
        generator=f"{generators[0].get('name', '')} {generators[0].get('version', '')}".strip(),
        signer=str(signature.get("common_name") or ""),
        issuer=str(signature.get("issuer") or ""),
        actions=tuple(str(one.get("action", "")) for one in _actions(active)),
        source_types=tuple(dict.fromkeys(_types(manifests.values()))),
        ingredients=tuple(str(one.get("title", "")) for one in active.get("ingredients") or ()),
        manifests=len(manifests),
        problems=tuple(dict.fromkeys(str(one.get("code")) for one in told.get("validation_status") or ())),
        sidecar=sidecar,
        xmp=said,
    )


def _types(manifests: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for manifest in manifests:
        for action in _actions(manifest):
            kind = str(action.get("digitalSourceType") or "")
            if kind:
                yield kind.rpartition("/")[2]


def _actions(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for assertion in manifest.get("assertions") or ():
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            found += (assertion.get("data") or {}).get("actions") or []
    return found

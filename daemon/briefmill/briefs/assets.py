"""The files that a brief names: checked as names only, because the files themselves are looked at by the stages.

A brief may name what lies beside it and below; everything else (absolute paths, `..` out of the folder, addresses on
the web) is refused with the place, because a brief is written by strangers.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from briefmill.briefs import text
from briefmill.briefs.nodes import Kind, Node
from briefmill.briefs.remarks import Remarks
from briefmill.domain.brief import Asset, AssetRole

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|data:|//|www\.", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:/")
_NO_FILE: Final = "none na null nil tbd todo generate generated auto ai genai missing yes no true false optional"
PATH_KEYS: Final = ("path", "file", "filename", "src", "source", "uri", "url", "image", "asset", "href", "location")
_ROLES: Final = (
    (AssetRole.CUTOUT, ("cutout", "transparent", "isolated")),
    (AssetRole.REFERENCE, ("reference", "inspiration", "mood", "style", "background", "lifestyle")),
    (AssetRole.LOGO, ("logo",)),
    (AssetRole.FONT, ("font",)),
)
_LONGEST_PATH: Final = 1000


def named(node: Node, role: AssetRole, remarks: Remarks, *, required: bool = False) -> list[Asset]:
    """The assets in a value: a path, a list of them, `{path, type, required}`, or `{hero: path, logo: path}`."""
    return list(_assets(node, role, remarks, required))


def _assets(node: Node, role: AssetRole, remarks: Remarks, required: bool) -> Iterator[Asset]:
    if node.kind is Kind.TEXT or node.kind is Kind.NUMBER:
        path = _checked(node, remarks)
        if path:
            yield Asset(path=path, role=role, required=required, field=node.path)
    for item in node.items:
        yield from _assets(item, role, remarks, required)
    if node.kind is not Kind.MAPPING:
        return
    values = {text.folded(entry.key): entry.node for entry in node.entries if not entry.key.startswith("_")}
    path_key = next((key for key in PATH_KEYS if key in values), "")
    if path_key:
        kind = next((values[key].text for key in ("type", "role", "kind", "usage") if key in values), "")
        needed = required or ("required" in values and truth(values["required"]))
        yield from _assets(values[path_key], _role(kind, role), remarks, needed)
        return
    for key, value in values.items():
        yield from _assets(value, _role(key, role), remarks, required)


def _role(word: str, otherwise: AssetRole) -> AssetRole:
    folded = text.folded(word)
    return next((role for role, marks in _ROLES if any(mark in folded for mark in marks)), otherwise)


def _checked(node: Node, remarks: Remarks) -> str:
    written = node.text.strip()
    path = written.replace("\\", "/")
    if not path or text.folded(path) in _NO_FILE.split():
        return ""
    fix = "Put the file beside the brief and write its name, for example `assets/hero.jpg`."
    if _URL.match(path):
        remarks.refuse(node, "brief.asset.url", f'"{written[:80]}" is an address on the web, not a file', fix)
    elif path.startswith(("/", "~")) or _DRIVE.match(path):
        remarks.refuse(node, "brief.asset.absolute", f'"{written[:80]}" is a path on one machine only', fix)
    elif _leaves(path):
        remarks.refuse(node, "brief.asset.outside", f'"{written[:80]}" leaves the folder of the brief', fix)
    elif len(path) > _LONGEST_PATH or not path.isprintable():
        remarks.refuse(node, "brief.asset.name", "this is no usable file name", fix)
    elif path.endswith("/"):
        folder(node, remarks)
    else:
        return path
    return ""


def _leaves(path: str) -> bool:
    depth = 0
    for part in path.split("/"):
        depth += -1 if part == ".." else part not in {"", "."}
        if depth < 0:
            return True
    return False


def folder(node: Node, remarks: Remarks) -> None:
    """Say that a folder is no file."""
    remarks.notice(
        node,
        "brief.asset.folder",
        f'"{node.text[:80]}" is a folder; which picture in it is meant is not guessed',
        "Name the file: `image: folder/hero.jpg`.",
    )


def with_roles(assets: list[Asset]) -> tuple[Asset, ...]:
    """A product's assets with one picture: the first that is one; the further ones are references."""
    first = next((asset for asset in assets if asset.role is AssetRole.PICTURE), None)
    seen: dict[str, Asset] = {}
    for asset in assets:
        extra = asset.role is AssetRole.PICTURE and asset is not first
        seen.setdefault(asset.path, replace(asset, role=AssetRole.REFERENCE) if extra else asset)
    return tuple(seen.values())


def truth(node: Node) -> bool:
    """A yes or no, however it is written."""
    return text.folded(node.text) in {
        "true",
        "yes",
        "y",
        "on",
        "1",
        "required",
        "always",
        "mandatory",
        "ja",
        "oui",
        "si",
    }

"""What a brief wishes of its pictures beside their words.

That is how they are rendered, how near they stay to what was supplied, and the pictures whose style they go by.

A wish that is not understood is a notice and left to the settings; whether the picture maker's model knows a wish that
is understood is not known here.
"""

from collections.abc import Mapping
from typing import Final

from briefmill.briefs import assets, sheet, text
from briefmill.briefs.fields import Field
from briefmill.briefs.nodes import Node
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sheet import Sheet
from briefmill.domain.brief import Asset, AssetRole
from briefmill.domain.rendering import BACKGROUNDS, COMPLEXITIES, FORMATS, MODERATIONS, QUALITIES, Fidelity, Rendering

_FIDELITIES: Final = {
    **dict.fromkeys(("supplied", "asis", "asitis", "original", "none", "no", "false", "default"), Fidelity.SUPPLIED),
    **dict.fromkeys(("reference", "references", "inspired", "similar", "guide", "edit", "high"), Fidelity.REFERENCE),
    **dict.fromkeys(("exact", "pixelexact", "untouched", "pixelperfect", "cutout", "locked", "strict"), Fidelity.EXACT),
}
_SPOKEN: Final[Mapping[Field, Mapping[str, str]]] = {
    Field.QUALITY: {
        **{one: one for one in QUALITIES},
        "standard": "medium",
        "normal": "medium",
        "draft": "low",
        "hd": "high",
        "best": "max",
        "maximum": "max",
    },
    Field.COMPLEXITY: {**{one: one for one in COMPLEXITIES}, "simple": "low", "normal": "medium"},
    Field.GROUND: {**{one: one for one in BACKGROUNDS}, "solid": "opaque"},
    Field.PICTURE_FORMAT: {**{one: one for one in FORMATS}, "jpg": "jpeg"},
    Field.MODERATION: {**{one: one for one in MODERATIONS}, "standard": "auto", "default": "auto", "strict": "auto"},
}
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".tif", ".tiff")


def rendering(found: Sheet, remarks: Remarks) -> Rendering:
    """How the brief wishes its pictures to be rendered."""
    said = {field: _chosen(found.node(field), field, remarks) for field in _SPOKEN}
    return Rendering(
        quality=said[Field.QUALITY],
        complexity=said[Field.COMPLEXITY],
        background=said[Field.GROUND],
        format=said[Field.PICTURE_FORMAT],
        compression=_compression(found.node(Field.COMPRESSION), remarks),
        moderation=said[Field.MODERATION],
    )


def fidelity(node: Node | None, remarks: Remarks, otherwise: Fidelity) -> Fidelity:
    """What becomes of a supplied picture of a product."""
    if node is None or node.empty:
        return otherwise
    known = _FIDELITIES.get(text.folded(node.text))
    if known is None:
        listed = ", ".join(each.value for each in Fidelity)
        _not_understood(node, "brief.product.fidelity", f"Write one of {listed}.", remarks)
    return known or otherwise


def references(found: Sheet, remarks: Remarks) -> tuple[Asset, ...]:
    """The pictures whose style the campaign's pictures go by; what is no picture file is remarked and left out."""
    named: dict[str, Asset] = {}
    for one in found.all(Field.STYLE_REFERENCES):
        for part in sheet.listed(one.node):
            for leaf in part.leaves():
                written = leaf.text.strip()
                if written.lower().endswith(_PICTURES) and "://" not in written:
                    for asset in assets.named(leaf, AssetRole.REFERENCE, remarks):
                        named.setdefault(asset.path, asset)
                elif not leaf.empty:
                    _not_understood(
                        leaf,
                        "brief.references.no_picture",
                        "Put the picture beside the brief and write its name: `style_references: [mood.jpg]`.",
                        remarks,
                    )
    return tuple(named.values())


def _chosen(node: Node | None, field: Field, remarks: Remarks) -> str:
    if node is None or node.empty:
        return ""
    known = _SPOKEN[field].get(text.folded(node.text), "")
    if not known:
        listed = ", ".join(dict.fromkeys(_SPOKEN[field].values()))
        _not_understood(node, "brief.rendering.unknown", f"Write one of {listed}.", remarks)
    return known


def _compression(node: Node | None, remarks: Remarks) -> int | None:
    if node is None or node.empty:
        return None
    written = node.text.strip().removesuffix("%").strip()
    if written.isascii() and written.isdigit() and int(written[:4]) <= 100:
        return int(written)
    _not_understood(node, "brief.rendering.unknown", "Write a number from 0 to 100.", remarks)
    return None


def _not_understood(node: Node, code: str, fix: str, remarks: Remarks) -> None:
    remarks.notice(node, code, f'"{node.text[:60]}" is not understood here, and is left out', fix)

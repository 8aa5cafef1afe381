"""The products of a brief: a list of names or of objects, one object, a mapping by id, or a single product's fields."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefmill import files
from briefmill.briefs import aliases, assets, pictures, sheet, text
from briefmill.briefs.fields import Context, Field
from briefmill.briefs.nodes import Kind, Limits, Node
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sayings import Listener, Saying
from briefmill.briefs.sheet import Sheet
from briefmill.domain.brief import Asset, AssetRole, Product
from briefmill.domain.rendering import Fidelity

EXAMPLE = "For example `products: [{name: Tide bottle, description: A steel bottle}]`."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A product before its copy is settled; `sayings` are its own words, `logos` the logos filed under it."""

    product: Product
    sayings: tuple[Saying, ...]
    node: Node
    logos: tuple[Asset, ...] = ()


class Shelf:
    """Reads all products of one brief."""

    def __init__(self, remarks: Remarks, limits: Limits, *, campaign_speaks: bool, assets_required: bool) -> None:
        self._remarks = remarks
        self._limits = limits
        self._campaign_speaks = campaign_speaks
        self._assets_required = assets_required
        self._taken: dict[str, str] = {}
        self._fidelity = Fidelity.SUPPLIED

    def read(self, found: Sheet) -> tuple[Draft, ...]:
        """The products in their order. Without any, a problem is remarked that shows how to write one."""
        self._fidelity = pictures.fidelity(found.node(Field.FIDELITY), self._remarks, Fidelity.SUPPLIED)
        nodes = list(self._nodes(found))
        place = found.products_named
        if not nodes:
            empty = place is not None
            self._remarks.refuse(
                place,
                "brief.products.empty" if empty else "brief.products.missing",
                "nothing to make: products is empty" if empty else "nothing to make: the brief names no products",
                EXAMPLE,
                field=place.path if place else "products",
            )
        if len(nodes) > self._limits.max_products:
            self._remarks.refuse(
                place,
                "brief.products.too_many",
                f"{len(nodes)} products; {self._limits.max_products} are allowed in one brief",
                "Split it into several briefs.",
            )
            return ()
        return tuple(draft for node, key in nodes if (draft := self._draft(node, key)))

    def _nodes(self, found: Sheet) -> Iterator[tuple[Node, str]]:
        """Each product's node, with the key it stands under where products are a mapping by id."""
        node = found.node(Field.PRODUCTS)
        if node is None or node.empty:
            if found.product_entries:
                first = found.product_entries[0]
                entries = tuple(found.product_entries)
                yield Node(kind=Kind.MAPPING, path="", line=first.line, column=first.column, entries=entries), ""
        elif node.kind is Kind.LIST:
            some = any(not item.empty for item in node.items)
            for item in node.items:
                if not item.empty:
                    yield item, ""
                elif some:
                    self._remarks.notice(item, "brief.product.empty", "this entry is empty, and is left out")
        elif node.scalar:
            one = not node.path.lower().endswith("s")
            for part in sheet.listed(node, split=not one) if not one else [node]:
                yield part, ""
        elif _one_product(node):
            yield node, ""
        else:
            for entry in node.entries:
                if not entry.key.startswith("_"):
                    yield entry.node, entry.key

    def _draft(self, node: Node, key: str) -> Draft | None:
        if node.kind is Kind.LIST:
            self._remarks.refuse(node, "brief.product.list", "a list stands where a product is meant", EXAMPLE)
            return None
        if node.scalar:
            name = self._text(node, self._limits.max_name)
            product = Product(id=self._id(key or name, node), name=name, fidelity=self._fidelity)
            return Draft(product=product, sayings=(), node=node)
        fields = Sheet(self._remarks, self._limits, product=True).collect(node)
        name = self._named(fields, key, node)
        if not name:
            return None
        own = fields.node(Field.PRODUCT_ID)
        identity = (own.text if own and own.scalar else "") or key or name
        supplied = self._assets(fields)
        product = Product(
            id=self._id(identity, node),
            name=name,
            description=self._joined(fields, Field.DESCRIPTION),
            category=self._joined(fields, Field.CATEGORY),
            attributes=self._strings(fields, Field.ATTRIBUTES),
            assets=assets.with_roles([asset for asset in supplied if asset.role is not AssetRole.LOGO]),
            fidelity=pictures.fidelity(fields.node(Field.PRODUCT_FIDELITY), self._remarks, self._fidelity),
            focus=self._focus(fields),
            prompt=self._joined(fields, Field.PROMPT),
            notes=tuple(sheet.named(found) for found in fields.all(Field.PRODUCT_NOTES)),
            avoid=self._strings(fields, Field.PRODUCT_AVOID),
        )
        logos = tuple(asset for asset in supplied if asset.role is AssetRole.LOGO)
        return Draft(product=product, sayings=self._sayings(fields), node=node, logos=logos)

    def _named(self, fields: Sheet, key: str, node: Node) -> str:
        for field in (Field.PRODUCT_NAME, Field.PRODUCT_ID):
            named = fields.node(field)
            if named and named.scalar and (name := self._text(named, self._limits.max_name)):
                return name
        spoken = " ".join(text.words(key)).title() if key else ""
        if not spoken:
            self._remarks.refuse(
                node, "brief.product.name", "this product has no name", EXAMPLE, field=f"{node.path}.name"
            )
        return spoken

    def _id(self, identity: str, node: Node) -> str:
        # It becomes a folder: two ids that a share takes for one name (straße, strasse) are the same.
        wanted = text.slug(identity, fallback="product")
        given, number = wanted, 2
        while files.name_key(given) in self._taken:
            given, number = f"{wanted}-{number}", number + 1
        if given != wanted:
            self._remarks.notice(
                node,
                "brief.product.id_twice",
                f"the product id {wanted} was taken by {self._taken[files.name_key(wanted)]}; this one becomes {given}",
                "Give each product its own id.",
            )
        self._taken[files.name_key(given)] = node.path
        return given

    def _assets(self, fields: Sheet) -> list[Asset]:
        own = (assets.truth(found.node) for found in fields.all(Field.ASSETS_REQUIRED))
        needed = self._assets_required or any(own)
        named: list[Asset] = []
        for field, role in (
            (Field.CUTOUT, AssetRole.CUTOUT),
            (Field.IMAGE, AssetRole.PICTURE),
            (Field.REFERENCES, AssetRole.REFERENCE),
        ):
            # `hero_asset` goes before the general `assets`, wherever they stand.
            for found in sorted(fields.all(field), key=lambda found: found.node.kind is not Kind.TEXT):
                named += assets.named(found.node, role, self._remarks, required=needed)
        for found in fields.all(Field.ASSET_FOLDER):
            assets.folder(found.node, self._remarks)
        return named

    def _sayings(self, fields: Sheet) -> tuple[Saying, ...]:
        found = [one for field in (*aliases.COPY_FIELDS, Field.TRANSLATIONS) for one in fields.all(field)]
        if self._campaign_speaks:
            for tagline in fields.all(Field.TAGLINE):
                self._remarks.leave(tagline.node.path)
        else:
            found += [replace(one, field=Field.MESSAGE) for one in fields.all(Field.TAGLINE)]
        return tuple(Listener(self._remarks, self._limits).gather(found))

    def _focus(self, fields: Sheet) -> tuple[float, float] | None:
        """Where the subject is in the picture: `[0.7, 0.5]`, `{x: 70%, y: 50%}`, `70% 50%`."""
        node = fields.node(Field.FOCUS)
        if node is None or node.empty:
            return None
        if node.kind is Kind.MAPPING:
            named = {text.folded(entry.key): entry.node for entry in node.entries}
            parts = [named[key] for key in ("x", "y") if key in named]
        else:
            parts = list(node.items) if node.kind is Kind.LIST else sheet.listed(replace(node, text=_spaced(node.text)))
        shares = [share for part in parts if (share := _share(part.text)) is not None]
        if len(parts) == 2 and len(shares) == 2:
            return shares[0], shares[1]
        self._remarks.notice(
            node,
            "brief.product.focus",
            "this does not say where in the picture the product is, and is left out",
            "Write two shares, from the left and from the top: `focus: [0.7, 0.5]`.",
        )
        return None

    def _joined(self, fields: Sheet, field: Field) -> str:
        words = "; ".join(sheet.prose(found.node) for found in fields.all(field))
        if len(words) > self._limits.max_description:
            self._too_long(fields.all(field)[0].node, len(words), self._limits.max_description)
        return words

    def _strings(self, fields: Sheet, field: Field) -> tuple[str, ...]:
        words = [sheet.prose(node) for found in fields.all(field) for node in sheet.listed(found.node)]
        return tuple(dict.fromkeys(word for word in words if word))

    def _text(self, node: Node, longest: int) -> str:
        words, stripped = text.clean(node.text)
        if stripped:
            self._remarks.notice(node, "brief.text.control", "control characters were taken out of this text")
        if len(words) > longest:
            self._too_long(node, len(words), longest)
        return words

    def _too_long(self, node: Node, length: int, longest: int) -> None:
        self._remarks.refuse(
            node, "brief.text.too_long", f"this text has {length} characters; {longest} are allowed", "Shorten it."
        )


def _spaced(words: str) -> str:
    return ",".join(words.replace(",", " ").split())


def _share(written: str) -> float | None:
    """A share of 0 to 1 written as `0.7` or `70%`, None for anything else."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})\s*(%?)", written.strip())
    if found is None:
        return None
    value = float(found[1]) / (100 if found[2] else 1)
    return value if value <= 1 else None


def _one_product(node: Node) -> bool:
    """Whether a mapping is one product's fields rather than products by id."""
    known = [aliases.field_of(entry.key, Context.PRODUCT) for entry in node.entries]
    plain = any(entry.node.scalar for entry, field in zip(node.entries, known, strict=True) if field)
    return plain and any(field and field[0] in {Field.PRODUCT_NAME, Field.DESCRIPTION} for field in known)


def attributed(drafts: Sequence[Draft]) -> tuple[Asset, ...]:
    """The logos that briefs file among a product's assets."""
    return tuple(logo for draft in drafts for logo in draft.logos)

"""An untrusted SVG read and written anew: only shapes that stand still survive, and only so many of them.

expat reads the file and this module writes what is to be drawn, so that the renderer (`imaging.vector`) never sees a
byte that nobody looked at, and two parsers cannot disagree about one. What a drawing may hold are the shapes, paints
and effects of static SVG. What an editor keeps for itself (metadata, foreign namespaces, animation) is left out, as a
renderer of stills leaves it out. What would draw otherwise than its author sees, or reach outside the file, is refused
with its line: text (it needs fonts that are not here), scripts, entities, links to other files. Accepted risk: a plain
DOCTYPE, which half of all editors write, is skipped unread; it can declare nothing.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import embedded

MAX_ELEMENTS: Final = 10_000
"""Elements of the file, and again once all that they use is followed. The most detailed crests have about 3 000."""

MAX_DEPTH: Final = 40
"""Levels of elements within each other, all that they use followed; each group with an effect may keep a canvas of
its own. Editors write up to 15."""

MAX_ASPECT: Final = 30.0
"""The longer side over the shorter one. The longest wordmarks have about 12."""

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_APART: Final = "\x1f"

_SHAPES: Final = "path rect circle ellipse line polyline polygon image"
_STRUCTURE: Final = (
    "svg g a defs symbol use switch style clipPath mask pattern marker linearGradient radialGradient stop"
)
_EFFECTS: Final = """filter feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood feFuncA feFuncB
    feFuncG feFuncR feGaussianBlur feMerge feMergeNode feOffset"""
_OTHER_EFFECTS: Final = """feConvolveMatrix feDiffuseLighting feSpecularLighting feDisplacementMap feImage feMorphology
    feTile feTurbulence"""
_DRAWN: Final = frozenset(f"{_SHAPES} {_STRUCTURE} {_EFFECTS}".split())
_REFUSED: Final = frozenset(_OTHER_EFFECTS.split())
_COST: Final = {"filter": 1000, "image": 500, "mask": 100, "pattern": 100, "marker": 10}
_STYLE_COST: Final = {"stroke-dasharray": 1000, "opacity": 50, "mix-blend-mode": 50}
"""How many plain elements one of these costs to render; what is sheer gets a canvas of its own."""

_ANYTHING: Final = ""
_TEXT: Final = frozenset({"text", "tspan", "textPath", "tref", "altGlyph"})
_ACTIVE: Final = frozenset({"script", "handler", "listener"})

_LINK: Final = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]{0,60})", re.IGNORECASE)
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_PROPERTY: Final = re.compile(r"[\w-]+")
_CLASS: Final = re.compile(r"\.([\w-]+)")
_CSS_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_LENGTH: Final = re.compile(
    r"\s*\+?(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:e([+-]?\d))?\s*(px|pt|pc|mm|cm|in)?\s*", re.IGNORECASE
)
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""CSS pixels of each unit (CSS Values 3, section 6.2)."""

_AS_PNG: Final = "Export it as PNG, 2000 pixels or more on the longer side, with a transparent ground."


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing that may be rendered: its width and height in CSS pixels, and its markup.

    `frame` are the root's attributes but for its size, as written in a tag; `body` is all that stands in it.
    """

    width: float
    height: float
    frame: str
    body: str

    def sized(self, longer_side: int) -> str:
        """The markup of the drawing with so many pixels on its longer side."""
        factor = longer_side / max(self.width, self.height)
        across, down = (max(1, round(side * factor)) for side in (self.width, self.height))
        return (
            f'<svg xmlns="{_SVG}" xmlns:xlink="{_XLINK}" width="{across}" height="{down}"{self.frame}>{self.body}</svg>'
        )


@dataclass(eq=False)
class _Shape:
    """One element while its drawing is weighed: what stands in it, and what it uses."""

    cost: int = 1
    children: list["_Shape"] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)
    classes: list[str] = field(default_factory=list)
    weight: tuple[int, int] | None = None


def read(data: bytes) -> Drawing:
    """Read an SVG. Raises AssetRefused, with the line, for one that cannot be drawn or must not be."""
    return _Reader().read(data)


class _Reader:
    """One file on its way through expat; the handlers write the clean markup."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=_APART)
        self._out: list[str] = []
        self._open: list[str] = []
        self._shapes: list[_Shape] = []
        # A costly style is weighed like something that is used.
        self._named = {name: _Shape(cost=cost) for name, cost in _STYLE_COST.items()}
        self._skipped = 0
        self._count = 0
        self._css: list[str] = []
        self._styled: dict[str, set[str]] = {}
        self._root: _Shape | None = None
        self._frame: dict[str, str] = {}

    def read(self, data: bytes) -> Drawing:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.buffer_text = True
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            message = f"the drawing is no well-formed XML (line {error.lineno}: {expat.errors.messages[error.code]})."
            raise _refusal("asset.vector.broken", message, "Export the logo again as plain SVG, or as PNG.") from error
        except (ValueError, LookupError) as error:
            # An encoding that this Python does not know.
            raise _refusal("asset.vector.broken", f"the drawing cannot be read ({error}).", _AS_PNG) from error
        assert self._root is not None  # without a root element expat raises
        self._weigh(self._root, ())
        return self._drawing()

    def _doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        if subset:
            raise self._refused(
                "asset.vector.entities",
                "the drawing declares entities in its DOCTYPE, which are not followed.",
                "Save it as plain or optimised SVG (in Illustrator: Export As, SVG), or export it as PNG.",
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(_APART)
        if self._skipped:
            self._skipped += 1
            return
        if not self._open and (local != "svg" or namespace not in {_SVG, ""}):
            raise self._refused("asset.vector.broken", f"the root of the drawing is <{local}>, not <svg>.", _AS_PNG)
        self._judge(namespace, local)
        if local not in _DRAWN or namespace not in {_SVG, ""}:
            self._skipped = 1
            return
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise self._too_much()
        written = (self._attribute(key, value) for key, value in attributes.items())
        self._element(local, {key: value for key, value in written if key})

    def _judge(self, namespace: str, local: str) -> None:
        if namespace not in {_SVG, ""}:
            return
        if local in _TEXT:
            raise self._refused(
                "asset.vector.text",
                "the drawing holds text, and which font it would be set in nobody can tell.",
                "Convert the text to outlines (Illustrator: Create Outlines; Inkscape: Object to Path; Figma: Outline "
                "text) and export it again.",
            )
        if local in _ACTIVE:
            raise self._refused("asset.vector.script", "the drawing holds a script, which is never run.", _AS_PNG)
        if local in _REFUSED:
            raise self._refused("asset.vector.effect", f"the drawing uses the effect {local}.", _AS_PNG)

    def _attribute(self, name: str, value: str) -> tuple[str, str]:
        """An attribute as it is written again; its name is empty for one that is left out."""
        namespace, _, local = name.rpartition(_APART)
        if namespace not in {"", _XLINK, _XML} or local.lower().startswith("on"):
            return "", ""
        if namespace == _XML:
            return (f"xml:{local}", value) if local == "space" else ("", "")
        if namespace == _XLINK:
            # Both spellings mean one thing; the plain one wins in every renderer.
            return ("xlink:href", value) if local == "href" else ("", "")
        return local, value

    def _element(self, local: str, attributes: dict[str, str]) -> None:
        shape = _Shape(cost=_COST.get(local, 1), uses=set(attributes) & set(_STYLE_COST))
        for key, value in attributes.items():
            shape.uses |= self._links(value)
            shape.uses |= _styles(value) if key == "style" else set()
        shape.classes = attributes.get("class", "").split()
        target = attributes.pop("href", None) or attributes.pop("xlink:href", None)
        attributes.pop("xlink:href", None)
        if local == "a":
            local, target = "g", None  # where a click would lead is no part of the picture
        if target is not None:
            attributes["href"] = self._target(local, target.strip())
            shape.uses |= {attributes["href"][1:]} if attributes["href"].startswith("#") else set()
        if self._shapes:
            self._shapes[-1].children.append(shape)
        else:
            self._root, self._frame = shape, attributes
        self._shapes.append(shape)
        if "id" in attributes:
            self._named.setdefault(attributes["id"], shape)
        if self._open:
            self._out.append(
                "<" + local + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items()) + ">"
            )
        self._open.append(local)

    def _target(self, local: str, target: str) -> str:
        if target.startswith("#"):
            return target
        if local == "image" and target[:5].lower() == "data:":
            try:
                return embedded.picture(target)
            except AssetRefused as error:
                raise self._refused(error.problem.code, error.problem.message, error.problem.fix) from error
        raise self._refused(
            "asset.vector.link",
            f'the drawing shows another file ("{target[:60]}"), which is not fetched.',
            "Embed it in the drawing, or export the logo as PNG.",
        )

    def _links(self, text: str) -> set[str]:
        """The parts of the drawing that some paint or style names."""
        links = set(_LINK.findall(text))
        for link in links:
            if not link.startswith(("#", "data:font", "data:application/")):
                raise self._refused(
                    "asset.vector.link",
                    f'the drawing refers to another file ("{link}"), which is not fetched.',
                    "Export the logo as plain SVG that needs no other file, or as PNG.",
                )
        return {link[1:] for link in links if link.startswith("#")}

    def _characters(self, text: str) -> None:
        # Of all elements that are drawn only style sheets have words.
        if not self._skipped and self._open and self._open[-1] == "style":
            self._css.append(text)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        local = self._open.pop()
        self._shapes.pop()
        if local == "style":
            self._out.append(escape(self._style()))
        if self._open:
            self._out.append(f"</{local}>")

    def _style(self) -> str:
        css = _CSS_COMMENT.sub(" ", "".join(self._css))
        self._css.clear()
        if "@import" in css.lower():
            message = "the style sheet of the drawing imports another one, which is not fetched."
            raise self._refused("asset.vector.link", message, _AS_PNG)
        for selector, rule in _RULE.findall(css):
            links = self._links(rule) | _styles(rule)
            # Whatever a rule names otherwise than by a class may be anything in the drawing.
            for name in _CLASS.findall(selector) or [_ANYTHING]:
                self._styled.setdefault(name, set()).update(links)
        self._links(css)
        return css

    def _weigh(self, shape: _Shape, within: tuple[_Shape, ...]) -> tuple[int, int]:
        """How many elements a shape is when every `use` is followed, and how deep; each is weighed once."""
        if shape.weight is not None:
            return shape.weight
        if shape in within:
            raise _refusal("asset.vector.large", "a part of the drawing is used within itself.", _AS_PNG)
        if len(within) > MAX_DEPTH:
            raise self._too_much()
        path = (*within, shape)
        styled = (self._styled.get(name, set()) for name in (*shape.classes, _ANYTHING))
        used = [self._named[name] for name in shape.uses.union(*styled) if name in self._named]
        parts = [self._weigh(part, path) for part in (*shape.children, *used)]
        shape.weight = shape.cost + sum(count for count, _ in parts), 1 + max((depth for _, depth in parts), default=0)
        if shape.weight[0] > MAX_ELEMENTS or shape.weight[1] > MAX_DEPTH:
            raise self._too_much()
        return shape.weight

    def _drawing(self) -> Drawing:
        frame = self._frame
        view = _view(frame.get("viewBox", ""))
        width, height = _length(frame.get("width", "")), _length(frame.get("height", ""))
        if view is not None:
            factor = (width / view[2]) if width else (height / view[3]) if height else 1.0
            width, height = width or view[2] * factor, height or view[3] * factor
        elif width and height:
            view = (0.0, 0.0, width, height)
        if view is None or not width or not height:
            raise _refusal(
                "asset.vector.size",
                "the drawing does not say how large it is.",
                "Give its <svg> a viewBox, or a width and a height in pixels, or export it as PNG.",
            )
        if max(width, height) > MAX_ASPECT * min(width, height):
            message = f"the drawing is {width:g} by {height:g}; its longer side may be {MAX_ASPECT:g} times the other."
            raise _refusal("asset.vector.size", message, "Crop its page to the logo and export it again.")
        kept = {key: value for key, value in frame.items() if key not in {"width", "height", "viewBox", "x", "y", "id"}}
        kept["viewBox"] = " ".join(f"{part:.9g}" for part in view)
        inherited = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        return Drawing(width=width, height=height, frame=inherited, body="".join(self._out))

    def _too_much(self) -> AssetRefused:
        return _refusal(
            "asset.vector.large",
            f"the drawing has more than {MAX_ELEMENTS} elements, or more than {MAX_DEPTH} within each other.",
            "Simplify it (Inkscape: Path, Simplify; svgo), or export it as PNG.",
        )

    def _refused(self, code: str, message: str, fix: str) -> AssetRefused:
        return _refusal(code, f"line {self._parser.CurrentLineNumber}: {message}", fix)


def _styles(rule: str) -> set[str]:
    """The costly properties that a style sets."""
    return set(_PROPERTY.findall(rule.lower())) & set(_STYLE_COST)


def _view(written: str) -> tuple[float, float, float, float] | None:
    parts = written.replace(",", " ").split()
    try:
        left, top, width, height = (float(part) for part in parts)
    except ValueError:
        return None
    if (
        not all(map(math.isfinite, (left, top, width, height)))
        or not 1e-6 < min(width, height) <= max(width, height) < 1e9
    ):
        return None
    return left, top, width, height


def _length(written: str) -> float | None:
    """A length in CSS pixels; None for none, for a share of what is around it (`100%`) and for nothing at all."""
    found = _LENGTH.fullmatch(written)
    if found is None:
        return None
    return float(found[1]) * 10 ** int(found[2] or 0) * _PIXELS[(found[3] or "").lower()] or None


def _refusal(code: str, message: str, fix: str) -> AssetRefused:
    return AssetRefused(Problem(code=code, message=message, fix=fix))

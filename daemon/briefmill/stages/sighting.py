"""What is looked for on source pictures, once each, for all the creatives made from them.

Faces, a logo that a picture brings along, words in it, grain, light and attention are properties of the source; a crop
only shows a part of them. Here each source is looked at when its first creative is checked, and what was seen is
carried into the pixels of each creative (`Sight`). Pictures that we drew ourselves hold no faces, logos or words, and
are not searched.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from briefmill.domain.creative import Origin, Picture
from briefmill.domain.verdict import Box
from briefmill.imaging import colour, decode, faces, likeness, logosearch, noise, straytext
from briefmill.imaging.colour import Pixels
from briefmill.imaging.focus import CropBox
from briefmill.ports import Store
from briefmill.rules.sight import SeenFace, SeenLogo, SeenWord, Sight
from briefmill.rules.unseen import Unseen
from briefmill.stages.resize import Framed, Source
from briefmill.stages.task import Looking

_LEAST_SHOWN = 0.1
"""Less than this share of a logo or a word in the picture's part that shows, and it does not."""
_PRINT_SIDE = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What was seen on one source, in shares of it."""

    origin: Origin
    faces: faces.Faces
    reading: straytext.Reading
    logo: logosearch.Found | None
    grain: float
    clipped: tuple[float, float]
    code: int | None


@dataclass(kw_only=True, eq=False)
class Sightings:
    """The looks of one job. `counts` tells how often each search ran: once a source, however many creatives."""

    looking: Looking
    logo: Pixels | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _seen: dict[str, Seen] = field(default_factory=dict)

    def of(self, picture: Picture, source: Source) -> Seen:
        """What is seen on a source; looked at the first time it is asked."""
        key = _key(picture)
        if key not in self._seen:
            self._seen[key] = self._look(picture, source)
        return self._seen[key]

    def _look(self, picture: Picture, source: Source) -> Seen:
        drawn = picture.origin is Origin.PROCEDURAL
        pixels = source.pixels
        # Most looks are at a small copy, and one serves them all.
        small = colour.thumbnail(pixels, logosearch.SIDE)
        self.counts["sources"] += 1
        return Seen(
            origin=picture.origin,
            faces=faces.Faces(backend="drawn") if drawn else self._faces(picture, source),
            reading=straytext.Reading() if picture.origin is not Origin.GENERATED else self._words(pixels),
            logo=None if drawn else self._logo(small),
            grain=noise.grain(pixels),
            clipped=(0.0, 0.0) if drawn else noise.clipped(small),
            code=None if drawn else likeness.fingerprint(small),
        )

    def _faces(self, picture: Picture, source: Source) -> faces.Faces:
        self.counts["faces"] += 1
        first = [faces.Face(x=at.x, y=at.y, width=at.width, height=at.height) for at in source.focus.faces]
        # Only of generated people does the law ask; of others the first look, which the crop has paid for, is enough.
        careful = picture.origin is Origin.GENERATED
        return faces.look(source.pixels, model=self.looking.face_model, first=first, careful=careful)

    def _words(self, pixels: Pixels) -> straytext.Reading:
        self.counts["words"] += 1
        return straytext.read(pixels, self.looking.tesseract)

    def _logo(self, pixels: Pixels) -> logosearch.Found | None:
        if self.logo is None or not self.looking.logos:
            return None
        self.counts["logo"] += 1
        return _quarry(_Same(self.logo)).find(pixels)

    def prints(self, pictures: Sequence[Picture], store: Store) -> Mapping[str, tuple[int, ...]]:
        """The fingerprints of each product's pictures, where several products have pictures that are not our own.

        Those of creatives that were taken over have not been looked at, and are read once more, small.
        """
        own = [picture for picture in pictures if picture.origin is not Origin.PROCEDURAL]
        if len({picture.product for picture in own}) < 2:
            return {}
        found: dict[str, tuple[int, ...]] = {}
        for picture in own:
            seen = self._seen.get(_key(picture))
            code = seen.code if seen else likeness.fingerprint(_small(store.get(picture.ref)))
            if code is not None:
                found[picture.product] = (*found.get(picture.product, ()), code)
        return found

    def unseen(self, pictures: Iterable[Picture]) -> Unseen:
        """How many of the sources looked at so far nobody could look at for what."""
        seen = tuple(self._seen.values())
        # A moderation service sees what a maker paid for; what came with a brief, nobody has looked at.
        supplied = {picture.ref.sha256 for picture in pictures if picture.origin is Origin.SUPPLIED}
        return Unseen(
            faces=sum(one.faces.unknown for one in seen),
            words=sum(one.reading.unknown for one in seen),
            content=len(supplied),
        )


def _key(picture: Picture) -> str:
    return f"{picture.ref.sha256} {picture.cutout.source.sha256 if picture.cutout else ''}"


def _small(data: bytes) -> Pixels:
    return decode.picture(data, shorter_side=_PRINT_SIDE)


class _Same:
    """A picture as a key: by identity, as the logo of a brand is decoded once for many jobs."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    def __hash__(self) -> int:
        return id(self.pixels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.pixels is self.pixels


@lru_cache(maxsize=8)
def _quarry(logo: _Same) -> logosearch.Quarry:
    return logosearch.Quarry(logo.pixels)


def onto(seen: Seen, framed: Framed, area: Box) -> Sight:
    """What of a source shows on a creative whose part `area` shows `framed`."""
    window, size = framed.window, framed.source_size
    carry = _Carrier(window, size, area)
    logo = carry.box(seen.logo) if seen.logo is not None else None
    return Sight(
        origin=seen.origin,
        faces=tuple(
            SeenFace(box=box, cut=1 - carry.shown(face))
            for face in seen.faces.boxes
            if (box := carry.box(face)) is not None
        ),
        faces_unknown=seen.faces.unknown,
        logo=None
        if seen.logo is None or logo is None
        else SeenLogo(box=logo, way=seen.logo.way, strength=seen.logo.strength, stretch=seen.logo.stretch),
        words=tuple(
            SeenWord(text=word.text, box=box) for word in seen.reading.words if (box := carry.box(word)) is not None
        ),
        words_unknown=seen.reading.unknown,
        grain=seen.grain,
        blown=seen.clipped[0],
        drowned=seen.clipped[1],
        attention=framed.attention,
    )


_Part = faces.Face | logosearch.Found | straytext.Word


class _Carrier:
    """Carries parts of a source, in shares of it, through a crop into a creative's pixels."""

    def __init__(self, window: CropBox, size: tuple[int, int], area: Box) -> None:
        self._window, self._size, self._area = window, size, area

    def shown(self, part: _Part) -> float:
        """The share of a part that lies inside of the window."""
        left, top, right, bottom = self._edges(part)
        window = self._window
        across = min(right, window.x + window.width) - max(left, window.x)
        down = min(bottom, window.y + window.height) - max(top, window.y)
        return max(0.0, across) * max(0.0, down) / max(1e-9, (right - left) * (bottom - top))

    def box(self, part: _Part) -> Box | None:
        """What shows of a part, in pixels of the creative; None where next to nothing does."""
        if self.shown(part) < _LEAST_SHOWN:
            return None
        left, top, right, bottom = self._edges(part)
        window, area = self._window, self._area
        across, down = area.width / window.width, area.height / window.height
        x, y = max(0, round((left - window.x) * across)), max(0, round((top - window.y) * down))
        far = min(area.width, round((right - window.x) * across))
        end = min(area.height, round((bottom - window.y) * down))
        return Box(x=area.x + x, y=area.y + y, width=far - x, height=end - y) if far > x and end > y else None

    def _edges(self, part: _Part) -> tuple[float, float, float, float]:
        width, height = self._size
        return part.x * width, part.y * height, (part.x + part.width) * width, (part.y + part.height) * height

"""What was seen on a source picture, brought into the pixels of one creative.

Looking is dear, so it is done once a source (`stages.sighting`) and only carried over here: which faces show and how
much of them a crop cut off, a logo that the picture brings along, the words in it, its grain and its blown light. What
nobody could look for is `unknown`; no rule may take that for "none".
"""

from dataclasses import dataclass, field

from briefmill.domain.creative import Origin
from briefmill.domain.verdict import Box
from briefmill.imaging.colour import Floats, Pixels
from briefmill.imaging.stamp import Stamp


@dataclass(frozen=True, kw_only=True)
class SeenFace:
    """A face as far as it shows, and the share of it (0 to 1) that lies outside of the crop."""

    box: Box
    cut: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SeenLogo:
    """The brand's logo in the picture itself. `stretch` is 1.0 where it is not distorted; see `imaging.logosearch`."""

    box: Box
    way: str
    strength: float
    stretch: float = 1.0


@dataclass(frozen=True, kw_only=True)
class SeenWord:
    """A word that is in the picture itself."""

    text: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What was seen of one creative's picture. Boxes are pixels of the creative, and hold only what shows.

    `attention` is a map over the part of the creative that shows the picture (`imaging.saliency`), None where it was
    not asked for. `grain` is in steps of 255; `blown` and `drowned` are shares of the picture.
    """

    origin: Origin
    faces: tuple[SeenFace, ...] = ()
    faces_unknown: bool = False
    logo: SeenLogo | None = None
    words: tuple[SeenWord, ...] = ()
    words_unknown: bool = False
    grain: float = 0.0
    blown: float = 0.0
    drowned: float = 0.0
    attention: Floats | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """The logo that was to be laid on a creative: the brand's own file (BGRA), and what it is at the size it has."""

    picture: Pixels
    stamp: Stamp

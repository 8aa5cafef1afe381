"""Stage 3: the words and the logo of each locale on the fitted picture, encoded once.

The brand kit (palette, logo, fonts) is made ready once a job.
"""

from dataclasses import dataclass
from functools import lru_cache

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Brief, Copy
from briefmill.domain.creative import Composition
from briefmill.domain.placement import Placement
from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import compose, encode, fonts, logo
from briefmill.imaging.decode import Pixels
from briefmill.ports import Store
from briefmill.stages.resize import Framed
from briefmill.stages.task import Press


@dataclass(frozen=True)
class Printed:
    """One finished creative, still with its pixels."""

    pixels: Pixels
    composition: Composition
    encoded: encode.Encoded


def kit_for(brief: Brief, snapshot: Snapshot, store: Store) -> compose.BrandKit:
    """Palette, logo and fonts of the brief's brand. Raises AssetRefused for a logo or font that cannot be used."""
    brand = brief.brand
    mark = None
    if brand.logo is not None and brand.logo.path in snapshot.files:
        try:
            mark = logo.load(store.get(snapshot.files[brand.logo.path]))
        except AssetRefused as error:
            raise AssetRefused(_named(error.problem, brand.logo.path, brand.logo.field)) from error
    named = [asset for asset in brand.fonts if asset.path in snapshot.files]
    faces = tuple((asset.path, store.get(snapshot.files[asset.path])) for asset in named)
    return compose.BrandKit(palette=brand.palette, logo=mark, library=_library(faces, brand.font_family))


def run(framed: Framed, copy: Copy, placement: Placement, kit: compose.BrandKit, press: Press) -> Printed:
    """Set one locale's words on one framed picture and encode it under the placement's byte cap."""
    pixels, composition = compose.overlay(
        framed.pixels, copy, placement, kit, upscale=framed.upscale, keep_clear=framed.faces
    )
    encoded = encode.encode(
        pixels, extension=press.format_for(placement), max_bytes=placement.max_bytes, quality=press.quality
    )
    return Printed(pixels, composition, encoded)


@lru_cache(maxsize=4)
def _library(brand_fonts: tuple[tuple[str, bytes], ...], family: str) -> fonts.Library:
    # Finding fonts costs more than setting a line; a worker process serves many jobs of few brands.
    return fonts.Library.build(brand_fonts, family=family)


def _named(problem: Problem, path: str, field: str) -> Problem:
    return Problem(code=problem.code, field=field, message=f"{path}: {problem.message}", fix=problem.fix)

"""The project's own pictures: the letters H. S. before skies, clocks and suns, drawn as SVG by this code alone.

They are the same on every machine and in every release that does not change this module, so a seed keeps its picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from citytime.domain import Image
from citytime.images.formats import SVG
from citytime.images.library import etag_of
from citytime.images.motifs import MOTIFS, SIZE, in_hex
from citytime.images.sky import palette

_LETTERS = (
    "M130 200V400M130 300H240M240 200V400M286 400h0"
    "M440 236C428 212 404 200 380 200C348 200 324 220 324 250C324 282 352 292 383 300"
    "C416 308 444 320 444 352C444 381 418 400 383 400C354 400 330 386 320 358M486 400h0"
)
"""H. S. in lines of one width, 200 high, in the middle of the picture."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of our own, drawn once."""

    name: str
    image: Image

    def read(self) -> Image:
        """The picture; it never changes."""
        return self.image


def drawings() -> list[Drawing]:
    """All of them, in order of their names."""
    return [_drawing(name) for name in sorted(MOTIFS)]


def _drawing(name: str) -> Drawing:
    height, motif = MOTIFS[name]
    content = _svg(name, height, motif(Random(name), height)).encode()  # noqa: S311 (a picture, no secret)
    return Drawing(name, Image(content, SVG, etag_of(content)))


def _svg(name: str, height: float, motif: str) -> str:
    """The whole document: the sky with the sun at `height` degrees, the motif, and the letters in front of it."""
    sky = palette(height)
    stops = "".join(
        f'<stop offset="{offset}" stop-color="{in_hex(colour)}"/>'
        for offset, colour in ((0, sky.top), (0.55, sky.middle), (1, sky.horizon))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" '
        f'role="img" aria-label="H. S., {name}">'
        f'<defs><linearGradient id="sky" x2="0" y2="1">{stops}</linearGradient></defs>'
        f'<path fill="url(#sky)" d="M0 0H{SIZE}V{SIZE}H0z"/>{motif}'
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">'
        f'<path stroke="{in_hex(sky.land)}" stroke-opacity=".4" stroke-width="39" d="{_LETTERS}"/>'
        f'<path stroke="#fff" stroke-width="27" d="{_LETTERS}"/></g></svg>\n'
    )

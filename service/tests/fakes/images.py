"""Named stand-ins for the images: one of three pictures, and one that is out."""

from __future__ import annotations

from citytime.domain import Image, Postcard
from citytime.errors import Unavailable

PNG = Image(bytes(range(256)) * 4, "image/png", "png-tag")
SVG = Image(b"<svg/>", "image/svg+xml", "svg-tag")
CARD = Image(b"a card", "image/png", "card-tag")


class FakeImages:
    """Has `SVG` for the seed `svg`, else `PNG`, and `CARD` for any card; `cards` holds those asked for."""

    def __init__(self) -> None:
        self.cards: list[Postcard] = []
        self.seeds: list[str | None] = []

    async def pick(self, seed: str | None = None) -> Image:
        self.seeds.append(seed)
        return SVG if seed == "svg" else PNG

    async def postcard(self, card: Postcard) -> Image:
        self.cards.append(card)
        return CARD

    async def ping(self) -> None:
        return


class AbsentImages(FakeImages):
    """Out."""

    async def pick(self, seed: str | None = None) -> Image:
        raise Unavailable("images cannot be reached", "images")

    async def postcard(self, card: Postcard) -> Image:
        raise Unavailable("images cannot be reached", "images")

    async def ping(self) -> None:
        raise Unavailable("images cannot be reached", "images")

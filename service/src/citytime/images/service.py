"""The images as a service in process: what `serve` uses itself and the `images` role puts behind gRPC.

Reading a file and drawing take milliseconds, so each has a thread of its own and other requests go on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from citytime import tracing
from citytime.domain import Image, Postcard
from citytime.errors import Unavailable
from citytime.images.drawing import drawings
from citytime.images.folder import open_folder
from citytime.images.library import Picture, pick
from citytime.images.postcard import draw
from citytime.settings import Settings

T = TypeVar("T")

MAX_READS, MAX_DRAWINGS = 100, 6
"""Pictures that may wait to be read (milliseconds each), and to be drawn (some 250 ms each); more would wait past
their deadline."""

MAX_CARDS = 32
"""Postcards that are kept, some 200 kB each."""


class _Aside:
    """A thread of its own for one kind of work. At most `limit` pieces of it wait."""

    def __init__(self, name: str, limit: int) -> None:
        self._limit = limit
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, name)

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` returns. Raises Unavailable where too many wait."""
        if self._waiting >= self._limit:
            raise Unavailable("too many pictures are waiting", "images")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread, after what it is at."""
        self._thread.shutdown(cancel_futures=True)


class LocalImages:
    """`citytime.domain.Images` on a folder, or without one on the project's own pictures; belongs to one event loop.

    Raises ConfigurationError for a folder without a usable picture.
    """

    def __init__(self, settings: Settings) -> None:
        self._pictures: Sequence[Picture] = (
            open_folder(Path(settings.images_folder), settings.image_limit) if settings.images_folder else drawings()
        )
        self._reading = _Aside("pictures", MAX_READS)
        self._drawing = _Aside("postcards", MAX_DRAWINGS)
        self._cards: OrderedDict[Postcard, asyncio.Task[Image]] = OrderedDict()

    async def pick(self, seed: str | None = None) -> Image:
        """A picture of the library; the same one for the same seed. Raises Unavailable."""
        image = await self._reading.do(lambda: pick(self._pictures, seed))
        if image is None:
            raise Unavailable("no picture of the library can be read any more", "images")
        return image

    async def postcard(self, card: Postcard) -> Image:
        """The city's postcard, a PNG, to the minute. Raises Unavailable, or InvalidInput for a time out of calendar."""
        card = replace(card, at=card.at.replace(second=0, microsecond=0))
        drawing = self._cards.get(card)
        with tracing.span("draw postcard", cache="hit" if drawing else "miss"):
            if drawing is None:
                drawing = self._cards[card] = asyncio.create_task(self._drawing.do(lambda: draw(card)))
                drawing.add_done_callback(lambda done: self._drawn(card, done))
            self._cards.move_to_end(card)
            return await asyncio.shield(drawing)  # who asked first may leave; others wait for the same card

    def _drawn(self, card: Postcard, drawing: asyncio.Task[Image]) -> None:
        if drawing.cancelled() or drawing.exception():
            self._cards.pop(card, None)
        while len(self._cards) > MAX_CARDS:
            self._cards.popitem(last=False)

    async def ping(self) -> None:
        """Return: what was loaded and checked can be shown."""

    async def close(self) -> None:
        """End the threads, after what they are at."""
        for aside in (self._reading, self._drawing):
            await asyncio.to_thread(aside.close)

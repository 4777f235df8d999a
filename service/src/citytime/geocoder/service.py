"""The geo database as a service in process: what `serve` uses itself and the `geocoder` role puts behind gRPC.

Exact names take a tenth of a millisecond and are answered where they are asked. Guessing at misspellings and measuring
distances takes milliseconds, so it happens in a thread of its own and other requests go on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from citytime.domain import Candidate, Place, PlaceQuery, Point, Resolution
from citytime.errors import Unavailable
from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.resolver import Resolver

T = TypeVar("T")
MAX_WAITING = 500
"""Questions that may wait for the thread; more would only wait past their deadline."""


class LocalGeocoder:
    """`citytime.domain.Geocoder` on a compiled gazetteer. Raises DataError where the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gazetteer = Gazetteer(path)
        self._resolver = Resolver(self._gazetteer)
        self._thread = ThreadPoolExecutor(1, "geocoder")
        self._own: tuple[Gazetteer, Resolver] | None = None
        self._waiting = 0

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """The place meant by `query`. Raises UnknownPlace, InvalidInput, or Unavailable where too many wait."""
        if found := self._resolver.resolve(query):
            return found
        return await self._aside(lambda resolver: _guess(resolver, query))

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        """Up to `query.limit` places whose name is, begins like, or resembles the text; best first."""
        return await self._aside(lambda resolver: resolver.search(query))

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        """The place with this id. Raises UnknownPlace."""
        return self._resolver.place(place_id, lang)

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """The `limit` cities nearest to `point`, nearest first, each with its distance."""
        return await self._aside(lambda resolver: resolver.nearest(point, limit, lang))

    async def version(self) -> str:
        """The version of the gazetteer."""
        return self._gazetteer.version

    async def ping(self) -> None:
        """Return: a gazetteer that was opened and checked can answer."""

    async def close(self) -> None:
        """End the thread, after what it is at, and close the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close_own)
        self._thread.shutdown()
        self._gazetteer.close()

    @property
    def meta(self) -> dict[str, str]:
        """What the file says of itself."""
        return self._gazetteer.meta

    async def _aside(self, work: Callable[[Resolver], T]) -> T:
        """What `work` returns, done in the thread. Raises Unavailable where too many wait for it."""
        if self._waiting >= MAX_WAITING:
            raise Unavailable("too many searches are waiting", "geocoder")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(self._own_resolver()))
        finally:
            self._waiting -= 1

    def _own_resolver(self) -> Resolver:
        """The thread's resolver, on a connection of its own: those of SQLite do not change threads."""
        if self._own is None:
            gazetteer = Gazetteer(self._path)
            self._own = gazetteer, Resolver(gazetteer)
        return self._own[1]

    def _close_own(self) -> None:
        if self._own is not None:
            self._own[0].close()


def _guess(resolver: Resolver, query: PlaceQuery) -> Resolution:
    if found := resolver.guess(query):
        return found
    raise resolver.unknown(query)

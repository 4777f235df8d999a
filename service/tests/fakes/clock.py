"""A clock that stands still until it is told, or asked, to go on."""

from __future__ import annotations

import asyncio


class FakeClock:
    """`clock()` is its time in seconds; `await clock.sleep(s)` and `clock.advance(s)` move it."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

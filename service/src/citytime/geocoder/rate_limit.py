"""The rate limit on what we send: calls go out one by one, evenly spaced, in the order they came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from citytime.errors import Unavailable

LONGEST_PAUSE = 3600.0
"""Seconds that a server's Retry-After is believed for at most."""


class RateLimited(Unavailable):
    """There is no turn for the call within its deadline, or the server itself refused it for its rate."""


class Limiter(Protocol):
    """Turns to call one dependency."""

    async def turn(self, deadline: float) -> None:
        """Return when it is this caller's turn. Raises RateLimited if that would be after `deadline`."""

    async def pause(self, seconds: float) -> None:
        """Let no call go out for this time, those that wait for their turn included (Retry-After, RFC 9110)."""


class RateLimiter:
    """Turns of this process's own, at most `per_second`; for one event loop.

    `interval`, the seconds between two turns, may be changed at any time.
    """

    def __init__(
        self,
        dependency: str,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.interval = 1 / per_second
        self._dependency = dependency
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._waiting = 0
        self._queue = asyncio.Lock()  # first come, first served

    async def turn(self, deadline: float) -> None:
        """Return when it is this caller's turn.

        Raises RateLimited at once if that would be after `deadline` (on the limiter's clock), and later if a pause
        puts it off until then. A caller that is cancelled leaves its turn to the next.
        """
        self._refuse_after(deadline, max(self._next, self._clock()) + self._waiting * self.interval)
        self._waiting += 1
        try:
            async with self._queue:
                while (wait := self._next - self._clock()) > 0:
                    self._refuse_after(deadline, self._next)
                    await self._sleep(wait)
                self._next = self._clock() + self.interval
        finally:
            self._waiting -= 1

    async def pause(self, seconds: float) -> None:
        """See `Limiter.pause`; at most LONGEST_PAUSE is believed."""
        self._next = max(self._next, self._clock() + min(seconds, LONGEST_PAUSE))

    def _refuse_after(self, deadline: float, turn: float) -> None:
        if turn > deadline:
            raise RateLimited(f"{self._dependency} is being asked too much", self._dependency, turn - self._clock())

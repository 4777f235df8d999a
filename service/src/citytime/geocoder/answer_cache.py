"""Answers kept for a while, and one call for all who ask the same at the same time."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """At most `size` answers, the least recently used leaving first; for one event loop.

    An answer is kept for the time that came with it, a failure never. `observe` is told of each look-up whether it
    needed no call of its own (True) or made one (False).
    """

    def __init__(
        self,
        size: int,
        observe: Callable[[bool], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._observe = observe
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()
        self._calls: dict[Hashable, asyncio.Task[Answer]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def get(self, key: Hashable, call: Callable[[], Awaitable[tuple[Answer, float]]]) -> Answer:
        """The answer for `key`: kept, from the call under way, or from `call`, whose errors all its waiters get.

        `call` returns the answer and the seconds that it may be kept. A waiter that is cancelled leaves the call to
        the others; with no one left it goes on, and its answer is kept.
        """
        kept = self._kept.get(key)
        if kept is not None and self._clock() < kept[0]:
            self._kept.move_to_end(key)
            self._observe(True)
            return kept[1]
        task = self._calls.get(key)
        self._observe(task is not None)
        if task is None:
            task = self._calls[key] = asyncio.create_task(self._keep(key, call))
            task.add_done_callback(_retrieve)
        await asyncio.wait({task})
        return task.result()

    async def close(self) -> None:
        """Cancel the calls under way."""
        tasks = list(self._calls.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, key: Hashable, call: Callable[[], Awaitable[tuple[Answer, float]]]) -> Answer:
        try:
            answer, ttl = await call()
        finally:
            del self._calls[key]
        self._kept.pop(key, None)
        if ttl > 0 and self._size > 0:
            if len(self._kept) >= self._size:
                self._kept.popitem(last=False)
            self._kept[key] = (self._clock() + ttl, answer)
        return answer


def _retrieve(task: asyncio.Task[Answer]) -> None:
    # With all its waiters gone a failed call would be logged, query and all, as an error nobody looked at.
    if not task.cancelled():
        task.exception()

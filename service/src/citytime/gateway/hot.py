"""Answers that are ready but for the time of day.

A city's answer stays the same until its clock changes, except for the seconds. So the first answer is kept in two
pieces around the local time; those that follow cost a look-up and a join. The zone's next transition ends it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from citytime.domain import Clock
from citytime.gateway.http import Response


@dataclass(frozen=True, slots=True)
class Hot:
    """The pieces of an answer around the local time, valid before `expires` (Unix time)."""

    response: Response
    head: bytes
    tail: bytes
    offset: int
    expires: float


def split(response: Response, local_time: str, clock: Clock, now: float) -> Hot | None:
    """A kept answer; None where it cannot be cut in two for certain, or its offset has seconds."""
    head, found, tail = response.body.partition(local_time.encode())
    if not found or local_time.encode() in tail or clock.offset % 60:
        return None
    started = clock.previous.at.timestamp() if clock.previous else 0.0
    expires = clock.next.at.timestamp() if clock.next else float("inf")
    return Hot(response, head, tail, clock.offset, expires) if started <= now < expires else None


class LocalTimes:
    """The time at each offset, written once a second."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._second = 0
        self._texts: dict[int, bytes] = {}

    def at(self, offset: int) -> bytes:
        """The local time now at `offset` seconds (whole minutes) east of UTC, RFC 3339 to the second."""
        second = int(self._clock())
        if second != self._second:
            self._second = second
            self._texts.clear()
        text = self._texts.get(offset)
        if text is None:
            local = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second + offset))
            sign, minutes = ("-", -offset // 60) if offset < 0 else ("+", offset // 60)
            text = self._texts[offset] = f"{local}{sign}{minutes // 60:02}:{minutes % 60:02}".encode()
        return text

"""Answers that are ready but for the time of day.

A city's answer stays the same until its clock changes, except for the seconds. So the first answer is kept in two
pieces around the local time; those that follow cost a look-up and a join.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from citytime.gateway.http import Response


class Hot(NamedTuple):
    """An answer without its body, and the pieces of it around the local time; `offset` is in seconds east of UTC."""

    response: Response
    head: bytes
    tail: bytes
    offset: int


def split(response: Response, local_time: str, offset: int) -> Hot | None:
    """A response cut around its local time; None where that occurs more than once, or the offset has seconds."""
    head, found, tail = response.body.partition(local_time.encode())
    if not found or local_time.encode() in tail or offset % 60:
        return None
    return Hot(replace(response, body=b""), head, tail, offset)


class LocalTimes:
    """The time at each offset, written once a second. `now` gives Unix time."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._second = 0
        self._texts: dict[int, bytes] = {}

    def at(self, offset: int) -> bytes:
        """The local time now at `offset` seconds (whole minutes) east of UTC, RFC 3339 to the second."""
        second = int(self._now())
        if second != self._second:
            self._second = second
            self._texts.clear()
        text = self._texts.get(offset)
        if text is None:
            local = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second + offset))
            sign, minutes = ("-", -offset // 60) if offset < 0 else ("+", offset // 60)
            text = self._texts[offset] = f"{local}{sign}{minutes // 60:02}:{minutes % 60:02}".encode()
        return text

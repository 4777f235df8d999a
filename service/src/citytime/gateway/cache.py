"""A bounded cache that forgets what was not asked for longest, and counts its hits."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from citytime.telemetry import Metrics

LONGEST = 600.0
"""Seconds that an entry is fresh at most: what it was made from may have been out (a geocoder), or be renewed."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `size` entries, for one thread. `now` gives Unix time."""

    def __init__(self, name: str, size: int, metrics: Metrics, now: Callable[[], float] = time.time) -> None:
        self._size = size
        self._now = now
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._hit = metrics.cache_requests.labels(name, "hit").inc
        self._miss = metrics.cache_requests.labels(name, "miss").inc

    def get(self, key: K) -> V | None:
        """The entry, which is then the last to be forgotten; None if there is none that is fresh."""
        entry = self._entries.get(key)
        if entry is None or entry[1] <= self._now():
            self._miss()
            return None
        self._entries.move_to_end(key)
        self._hit()
        return entry[0]

    def stale(self, key: K) -> V | None:
        """The entry, however old: better than nothing where what it was made from is out."""
        entry = self._entries.get(key)
        return entry[0] if entry else None

    def put(self, key: K, value: V, until: float = math.inf) -> None:
        """Keep an entry, fresh until that Unix time or for `LONGEST`; where there are too many, the oldest goes."""
        self._entries[key] = (value, min(until, self._now() + LONGEST))
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

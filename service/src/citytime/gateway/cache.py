"""A bounded cache that forgets what was not asked for longest, and counts its hits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from citytime.telemetry import Metrics

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most `size` entries; for one thread."""

    def __init__(self, name: str, size: int, metrics: Metrics) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._hit = metrics.cache_requests.labels(name, "hit").inc
        self._miss = metrics.cache_requests.labels(name, "miss").inc

    def get(self, key: K) -> V | None:
        """The entry, which is then the last to be forgotten; None if there is none."""
        entry = self._entries.get(key)
        if entry is None:
            self._miss()
            return None
        self._entries.move_to_end(key)
        self._hit()
        return entry

    def put(self, key: K, value: V) -> None:
        """Keep an entry, forgetting the oldest one where there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def discard(self, key: K) -> None:
        """Forget an entry."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)

"""Progress on long work: a bar on a terminal, a line a stage elsewhere. Always on stderr, never mixed with results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TextIO, TypeVar

T = TypeVar("T")
BAR = 24


class Progress:
    """Reports stages of work. `total` steps are counted by `track`; the rest is timed."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stderr
        self._clock = clock
        self._live = self._out.isatty()
        self._drawn = 0.0

    def track(self, title: str, items: Iterable[T], total: int | None = None) -> Iterator[T]:
        """Yield `items`, drawing a bar where their number is known."""
        if total is None and isinstance(items, Sized):
            total = len(items)
        started, done = self._clock(), 0
        for item in items:
            if self._live and done % 256 == 0:
                self._draw(title, done, total, started)
            yield item
            done += 1
        self._line(f"{title}: {done:,} in {self._clock() - started:.1f} s")

    def stage(self, title: str, work: Callable[[], T]) -> T:
        """Run `work`, saying what is under way and how long it took."""
        started = self._clock()
        if self._live:
            self._out.write(f"\r\x1b[K{title} …")
            self._out.flush()
        result = work()
        self._line(f"{title}: {self._clock() - started:.1f} s")
        return result

    def _draw(self, title: str, done: int, total: int | None, started: float) -> None:
        now = self._clock()
        if now - self._drawn < 0.1:
            return
        self._drawn = now
        if not total:
            self._out.write(f"\r\x1b[K{title} {done:,}")
        else:
            full = min(BAR, BAR * done // total)
            left = (now - started) / done * (total - done) if done else 0.0
            bar = "█" * full + "░" * (BAR - full)
            self._out.write(f"\r\x1b[K{title} {bar} {100 * done // total:3d} %  {left:.0f} s left")
        self._out.flush()

    def _line(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}\n" if self._live else f"{text}\n")
        self._out.flush()

"""A count of what was done, for those who watch."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator

EVERY = 100
"""Lines between two looks at the clock."""


def counted(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with a count of them on stderr where that is a terminal and stdout is not."""
    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    started = time.monotonic()
    done = 0
    for done, line in enumerate(lines, 1):
        yield line
        if shown and done % EVERY == 0:
            rate = done / (time.monotonic() - started)
            print(f"\r{done:,} looked up, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
    if shown:
        print(f"\r\x1b[K{done:,} looked up in {time.monotonic() - started:.1f} s", file=sys.stderr)

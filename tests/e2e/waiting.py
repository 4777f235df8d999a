"""Waiting for what takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, what: Callable[[], T]) -> T:
    """What `what` returns, once it raises no AssertionError (nor OSError) any more; asked every second."""
    end = time.monotonic() + seconds
    while True:
        try:
            return what()
        except (AssertionError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(1)

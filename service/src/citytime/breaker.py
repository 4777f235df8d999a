"""The circuit breaker: a dependency that keeps failing is left alone for a while, then tried once.

closed --(failures in a row)--> open --(reset elapsed)--> half open --(the trial succeeds)--> closed
                                 ^------(the trial fails)------'
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from citytime.errors import CitytimeError, Unavailable


class State(IntEnum):
    """States by the values of the metric `citytime_circuit_breaker_state`."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class CircuitOpen(Unavailable):
    """The breaker lets no attempt through."""


class CircuitBreaker:
    """Guards the calls to one dependency; for one event loop.

    `failures` in a row open it, after `reset` seconds one trial is let through. `report` is told each new state.
    """

    def __init__(
        self,
        dependency: str,
        failures: int,
        reset: float,
        report: Callable[[State], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dependency = dependency
        self._limit = failures
        self._reset = reset
        self._report = report
        self._clock = clock
        self._failures = 0
        self._opened_at = 0.0
        self._trial = False
        self._state = State.CLOSED

    @property
    def state(self) -> State:
        """The state now; `OPEN` lasts until the first attempt after the reset time."""
        return self._state

    def check(self) -> None:
        """Raise CircuitOpen if an attempt would be refused, with the time left."""
        left = self._opened_at + self._reset - self._clock()
        if self._state is State.OPEN and left > 0:
            raise CircuitOpen(f"{self._dependency} is failing and left alone for now", self._dependency, left)
        if self._trial:
            raise CircuitOpen(f"{self._dependency} was failing and is being tried", self._dependency)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Guard one call. Raises CircuitOpen instead of entering.

        An exception is a failure, except for what says nothing of the dependency: our own errors (CitytimeError) and
        a cancelled call.
        """
        self.check()
        trial = self._state is not State.CLOSED
        if trial:
            self._trial = True
            if self._state is State.OPEN:
                self._enter(State.HALF_OPEN)
        try:
            yield
        except CitytimeError:
            raise
        except Exception:
            self._settle(trial, failed=True)
            raise
        else:
            self._settle(trial, failed=False)
        finally:
            if trial:
                self._trial = False

    def _settle(self, trial: bool, failed: bool) -> None:
        # Only the trial decides once the breaker has opened: calls that began before it did are old news.
        if not trial and self._state is not State.CLOSED:
            return
        self._failures = self._failures + 1 if failed else 0
        if failed and (trial or self._failures >= self._limit):
            self._opened_at = self._clock()
            self._enter(State.OPEN)
        elif trial:
            self._enter(State.CLOSED)

    def _enter(self, state: State) -> None:
        self._state = state
        self._report(state)

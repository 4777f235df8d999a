"""Calling an online geocoder politely and patiently: in turn, behind the breaker, again after a passing failure.

This is where geopy's errors become ours. Importing this module imports geopy.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from geopy.adapters import AdapterHTTPError, get_retry_after
from geopy.exc import GeocoderQueryError, GeocoderTimedOut, GeocoderUnavailable

from citytime import tracing
from citytime.breaker import CircuitBreaker
from citytime.errors import CitytimeError, DeadlineExceeded, Unavailable
from citytime.geocoder.rate_limit import LONGEST_PAUSE, Limiter, RateLimited

FIRST_BACKOFF = 0.1
"""Seconds before the first retry, doubled for each further one, give or take half."""

Answer = TypeVar("Answer")


class Rejected(CitytimeError):
    """The service is well and finds the question at fault (400, 413, 414, …)."""


class Caller:
    """Makes calls to one service: each at most `timeout` seconds long, with up to `retries` further tries."""

    def __init__(
        self,
        service: str,
        timeout: float,
        retries: int,
        limiter: Limiter,
        breaker: CircuitBreaker,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._timeout = timeout
        self._retries = retries
        self._limiter = limiter
        self._breaker = breaker
        self._clock = clock

    async def call(
        self,
        ask: Callable[[float], Awaitable[Answer]],
        learn: Callable[[], Awaitable[Answer | None]],
        deadline: float,
    ) -> Answer:
        """What `ask(seconds)` returns, by `deadline` (on the caller's clock).

        `learn` is tried first when a turn has come: others may have got the answer in the meantime (None if not).
        Whatever `ask` raises comes out as DeadlineExceeded, RateLimited, CircuitOpen, Rejected or Unavailable.
        """
        tries, backoff = 0, FIRST_BACKOFF
        while True:
            try:
                return await self._once(ask, learn, deadline, tries)
            except CitytimeError:
                raise
            except Exception as error:
                tries += 1
                delay = backoff * random.uniform(0.5, 1.5)  # noqa: S311  # spreads the load, guards nothing
                if tries > self._retries or not _passing(error) or self._clock() + delay >= deadline:
                    raise self._told(error) from error
            await asyncio.sleep(delay)
            backoff *= 2

    async def _once(
        self,
        ask: Callable[[float], Awaitable[Answer]],
        learn: Callable[[], Awaitable[Answer | None]],
        deadline: float,
        retry: int,
    ) -> Answer:
        self._breaker.check()  # before the wait for a turn, which an open breaker would make pointless
        await self._limiter.turn(deadline)
        if (learnt := await learn()) is not None:
            return learnt
        seconds = min(self._timeout, deadline - self._clock())
        if seconds <= 0:
            raise self._late()
        with self._breaker.attempt():
            try:
                with tracing.span(f"ask {self._service}", client=True, retry=retry):
                    return await ask(seconds)
            except Exception as error:
                await self._limiter.pause(_retry_after(error))
                told = self._told(error)
                # Neither a bad question nor a call that had hardly any time left speaks against the service: raised
                # as errors of ours, they leave the breaker as it is.
                if isinstance(told, Rejected) or (isinstance(told, DeadlineExceeded) and seconds < self._timeout / 2):
                    raise told from error
                raise

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(f"{self._service} did not answer in time")

    def _told(self, error: Exception) -> CitytimeError:
        """The error as we tell it; never with the service's words, which may repeat the query."""
        status = _status(error)
        if isinstance(error, CitytimeError):
            return error
        if status == 429:
            return RateLimited(f"{self._service} is being asked too much", self._service, _retry_after(error) or 1.0)
        if status and isinstance(error, GeocoderQueryError):
            return Rejected(f"{self._service} finds the question at fault")
        if status is None and isinstance(error, GeocoderTimedOut):
            return self._late()
        return Unavailable(f"{self._service} gives no usable answer", self._service, _retry_after(error) or 1.0)


def _passing(error: Exception) -> bool:
    """Whether the next try may well succeed."""
    return isinstance(error, GeocoderTimedOut | GeocoderUnavailable) or (_status(error) or 0) >= 500


def _status(error: Exception) -> int | None:
    """The HTTP status behind an error of geopy's; None if there is none."""
    cause = error.__cause__
    return cause.status_code if isinstance(cause, AdapterHTTPError) else None


def _retry_after(error: Exception) -> float:
    """The seconds of a Retry-After header, 0 without one (RFC 9110, section 10.2.3)."""
    cause = error.__cause__
    if not isinstance(cause, AdapterHTTPError):
        return 0.0
    try:
        return float(min(get_retry_after(cause.headers) or 0, LONGEST_PAUSE))
    except (ValueError, OverflowError):  # a date that no calendar has
        return 0.0

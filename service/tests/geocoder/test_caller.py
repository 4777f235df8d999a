from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from tornado.httputil import HTTPHeaders

from citytime.breaker import CircuitBreaker, CircuitOpen, State
from citytime.errors import CitytimeError, DeadlineExceeded, Unavailable
from citytime.geocoder.caller import Caller, Rejected
from citytime.geocoder.rate_limit import LONGEST_PAUSE, RateLimited, RateLimiter
from tests.fakes.clock import FakeClock


def http(status: int, error: GeocoderServiceError, retry_after: str | None = None) -> GeocoderServiceError:
    """An error as geopy makes it of an HTTP status."""
    headers = HTTPHeaders({"Retry-After": retry_after} if retry_after else {})
    error.__cause__ = AdapterHTTPError("secret words", status_code=status, headers=headers, text="secret words")
    return error


class Service:
    """Raises the errors of its script in turn, then answers; notes the time each call was given."""

    def __init__(self, *errors: Exception, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.errors = list(errors)
        self.meanwhile = meanwhile
        self.given: list[float] = []

    async def __call__(self, seconds: float) -> str:
        self.given.append(seconds)
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def nothing() -> None:
    """What others have learnt meanwhile."""


class Called:
    """A caller (2 s a call, 100 calls a second, 3 failures open the breaker) on a clock that stands still."""

    def __init__(self, retries: int = 0) -> None:
        self.clock = FakeClock()
        self.start = self.clock()
        self.limiter = RateLimiter("nominatim", 100.0, self.clock, self.clock.sleep)
        self.breaker = CircuitBreaker("nominatim", 3, 30.0, lambda state: None, self.clock)
        self.caller = Caller("nominatim", 2.0, retries, self.limiter, self.breaker, clock=self.clock)

    def call(self, service: Callable[[float], Awaitable[str]], within: float = 10.0) -> str:
        return asyncio.run(self.caller.call(service, nothing, self.start + within))

    def failure(self, service: Callable[[float], Awaitable[str]], within: float = 10.0) -> CitytimeError:
        with pytest.raises(CitytimeError) as error:
            self.call(service, within)
        assert "secret" not in str(error.value)
        return error.value


def test_what_others_have_learnt_by_the_time_of_our_turn_is_not_asked_again() -> None:
    called, service = Called(), Service()

    async def learn() -> str:
        return "learnt"

    async def call() -> str:
        return await called.caller.call(service, learn, called.start + 10)

    assert asyncio.run(call()) == "learnt"
    assert service.given == []


def test_a_call_gets_its_timeout_or_what_is_left_of_the_time() -> None:
    service = Service()
    assert Called().call(service) == "answer"
    assert Called().call(service, within=0.5) == "answer"
    assert service.given == [2.0, 0.5]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (GeocoderTimedOut("late"), DeadlineExceeded),
        (http(429, GeocoderRateLimited("slow down")), RateLimited),
        (http(400, GeocoderQueryError("what?")), Rejected),
        (GeocoderQueryError("200, but an error inside: secret words"), Unavailable),
        (GeocoderUnavailable("refused"), Unavailable),
        (GeocoderParseError("html: secret words"), Unavailable),
        (http(503, GeocoderTimedOut("503")), Unavailable),
        (http(403, GeocoderServiceError("go away")), Unavailable),
        (KeyError("secret words"), Unavailable),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else repr(value),
)
def test_errors_are_told_as_ours(error: Exception, told: type[CitytimeError]) -> None:
    assert type(Called().failure(Service(error))) is told


@pytest.mark.parametrize(
    "error",
    [GeocoderTimedOut("late"), GeocoderUnavailable("refused"), http(500, GeocoderServiceError("500"))],
    ids=repr,
)
def test_a_passing_failure_is_tried_again(error: Exception) -> None:
    service = Service(error, error)
    assert Called(retries=2).call(service) == "answer"
    assert len(service.given) == 3


def test_there_are_no_more_tries_than_set() -> None:
    service = Service(*[GeocoderUnavailable("refused")] * 5)
    Called(retries=1).failure(service)
    assert len(service.given) == 2


@pytest.mark.parametrize(
    "error",
    [
        http(429, GeocoderRateLimited("slow down")),
        http(400, GeocoderQueryError("what?")),
        http(403, GeocoderServiceError("go away")),
        GeocoderParseError("html"),
        ValueError("latitude"),
    ],
    ids=repr,
)
def test_a_failure_that_would_come_again_is_not_tried_again(error: Exception) -> None:
    service = Service(error)
    Called(retries=3).failure(service)
    assert len(service.given) == 1


def test_there_is_no_retry_past_the_deadline() -> None:
    called = Called(retries=3)
    service = Service(*[GeocoderTimedOut("late")] * 3, meanwhile=lambda: called.clock.advance(2.0))
    assert type(called.failure(service, within=2.04)) is DeadlineExceeded
    assert len(service.given) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("9" * 400, LONGEST_PAUSE), ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("soon", 0)]
)
def test_retry_after_is_honoured_by_all_calls_that_follow(status: int, header: str, seconds: float) -> None:
    called = Called()
    error = http(status, GeocoderRateLimited("") if status == 429 else GeocoderTimedOut(""), header)
    told = called.failure(Service(error))
    assert isinstance(told, Unavailable)
    assert told.retry_after == (seconds or 1.0)
    called.call(Service(), within=10_000)
    assert called.clock() - called.start == pytest.approx(max(seconds, 0.01))


def test_a_retry_after_that_no_calendar_has_is_ignored() -> None:
    error = http(503, GeocoderTimedOut(""), "Fri, 31 Dec 999999999999 23:59:59 GMT")
    assert isinstance(Called().failure(Service(error)), Unavailable)


def test_failures_open_the_breaker_and_then_nothing_is_sent() -> None:
    called = Called()
    service = Service(*[GeocoderParseError("html")] * 9)
    for _ in range(3):
        called.failure(service)
    assert type(called.failure(service)) is CircuitOpen
    assert len(service.given) == 3
    called.clock.advance(30)
    called.start = called.clock()
    service.errors.clear()
    assert called.call(service) == "answer"
    assert called.breaker.state is State.CLOSED


def test_retries_count_as_failures_and_stop_when_the_breaker_opens() -> None:
    called = Called(retries=5)
    service = Service(*[GeocoderUnavailable("refused")] * 9)
    assert type(called.failure(service)) is CircuitOpen
    assert len(service.given) == 3


def test_bad_questions_do_not_open_the_breaker() -> None:
    called = Called()
    for _ in range(9):
        called.failure(Service(http(400, GeocoderQueryError("what?"))))
    assert called.breaker.state is State.CLOSED


def test_calls_that_had_hardly_any_time_do_not_open_the_breaker() -> None:
    called = Called()
    for _ in range(9):
        called.start = called.clock()
        assert type(called.failure(Service(GeocoderTimedOut("late")), within=0.9)) is DeadlineExceeded
    assert called.breaker.state is State.CLOSED


def test_no_call_is_made_without_any_time() -> None:
    service = Service()
    assert type(Called().failure(service, within=0.0)) is DeadlineExceeded
    assert service.given == []

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.gateway.hot import LocalTimes, split
from citytime.gateway.http import Response
from citytime.timezones.rfc3339 import format_local
from tests.fakes.clock import FakeClock

TIME = "2026-07-01T12:00:00+01:00"


def response(body: str) -> Response:
    return Response(200, (), body.encode(), "/{city}")


def test_an_answer_is_cut_around_its_local_time() -> None:
    hot = split(response(f'{{"query":"東京","local_time":"{TIME}","dst":true}}'), TIME, 3600)
    assert hot is not None
    assert (hot.head.decode(), hot.tail.decode()) == ('{"query":"東京","local_time":"', '","dst":true}')


@pytest.mark.parametrize("body", ["no time at all", f"{TIME} and {TIME}"])
def test_an_answer_that_cannot_be_cut_for_certain_is_not(body: str) -> None:
    assert split(response(body), TIME, 3600) is None


def test_an_offset_with_seconds_is_not_kept() -> None:
    assert split(response(TIME), TIME, 3601) is None


@given(st.integers(-15 * 60, 15 * 60), st.integers(0, 4_000_000_000))
def test_local_times_are_those_of_the_slow_way(minutes: int, second: int) -> None:
    slow = format_local(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second), minutes * 60)
    assert LocalTimes(FakeClock(second + 0.9)).at(minutes * 60).decode() == slow


def test_local_times_go_on() -> None:
    clock = FakeClock(0.0)
    times = LocalTimes(clock)
    assert times.at(0) == times.at(0) == b"1970-01-01T00:00:00+00:00"
    clock.advance(1.0)
    assert times.at(-9000) == b"1969-12-31T21:30:01-02:30"
    assert times.at(0) == b"1970-01-01T00:00:01+00:00"

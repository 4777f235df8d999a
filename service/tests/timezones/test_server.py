"""The time zones behind gRPC and their client: what goes in comes out, and the contract's errors come through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pytest

from citytime.domain import Point
from citytime.errors import CitytimeError, InvalidInput, UnknownZone
from citytime.rpc.server import Server
from citytime.telemetry import Metrics
from citytime.timezones.client import RemoteTimeZones
from citytime.timezones.server import time_zone_service
from citytime.timezones.service import LocalTimeZones
from tests.rpc.live import settings

LOCAL = LocalTimeZones()
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


def ask(work: Callable[[RemoteTimeZones], Coroutine[Any, Any, Any]]) -> Any:
    async def scenario() -> Any:
        server = Server(settings(), Metrics())
        await server.start([time_zone_service(LOCAL)])
        remote = RemoteTimeZones(settings(timezones_target=f"ipv4:{server.url}"), Metrics())
        try:
            return await work(remote)
        finally:
            await remote.close()
            await server.close()

    return asyncio.run(scenario())


def test_remote_time_zones_answer_as_the_local_ones() -> None:
    reading = datetime(2026, 10, 25, 1, 30)
    for work in (
        lambda timezones: timezones.zone_at(Point(38.7, -9.1)),
        lambda timezones: timezones.zones(),
        lambda timezones: timezones.clock("europe/LISBON", SUMMER),
        lambda timezones: timezones.locate("Europe/Lisbon", reading),
        lambda timezones: timezones.versions(),
        lambda timezones: timezones.ping(),
    ):
        assert ask(work) == asyncio.run(work(LOCAL))


def test_an_unknown_zone_is_told_with_what_resembles_it() -> None:
    with pytest.raises(UnknownZone) as caught:
        ask(lambda remote: remote.clock("Europe/Lisbo", SUMMER))
    assert caught.value.suggestions[0] == "Europe/Lisbon"


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (lambda remote: remote.zone_at(Point(float("nan"), 0)), "point"),
        (lambda remote: remote.clock("", SUMMER), "time_zone"),
        (lambda remote: remote.locate("x" * 201, SUMMER.replace(tzinfo=None)), "time_zone"),
        (lambda remote: remote.locate("Europe/Lisbon", SUMMER), "local_time"),
        (lambda remote: remote.locate("Asia/Tokyo", datetime(1, 1, 1)), "at"),
    ],
)
def test_requests_that_make_no_sense_are_refused_with_the_field(
    work: Callable[[RemoteTimeZones], Coroutine[Any, Any, Any]], field: str
) -> None:
    with pytest.raises(CitytimeError) as caught:
        ask(work)
    assert isinstance(caught.value, InvalidInput)
    assert caught.value.parameter == field

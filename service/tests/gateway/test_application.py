"""What the application does by itself, on fakes: what it keeps and for how long. What it answers is in `interface/`."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from citytime.gateway.http import Request
from tests.fakes.clock import FakeClock
from tests.fakes.dependencies import AgreeableGeocoder, CountingTimeZones, FakeGeocoder
from tests.gateway.live import live

CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()
"""When Lisbon's clock goes from 01:00 to 02:00."""


def test_the_second_answer_is_the_first_but_for_the_time() -> None:
    async def scenario() -> None:
        clock = FakeClock(CHANGE - 86400)
        async with live(FakeGeocoder(), now=clock) as gateway:
            request = Request("GET", "/lisbon")
            assert gateway.gateway.cached(request) is None
            first = await gateway.gateway.answer(request)
            clock.advance(61.5)
            second = gateway.gateway.cached(request)
            assert second is not None
            assert (second.status, second.headers, second.route) == (first.status, first.headers, first.route)
            before, after = json.loads(first.body), json.loads(second.body)
            assert before.pop("local_time") == "2026-03-28T01:00:00+00:00"
            assert after.pop("local_time") == "2026-03-28T01:01:01+00:00"
            assert before == after

    asyncio.run(scenario())


def test_a_kept_answer_is_what_a_new_one_would_be() -> None:
    async def scenario() -> None:
        clock = FakeClock(CHANGE - 300)
        async with live(FakeGeocoder(), now=clock) as kept, live(FakeGeocoder(), now=clock, cache_size=0) as new:
            for _ in range(12):
                for accept in ("", "text/plain", "text/html"):
                    for path, query in (("/lisbon", ""), ("/Europe/Lisbon", ""), ("/v1/time", "city=38.7,-9.1")):
                        assert await kept.ask(path, query, accept) == await new.ask(path, query, accept)
                clock.advance(50)

    asyncio.run(scenario())


def test_a_change_of_the_clock_ends_what_was_kept() -> None:
    async def scenario() -> None:
        clock = FakeClock(CHANGE - 1)
        async with live(FakeGeocoder(), now=clock) as gateway:
            winter = json.loads(await gateway.ask("/lisbon"))
            assert (winter["local_time"], winter["dst"]) == ("2026-03-29T00:59:59+00:00", False)
            assert gateway.gateway.cached(Request("GET", "/lisbon")) is not None
            clock.advance(1)
            assert gateway.gateway.cached(Request("GET", "/lisbon")) is None
            summer = json.loads(await gateway.ask("/lisbon"))
            assert (summer["local_time"], summer["dst"]) == ("2026-03-29T02:00:00+01:00", True)
            assert summer["next_transition"]["at"] == "2026-10-25T01:00:00+00:00"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/lisbon", "at=2026-01-01T00:00Z"),
        ("/v1/timezone", "lat=1&lng=1"),
        ("/nowhere", ""),
        ("/paris", "strict=true"),
        ("/lisbon", "format=html"),
    ],
)
def test_what_is_not_about_now_in_a_city_is_not_kept(path: str, query: str) -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            await gateway.ask(path, query)
            assert gateway.gateway.cached(Request("GET", path, query)) is None

    asyncio.run(scenario())


def test_an_online_geocoders_answer_is_not_ours_to_keep() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder(source="nominatim")) as gateway:
            await gateway.ask("/lisbon")
            assert gateway.gateway.cached(Request("GET", "/lisbon")) is None

    asyncio.run(scenario())


def test_an_answer_that_quotes_its_own_time_is_right_all_the_same() -> None:
    async def scenario() -> None:
        clock = FakeClock(CHANGE - 86400)
        async with live(AgreeableGeocoder(), now=clock) as gateway:
            asked = "/2026-03-28T01:00:00+00:00"
            for second in range(3):
                answer = json.loads(await gateway.ask(asked))
                assert answer["query"] == asked[1:]
                assert answer["local_time"] == f"2026-03-28T01:00:0{second}+00:00"
                clock.advance(1)

    asyncio.run(scenario())


def test_formats_are_kept_apart_and_clients_of_one_format_together() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            await gateway.ask("/lisbon", accept="text/plain")
            assert gateway.gateway.cached(Request("GET", "/lisbon")) is None
            await gateway.ask("/lisbon", accept="*/*")
            for accept in ("", "application/json", "*/*;q=0.3"):
                response = gateway.gateway.cached(Request("GET", "/lisbon", accept=accept))
                assert response is not None
                assert json.loads(response.body)["query"] == "lisbon"

    asyncio.run(scenario())


def test_a_clock_is_asked_for_once_until_it_changes() -> None:
    async def scenario() -> None:
        clock, timezones = FakeClock(CHANGE - 1), CountingTimeZones()
        async with live(FakeGeocoder(), timezones, clock, cache_size=0) as gateway:
            for _ in range(3):
                await gateway.ask("/lisbon")
            assert timezones.clocks == 1
            clock.advance(1)
            for _ in range(3):
                await gateway.ask("/lisbon")
            assert timezones.clocks == 2

    asyncio.run(scenario())


def test_other_methods_than_get_are_never_cached() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            await gateway.ask("/lisbon")
            for method in ("POST", "OPTIONS", "DELETE"):
                assert gateway.gateway.cached(Request(method, "/lisbon")) is None
                assert (await gateway.gateway.answer(Request(method, "/lisbon"))).status in (204, 405)

    asyncio.run(scenario())


def test_what_the_carrier_refuses_is_a_problem_in_the_format_asked_for() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            refuse = gateway.gateway.refuse
            response = refuse(Request("GET", "/lisbon"), 429, "slow down", (("Retry-After", "1"),))
            assert (response.status, response.route) == (429, "/{city}")
            assert ("Retry-After", "1") in response.headers
            assert json.loads(response.body)["type"] == "urn:citytime:problem:too-many-requests"
            assert refuse(Request("GET", "/x", "format=text"), 413, "long").body.startswith(b"413 The request")
            assert refuse(Request("GET", "/x", accept="text/html"), 413, "long").body.startswith(b"<!doctype")
            assert json.loads(refuse(Request("GET", "/x", "format=x", "image/png"), 413, "long").body)["status"] == 413
            assert refuse(Request("GET", "/lisbon"), 414, "long").route == "unmatched"

    asyncio.run(scenario())

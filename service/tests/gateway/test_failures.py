"""What the gateway answers while something behind it is out, late or newer, over a real socket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import pytest

from citytime.errors import DeadlineExceeded, Unavailable
from citytime.gateway.cache import LONGEST
from tests.fakes.clock import FakeClock
from tests.fakes.dependencies import (
    ComingAndGoing,
    CountingTimeZones,
    FailingGeocoder,
    FailingTimeZones,
    FakeGeocoder,
    HangingGeocoder,
    NewerTimeZones,
)
from tests.gateway.live import live
from tests.wire import connect

GEOCODER_TARGETS = ("/lisbon", "/v1/time?city=lisbon", "/v1/places?q=l", "/v1/places/x:1", "/v1/nearest?lat=1&lng=1")
TIMEZONE_TARGETS = ("/lisbon", "/1,1", "/Europe/Lisbon", "/v1/timezone?lat=1&lng=1", "/v1/zones", "/v1/zones/UTC")


def out() -> Exception:
    return Unavailable("the geocoder is out", "geocoder", 2.5)


def late() -> Exception:
    return DeadlineExceeded("the geocoder took too long")


@pytest.mark.parametrize("target", [*GEOCODER_TARGETS, "/v1/convert?from=UTC&to=lisbon"])
def test_a_geocoder_that_is_out_is_named_with_when_to_come_back(target: str) -> None:
    async def scenario() -> None:
        async with live(FailingGeocoder(out)) as gateway:
            answer = await gateway.get(target)
            assert answer.status == 503
            assert answer.headers["retry-after"] == "3"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json["dependency"] == "geocoder"
            assert answer.json["detail"] == "the geocoder is out"

    asyncio.run(scenario())


@pytest.mark.parametrize("target", TIMEZONE_TARGETS)
@pytest.mark.parametrize(("fail", "status"), [(out, 503), (late, 504)])
def test_zones_that_are_out_or_late_too(target: str, fail: Callable[[], Exception], status: int) -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder(), FailingTimeZones(fail)) as gateway:
            answer = await gateway.get(target)
            assert answer.status == answer.json["status"] == status

    asyncio.run(scenario())


@pytest.mark.parametrize("target", GEOCODER_TARGETS)
def test_a_geocoder_that_is_late_is_a_504(target: str) -> None:
    async def scenario() -> None:
        async with live(FailingGeocoder(late)) as gateway:
            answer = await gateway.get(target)
            assert (answer.status, answer.json["title"]) == (504, "The answer took too long")

    asyncio.run(scenario())


def test_what_needs_no_geocoder_is_answered_while_it_is_out() -> None:
    async def scenario() -> None:
        async with live(FailingGeocoder(out)) as gateway:
            for target in ("/Europe/Lisbon", "/Singapore", "/v1/timezone?lat=1&lng=1", "/v1/zones", "/docs", "/"):
                assert (await gateway.get(target)).status == 200

    asyncio.run(scenario())


def test_a_geocoder_that_hangs_is_a_504_within_the_deadline() -> None:
    async def scenario() -> None:
        geocoder = HangingGeocoder()
        async with live(geocoder, request_timeout=0.3) as gateway:
            started = time.monotonic()
            hanging = asyncio.create_task(gateway.get("/nowhere"))
            assert (await gateway.get("/lisbon")).status == 200  # others go on meanwhile
            answer = await hanging
            assert (answer.status, answer.json["type"]) == (504, "urn:citytime:problem:deadline-exceeded")
            assert 0.25 < time.monotonic() - started < 5
            assert geocoder.given_up == 1

    asyncio.run(scenario())


def test_a_batch_answers_what_it_can_before_its_deadline() -> None:
    async def scenario() -> None:
        async with live(HangingGeocoder(), request_timeout=0.5) as gateway:
            body = json.dumps(["lisbon", "nowhere", "paris"])
            async with connect(gateway.port) as connection:
                connection.get("/v1/batch", f"Content-Length: {len(body)}", method="POST")
                connection.send(body.encode())
                answer = await connection.answer()
            assert answer.status == 200
            first, *others = answer.json["results"]
            assert first["answer"]["place"]["name"] == "Lisbon"
            assert [result["problem"]["type"] for result in others] == ["urn:citytime:problem:deadline-exceeded"] * 2

    asyncio.run(scenario())


def test_a_batch_has_the_dependencys_failure_for_each_query_that_met_it() -> None:
    async def scenario() -> None:
        async with live(FailingGeocoder(out)) as gateway:
            body = json.dumps(["lisbon", "UTC"])
            async with connect(gateway.port) as connection:
                connection.get("/v1/batch", f"Content-Length: {len(body)}", method="POST")
                connection.send(body.encode())
                results = (await connection.answer()).json["results"]
            assert [result["status"] for result in results] == [503, 200]
            assert results[0]["problem"]["dependency"] == "geocoder"

    asyncio.run(scenario())


def test_other_requests_are_answered_while_a_batch_is_at_work() -> None:
    async def scenario() -> None:
        async with live(HangingGeocoder(delay=0.005), cache_size=0) as gateway:
            body = json.dumps(["lisbon"] * 200)
            async with connect(gateway.port) as connection:
                connection.get("/v1/batch", f"Content-Length: {len(body)}", method="POST")
                connection.send(body.encode())
                batch = asyncio.create_task(connection.answer())
                for _ in range(5):
                    assert (await gateway.get("/Europe/Lisbon")).status == 200
                assert not batch.done()
                assert len((await batch).json["results"]) == 200

    asyncio.run(scenario())


def test_strict_refuses_to_guess() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            answer = await gateway.get("/paris?strict=true")
            assert answer.status == 300
            assert [place["id"] for place in answer.json["alternatives"]] == ["geonames:2", "geonames:3"]
            guess = await gateway.get("/isbon?strict=true")
            assert (guess.status, [place["name"] for place in guess.json["alternatives"]]) == (300, ["Lisbon"])
            assert (await gateway.get("/isbon")).json["match"]["kind"] == "fuzzy"
            assert (await gateway.get("/lisbon?strict=true")).status == 200

    asyncio.run(scenario())


def test_an_unknown_place_has_its_suggestions_in_every_format() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as gateway:
            answer = await gateway.get("/nirgends")
            assert (answer.status, answer.json["suggestions"]) == (
                404,
                ["Lisbon, Portugal", "Paris, Texas, United States"],
            )
            for form in ("text", "html"):
                told = await gateway.get(f"/nirgends?format={form}")
                assert told.status == 404
                assert "Paris, Texas, United States" in told.body.decode()

    asyncio.run(scenario())


def test_a_zone_that_is_newer_than_the_gateway_is_unknown_and_no_fault() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder(), NewerTimeZones()) as gateway:
            assert (await gateway.get("/v1/zones/Europe/Kyiv")).status == 404
            assert (await gateway.get("/v1/zones/Europe/Lisbon")).status == 200

    asyncio.run(scenario())


def test_a_gateway_that_came_before_its_geocoder_answers_once_that_is_there() -> None:
    async def scenario() -> None:
        geocoder = ComingAndGoing(here=False)
        async with live(geocoder) as gateway:
            answer = await gateway.get("/lisbon")
            assert (answer.status, answer.json["dependency"]) == (503, "geocoder")
            geocoder.here = True
            assert (await gateway.get("/lisbon")).status == 200

    asyncio.run(scenario())


def test_a_city_that_was_resolved_is_answered_for_as_long_as_the_geocoder_is_out() -> None:
    async def scenario() -> None:
        clock, geocoder = FakeClock(), ComingAndGoing()
        async with live(geocoder, now=clock) as gateway:
            assert (await gateway.get("/lisbon")).status == 200
            geocoder.here = False
            for _ in range(3):
                clock.advance(LONGEST + 1)
                assert (await gateway.get("/lisbon")).json["timezone"] == "Europe/Lisbon"
                assert (await gateway.get("/lisbon?at=2026-01-01T12:00Z")).status == 200
            assert (await gateway.get("/paris")).status == 503

    asyncio.run(scenario())


def test_data_that_was_renewed_is_told_of_and_its_clocks_are_asked_for_again() -> None:
    async def scenario() -> None:
        geocoder, timezones = ComingAndGoing(), CountingTimeZones()
        async with live(geocoder, timezones, cache_size=0) as gateway:
            told = (await gateway.get("/lisbon")).json["data"]
            geocoder.edition = "2"
            await gateway.gateway.catalogue.load()
            renewed = (await gateway.get("/lisbon")).json["data"]
            assert (told["gazetteer"], renewed["gazetteer"], timezones.clocks) == ("1", "2", 2)
            info = [gateway.metrics.registry.get_sample_value("citytime_data_info", data) for data in (told, renewed)]
            assert info == [0, 1]
            await gateway.gateway.catalogue.load()
            assert (await gateway.get("/lisbon")).status == 200
            assert timezones.clocks == 2

    asyncio.run(scenario())


def test_what_is_known_is_not_forgotten_when_it_cannot_be_loaded_again() -> None:
    async def scenario() -> None:
        geocoder = ComingAndGoing()
        async with live(geocoder) as gateway:
            await gateway.get("/lisbon")
            geocoder.here = False
            with pytest.raises(Unavailable):
                await gateway.gateway.catalogue.load()
            assert (await gateway.get("/Europe/Lisbon")).status == 200

    asyncio.run(scenario())

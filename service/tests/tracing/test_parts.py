"""The steps that the parts of the service record, and that none tells what was asked."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from opentelemetry.trace import SpanKind

from citytime import tracing
from citytime.domain import PlaceQuery, Point, Postcard
from citytime.errors import Unavailable, UnknownPlace
from citytime.geocoder.chain import GeocoderChain
from citytime.geocoder.online import OnlineGeocoder
from citytime.images.service import LocalImages
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.dependencies import ComingAndGoing, FakeGeocoder
from tests.fakes.nominatim import LISBON, FakeNominatim, answers, status
from tests.gateway.live import live
from tests.tracing.recorded import Recorded, recorded


def request() -> None:
    """Make a request's span current in this task."""
    spans = tracing.http_spans()
    assert spans is not None
    spans.begin({}, time.perf_counter())


def attributes(traced: Recorded, name: str) -> list[dict[str, object]]:
    """The attributes of all spans of this name, without `citytime.`."""
    found = [span for span in traced.memory.get_finished_spans() if span.name == name]
    return [{key.removeprefix("citytime."): value for key, value in (span.attributes or {}).items()} for span in found]


def told(traced: Recorded) -> str:
    return "".join(span.to_json() for span in traced.memory.get_finished_spans()).lower()


def test_a_resolution_says_how_it_was_matched_and_whether_it_was_known() -> None:
    async def scenario() -> None:
        geocoder = ComingAndGoing()
        with recorded() as traced:
            now = 1_750_000_000.0
            async with live(geocoder, now=lambda: now) as server:
                for target in ("/paris", "/v1/time?city=paris", "/isbon", "/no-such-place"):
                    await server.get(target)
                now += 86_400
                geocoder.here = False
                assert (await server.get("/v1/time?city=paris&at=2026-01-01T00:00")).status == 200
                assert (await server.get("/lisbon")).status == 503
            matched = {"match": "exact", "source": "gazetteer", "alternatives": 1}
            assert attributes(traced, "resolve") == [
                matched,
                {"cache": "hit", **matched},
                {"match": "fuzzy", "source": "gazetteer", "alternatives": 0},
                {"outcome": "unknown-place"},
                {"cache": "stale", **matched},
                {"error.type": "unavailable"},
            ]
            assert not [text for text in ("paris", "isbon", "such") if text in told(traced)]

    asyncio.run(scenario())


def test_looking_up_a_position_is_a_step_without_the_position() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(FakeGeocoder()) as server:
                await server.get("/38.71,-9.12")
                await server.get("/v1/timezone?lat=38.71&lng=-9.12")
            assert attributes(traced, "zone lookup") == [{}, {}]
            assert "38.7" not in told(traced)

    asyncio.run(scenario())


async def lisbon_time(point: Point) -> str:
    return "Europe/Lisbon"


def test_online_calls_are_spans_each_and_tell_third_parties_of_no_trace() -> None:
    async def scenario() -> None:
        async with FakeNominatim(status(502), answers(LISBON), answers()) as server:
            settings = Settings(
                geocoder_options={"nominatim": server.options}, geocoder_rate=1000.0, user_agent="us (x)"
            )
            metrics = Metrics()
            online = OnlineGeocoder("nominatim", settings, lisbon_time, metrics)
            chain = GeocoderChain(FakeGeocoder(), [online], metrics, 5.0)
            with recorded() as traced:
                request()
                await chain.resolve(PlaceQuery("Lisbon"))
                await chain.resolve(PlaceQuery("Lisbon"))
                with pytest.raises(UnknownPlace):
                    await chain.resolve(PlaceQuery("some-secret-city"))
                assert attributes(traced, "geocode nominatim") == [{"candidates": 1}] * 2 + [{"candidates": 0}]
                assert attributes(traced, "ask nominatim") == [
                    {"retry": 0, "error.type": "GeocoderServiceError"},
                    {"retry": 1},
                    {"retry": 0},
                ]
                spans = traced.spans
                assert spans["ask nominatim"].kind is SpanKind.CLIENT
                assert spans["ask nominatim"].parent == spans["geocode nominatim"].context
                assert not [text for text in ("lisbon", "secret") if text in told(traced)]
            assert len(server.requests) == 3
            assert not [name for asked in server.requests for name in asked.headers if "trace" in name.lower()]
            await chain.close()

    asyncio.run(scenario())


def test_a_link_that_is_out_fails_its_step_alone() -> None:
    async def scenario() -> None:
        out = ComingAndGoing(here=False)

        class Out:
            name = "out"

            async def geocode(self, query: PlaceQuery, deadline: float) -> None:
                await out.ping()

            async def close(self) -> None: ...

        chain = GeocoderChain(FakeGeocoder(), [Out()], Metrics(), 5.0)
        with recorded() as traced:
            request()
            with pytest.raises(Unavailable):
                await chain.resolve(PlaceQuery("lisbon"))
            assert attributes(traced, "geocode out") == [{"error.type": "unavailable"}]

    asyncio.run(scenario())


def test_drawing_a_postcard_is_a_step_without_what_it_shows() -> None:
    async def scenario() -> None:
        images = LocalImages(Settings())
        card = Postcard("Lisbon", "Portugal", "Europe/Lisbon", datetime(2026, 7, 1, 12, tzinfo=UTC), 3600)
        with recorded() as traced:
            request()
            await images.postcard(card)
            await images.postcard(card)
            assert attributes(traced, "draw postcard") == [{"cache": "miss"}, {"cache": "hit"}]
            assert "lisbon" not in told(traced)
        await images.close()

    asyncio.run(scenario())

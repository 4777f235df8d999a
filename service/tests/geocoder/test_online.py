from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from citytime.breaker import CircuitOpen
from citytime.domain import MatchKind, PlaceQuery, Point, Resolution
from citytime.errors import ConfigurationError, DeadlineExceeded, Unavailable
from citytime.geocoder.online import OnlineGeocoder
from citytime.geocoder.rate_limit import RateLimited
from citytime.geocoder.store import DEADLINE, FAILURES, connect
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.nominatim import (
    LISBON,
    Behaviour,
    FakeNominatim,
    after,
    answers,
    feature,
    hangs,
    hangs_up,
    place,
    says,
    status,
    writes,
)
from tests.fakes.valkey import FakeValkey
from tests.fakes.valkey import hangs as valkey_hangs

PARIS = place(
    "Paris",
    "48.8588897",
    "2.3200410",
    osm_id=7444,
    address={"country": "France", "country_code": "fr", "state": "Ile-de-France"},
)
TEXAN_PARIS = place(
    "Paris", "33.6617962", "-95.5555130", osm_id=115357, address={"country_code": "us", "state": "Texas"}
)


class Zones:
    """Zones by hemisphere; out where it is told so."""

    def __init__(self, out: bool = False) -> None:
        self.out = out
        self.asked: list[Point] = []

    async def __call__(self, point: Point) -> str:
        self.asked.append(point)
        if self.out:
            raise Unavailable("no zones", "timezones")
        return "Europe/Lisbon" if point.longitude < 0 else "Europe/Paris"


class Asking:
    """One online geocoder in front of one fake server."""

    def __init__(self, server: FakeNominatim, service: str, zones: Zones, settings: dict[str, Any]) -> None:
        self.server = server
        self.metrics = Metrics()
        defaults: dict[str, Any] = {"geocoder_retries": 0, "geocoder_rate": 1000.0, "geocoder_timeout": 1.0}
        options = {"geocoder_options": {service: server.options}, "user_agent": "us (me@example.org)"}
        self.geocoder = OnlineGeocoder(service, Settings(**(defaults | options | settings)), zones, self.metrics)

    async def ask(self, text: str = "lisbon", within: float = 5.0, **query: Any) -> Resolution | None:
        return await self.geocoder.geocode(PlaceQuery(text, **query), time.monotonic() + within)

    async def fails(self, text: str = "lisbon", within: float = 5.0) -> Exception:
        with pytest.raises((Unavailable, DeadlineExceeded)) as error:
            await self.ask(text, within)
        return error.value

    def count(self, metric: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(metric, labels)

    def outcomes(self) -> dict[str, float]:
        names = ("found", "not_found", "timeout", "rate_limited", "error", "open")
        counts = {n: self.count("citytime_geocoder_requests_total", geocoder="nominatim", outcome=n) for n in names}
        return {name: count for name, count in counts.items() if count}


def run(
    *script: Behaviour,
    scenario: Callable[[Asking], Awaitable[Any]],
    service: str = "nominatim",
    zones: Zones | None = None,
    **settings: Any,
) -> Any:
    async def whole() -> Any:
        async with FakeNominatim(*script) as server:
            asking = Asking(server, service, zones or Zones(), settings)
            try:
                return await scenario(asking)
            finally:
                await asking.geocoder.close()

    return asyncio.run(whole())


def test_a_place_is_found_with_its_zone() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask("Lisbon")
        assert found
        best = found.best
        assert (best.place.id, best.place.name) == ("nominatim:relation/5400890", "Lisbon")
        assert (best.place.timezone, best.place.country_code) == ("Europe/Lisbon", "PT")
        assert (best.match.kind, best.match.source) == (MatchKind.EXACT, "nominatim")
        assert best.distance_km is None
        assert found.alternatives == ()
        assert asking.outcomes() == {"found": 1}

    run(answers(LISBON), scenario=scenario)


def test_we_say_who_we_are_and_what_we_want() -> None:
    async def scenario(asking: Asking) -> None:
        await asking.ask("lis_bon", country="PT", lang="pt", near=Point(38.7223, -9.1393))
        (asked,) = asking.server.requests
        assert asked.headers["User-Agent"] == "us (me@example.org)"
        assert asked.path == "/search"
        assert asked.arguments["q"] == "lis bon"
        assert asked.arguments["countrycodes"] == "pt"
        assert asked.arguments["accept-language"] == "pt"
        assert asked.arguments["addressdetails"] == "1"
        assert asked.arguments["limit"] == "10"
        assert "viewbox" in asked.arguments

    run(answers(LISBON), scenario=scenario)


def test_photon_is_read_as_well() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask("porto", near=Point(41.0, -8.0))
        assert found
        assert found.best.place.id == "photon:relation/5400890"
        assert found.best.match.source == "photon"
        assert found.best.distance_km == pytest.approx(54, abs=1)

    porto = feature("Porto", 41.1494512, -8.6107884, countrycode="PT")
    run(says({"type": "FeatureCollection", "features": [porto]}), service="photon", scenario=scenario)


@pytest.mark.parametrize("text", ["SÃO paulo", "sao-paulo", "saopaulo, br"])
def test_a_name_is_exact_whatever_its_case_accents_and_spaces(text: str) -> None:
    async def scenario(asking: Asking) -> MatchKind:
        found = await asking.ask(text)
        assert found
        return found.best.match.kind

    assert run(answers(place("São Paulo", "-23.55", "-46.63")), scenario=scenario) is MatchKind.EXACT


def test_another_name_than_asked_for_is_an_alternate() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask("Lissabon")
        assert found
        assert found.best.match.kind is MatchKind.ALTERNATE
        assert not found.ambiguous

    run(answers(LISBON), scenario=scenario)


def test_namesakes_far_apart_make_it_ambiguous_in_the_services_order() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask("paris")
        assert found
        assert found.best.place.timezone == "Europe/Paris"
        assert [c.place.region for c in found.alternatives] == ["Texas"]
        assert found.ambiguous

    run(answers(PARIS, TEXAN_PARIS, PARIS), scenario=scenario)


def test_one_place_seen_twice_is_not_ambiguous() -> None:
    async def scenario(asking: Asking) -> bool:
        found = await asking.ask("paris")
        assert found
        assert len(found.alternatives) == 1
        return found.ambiguous

    assert not run(answers(PARIS, place("Paris", "48.8534951", "2.3483915", osm_id=71525)), scenario=scenario)


def test_places_of_another_country_than_asked_for_are_left_out() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask("paris", country="US")
        assert found
        assert [found.best.place.country_code, found.alternatives] == ["US", ()]
        assert await asking.ask("paris", country="DE") is None
        assert asking.outcomes() == {"found": 1, "not_found": 1}

    run(answers(PARIS, TEXAN_PARIS), scenario=scenario)


def test_what_the_service_does_not_know_is_not_found() -> None:
    async def scenario(asking: Asking) -> None:
        assert await asking.ask() is None
        assert asking.outcomes() == {"not_found": 1}

    run(answers(), scenario=scenario)


@pytest.mark.parametrize("text", ["", "  ", "...", "-_-", "\udcff"])
def test_what_names_nothing_is_not_even_asked(text: str) -> None:
    async def scenario(asking: Asking) -> None:
        assert await asking.ask(text) is None
        assert asking.server.requests == []

    run(answers(LISBON), scenario=scenario)


LIES = {
    "html": says(b"<html>Welcome to the hotel's network</html>", Content_Type="text/html"),
    "nothing": says(b""),
    "a number": says(7),
    "a string": says("lisbon"),
    "numbers": says([1, 2]),
    "nulls": says([None]),
    "an error inside": says({"error": "database is down"}),
    "an object of another shape": says({"results": []}),
    "latitude out of range": answers(place("Lisbon", "98.7", "-9.1")),
    "longitude out of range": answers(place("Lisbon", "38.7", "-369.1")),
    "not a number": answers(place("Lisbon", "NaN", "-9.1")),
    "infinity": answers(place("Lisbon", "38.7", "1e999")),
    "text for numbers": answers(place("Lisbon", "north", "west")),
    "a list for a number": answers(place("Lisbon", [38.7], "-9.1")),
    "no latitude": answers(place("Lisbon", None, "-9.1")),
    "no position": answers(place("Lisbon", None, None)),
    "null island": answers(place("Lisbon", "0", "0")),
    "no name": answers(place("", "38.7", "-9.1", display_name="")),
    "no address": answers(place("Lisbon", "38.7", "-9.1", display_name=None)),
    "a name of a megabyte": answers(place("x" * 1_000_000, "38.7", "-9.1")),
    "a huge body": says(b"[" + b" " * 2_000_000 + b"]"),
    "half a body": writes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]"),
    "no http": writes(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "deep nesting": says(b"[" * 200_000),
    "redirects in circles": status(301, Location="/search"),
    "hangs up": hangs_up,
    "403": status(403),
    "404": status(404),
    "500": status(500),
    "502": status(502),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lying_or_failing_service_is_unavailable_and_gives_no_zone(lie: Behaviour) -> None:
    zones = Zones()

    async def scenario(asking: Asking) -> None:
        failure = await asking.fails()
        assert isinstance(failure, Unavailable)
        assert failure.dependency == "nominatim"
        assert asking.outcomes() == {"error": 1}

    run(lie, scenario=scenario, zones=zones)
    assert zones.asked == []


def test_what_is_unbelievable_is_left_out_of_what_is_good() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asking.ask()
        assert found
        assert found.best.place.country_code == "PT"
        assert found.alternatives == ()

    run(answers(place("Lisbon", None, None), LISBON, place("Lisbon", "38.7", "500.5")), scenario=scenario)


def test_a_question_that_the_service_rejects_is_not_found_and_not_asked_again() -> None:
    async def scenario(asking: Asking) -> None:
        assert await asking.ask() is None
        assert await asking.ask() is None
        assert len(asking.server.requests) == 1
        assert asking.outcomes() == {"error": 1}

    run(status(400), scenario=scenario)


def test_a_failure_that_passes_is_tried_again() -> None:
    async def scenario(asking: Asking) -> None:
        assert await asking.ask()
        assert len(asking.server.requests) == 2
        assert asking.outcomes() == {"found": 1}

    run(status(500), answers(LISBON), scenario=scenario, geocoder_retries=1)


def test_a_slow_service_is_waited_for_within_its_timeout() -> None:
    async def scenario(asking: Asking) -> None:
        assert await asking.ask()

    run(after(0.2, answers(LISBON)), scenario=scenario)


def test_a_service_that_hangs_is_out_of_time() -> None:
    async def scenario(asking: Asking) -> None:
        assert isinstance(await asking.fails(), DeadlineExceeded)
        assert asking.outcomes() == {"timeout": 1}

    run(hangs, scenario=scenario, geocoder_timeout=0.1)


def test_no_answer_takes_longer_than_the_deadline_whatever_the_retries() -> None:
    async def scenario(asking: Asking) -> None:
        start = time.monotonic()
        assert isinstance(await asking.fails(within=0.4), DeadlineExceeded)
        assert time.monotonic() - start < 0.9

    run(hangs, scenario=scenario, geocoder_timeout=0.15, geocoder_retries=5)


def test_calls_are_spaced_as_the_usage_policy_wants() -> None:
    async def scenario(asking: Asking) -> None:
        await asyncio.gather(*(asking.ask(f"city {number}") for number in range(4)))
        times = [asked.at for asked in asking.server.requests]
        assert [later - earlier > 0.15 for earlier, later in pairwise(times)] == [True] * 3

    run(answers(LISBON), scenario=scenario, geocoder_rate=4.0)


def test_calls_that_cannot_have_a_turn_in_time_are_refused_at_once() -> None:
    async def scenario(asking: Asking) -> None:
        await asking.ask("lisbon")
        failure = await asking.fails("porto", within=1.0)
        assert isinstance(failure, RateLimited)
        assert 1.0 < failure.retry_after <= 10.0
        assert len(asking.server.requests) == 1
        assert asking.outcomes() == {"found": 1, "rate_limited": 1}

    run(answers(LISBON), scenario=scenario, geocoder_rate=0.1)


def test_a_service_that_wants_a_pause_gets_it() -> None:
    async def scenario(asking: Asking) -> None:
        failure = await asking.fails("lisbon")
        assert isinstance(failure, RateLimited)
        assert failure.retry_after == 7
        assert isinstance(await asking.fails("porto"), RateLimited)
        assert len(asking.server.requests) == 1
        assert asking.outcomes() == {"rate_limited": 2}

    run(status(429, Retry_After="7"), answers(LISBON), scenario=scenario, geocoder_retries=3)


def test_a_service_that_keeps_failing_is_left_alone_and_tried_again_later() -> None:
    async def scenario(asking: Asking) -> None:
        for number in range(2):
            await asking.fails(f"city {number}")
        assert asking.count("citytime_circuit_breaker_state", dependency="nominatim") == 2
        failure = await asking.fails()
        assert isinstance(failure, CircuitOpen)
        assert len(asking.server.requests) == 2
        assert asking.outcomes() == {"error": 2, "open": 1}
        await asyncio.sleep(failure.retry_after + 0.05)
        assert await asking.ask()
        assert asking.count("citytime_circuit_breaker_state", dependency="nominatim") == 0

    run(status(500), status(500), answers(LISBON), scenario=scenario, breaker_failures=2, breaker_reset=0.5)


def test_answers_are_kept_whatever_the_case_spaces_and_nearby_position() -> None:
    async def scenario(asking: Asking) -> None:
        first = await asking.ask("new york", near=Point(40.71, -74.01))
        assert await asking.ask("New_York", near=Point(40.72, -74.02)) == first
        await asking.ask("new york")
        await asking.ask("new york", lang="de")
        await asking.ask("new york", country="US")
        assert len(asking.server.requests) == 4
        assert asking.count("citytime_cache_requests_total", cache="nominatim", result="hit") == 1
        assert asking.count("citytime_cache_requests_total", cache="nominatim", result="miss") == 4
        assert asking.outcomes() == {"found": 4}

    run(answers(place("New York", "40.7127281", "-74.0060152")), scenario=scenario)


def test_many_who_ask_the_same_at_once_make_one_call() -> None:
    async def scenario(asking: Asking) -> None:
        found = await asyncio.gather(*(asking.ask() for _ in range(20)))
        assert all(found)
        assert len(asking.server.requests) == 1

    run(after(0.1, answers(LISBON)), scenario=scenario)


def test_without_zones_there_is_no_answer_and_the_service_is_not_blamed() -> None:
    zones = Zones(out=True)

    async def scenario(asking: Asking) -> None:
        failure = await asking.fails()
        assert isinstance(failure, Unavailable)
        assert failure.dependency == "timezones"
        zones.out = False
        assert await asking.ask()
        assert asking.count("citytime_circuit_breaker_state", dependency="nominatim") == 0

    run(answers(LISBON), scenario=scenario, zones=zones, breaker_failures=1)


def test_every_series_is_there_before_the_first_question() -> None:
    async def scenario(asking: Asking) -> None:
        for outcome in ("found", "not_found", "timeout", "rate_limited", "error", "open"):
            name = "citytime_geocoder_requests_total"
            assert asking.count(name, geocoder="nominatim", outcome=outcome) == 0
        for result in ("hit", "miss"):
            assert asking.count("citytime_cache_requests_total", cache="nominatim", result=result) == 0
        for match in ("exact", "alternate"):
            assert asking.count("citytime_resolutions_total", source="nominatim", match=match) == 0
        assert asking.count("citytime_circuit_breaker_state", dependency="nominatim") == 0

    run(answers(LISBON), scenario=scenario)


@pytest.mark.parametrize("behaviour", [answers(LISBON), status(500), status(429), says(b"<html>"), hangs], ids=str)
def test_no_query_is_logged_above_debug(behaviour: Behaviour, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(asking: Asking) -> None:
        await asyncio.gather(asking.ask("sesame street"), return_exceptions=True)

    with caplog.at_level(logging.INFO):
        run(behaviour, scenario=scenario, geocoder_timeout=0.1, breaker_failures=1)
    assert "sesame" not in caplog.text


def test_an_opening_breaker_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(asking: Asking) -> None:
        await asking.fails()

    with caplog.at_level(logging.WARNING):
        run(status(500), scenario=scenario, breaker_failures=1)
    assert "nominatim: breaker OPEN" in caplog.text


def test_close_cancels_what_is_under_way() -> None:
    async def scenario(asking: Asking) -> None:
        waiting = asyncio.create_task(asking.ask())
        await asyncio.sleep(0.05)
        await asking.geocoder.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    run(hangs, scenario=scenario)


def test_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_GEOCODER_OPTIONS: nominatim"):
        OnlineGeocoder("nominatim", Settings(geocoder_options={"nominatim": {"domian": "x"}}), Zones(), Metrics())


class Replicas:
    """Two geocoders that share a store, in front of one fake service."""

    def __init__(self, server: FakeNominatim, url: str, **settings: Any) -> None:
        self.metrics = [Metrics(), Metrics()]
        options = {"geocoder_options": {"nominatim": server.options}, "geocoder_retries": 0, "valkey_url": url}
        given = Settings(**(options | {"geocoder_rate": 5.0} | settings))
        self.stores = [connect(given, metrics) for metrics in self.metrics]
        self.geocoders = [
            OnlineGeocoder("nominatim", given, Zones(), metrics, store=store)
            for metrics, store in zip(self.metrics, self.stores, strict=True)
        ]

    async def ask(self, which: int, text: str, within: float = 5.0) -> Resolution | None:
        return await self.geocoders[which].geocode(PlaceQuery(text), time.monotonic() + within)

    def count(self, which: int, outcome: str) -> float | None:
        labels = {"geocoder": "nominatim", "outcome": outcome}
        return self.metrics[which].registry.get_sample_value("citytime_geocoder_requests_total", labels)

    async def close(self) -> None:
        for geocoder, store in zip(self.geocoders, self.stores, strict=True):
            await geocoder.close()
            assert store
            await store.close()


def run_replicas(
    *script: Behaviour, scenario: Callable[[Replicas, FakeNominatim, FakeValkey], Awaitable[None]], **settings: Any
) -> None:
    async def whole() -> None:
        async with FakeNominatim(*script) as server, FakeValkey() as valkey:
            replicas = Replicas(server, valkey.url, **settings)
            try:
                await scenario(replicas, server, valkey)
            finally:
                await replicas.close()

    asyncio.run(whole())


def test_what_one_replica_found_the_other_need_not_ask() -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        found = await replicas.ask(0, "Lisbon")
        assert found
        assert await replicas.ask(1, "LISBON ") == found
        assert len(server.requests) == 1

    run_replicas(answers(LISBON), scenario=scenario)


@pytest.mark.parametrize("nothing", [answers(), status(400)], ids=["none", "rejected"])
def test_what_one_replica_did_not_find_the_other_need_not_ask(nothing: Behaviour) -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        assert await replicas.ask(0, "nowhere") is None
        assert await replicas.ask(1, "nowhere") is None
        assert len(server.requests) == 1

    run_replicas(nothing, scenario=scenario)


def test_replicas_that_are_asked_the_same_at_once_make_one_call() -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        one, other = await asyncio.gather(replicas.ask(0, "lisbon"), replicas.ask(1, "lisbon"))
        assert one == other
        assert one
        assert len(server.requests) == 1
        assert sorted([replicas.count(0, "found"), replicas.count(1, "found")]) == [0, 1]  # type: ignore[type-var]

    run_replicas(answers(LISBON), scenario=scenario)


def test_replicas_take_turns() -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        await asyncio.gather(*(replicas.ask(n % 2, f"city {n}") for n in range(6)))
        times = [asked.at for asked in server.requests]
        assert all(later - earlier > 0.15 for earlier, later in pairwise(times))
        assert len(times) == 6

    run_replicas(answers(LISBON), scenario=scenario)


def test_a_retry_after_holds_for_all_replicas() -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        with pytest.raises(RateLimited):
            await replicas.ask(0, "lisbon")
        with pytest.raises(RateLimited) as refusal:
            await replicas.ask(1, "porto")
        assert 28 < refusal.value.retry_after <= 30
        assert len(server.requests) == 1

    run_replicas(status(429, Retry_After="30"), answers(LISBON), scenario=scenario)


def test_no_question_fails_for_a_store_that_hangs_and_none_is_held_up_for_long() -> None:
    async def scenario(replicas: Replicas, server: FakeNominatim, valkey: FakeValkey) -> None:
        await replicas.ask(0, "lisbon")
        valkey.behave = valkey_hangs
        began = time.monotonic()
        assert await replicas.ask(0, "porto")
        assert time.monotonic() - began < FAILURES * DEADLINE + 0.3  # and the turn, after 0.2 s
        assert await replicas.ask(1, "porto")
        assert len(server.requests) == 3

    run_replicas(answers(LISBON), scenario=scenario)

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from citytime.domain import Candidate, Match, MatchKind, Place, PlaceQuery, Point, Resolution
from citytime.errors import (
    CitytimeError,
    ConfigurationError,
    DeadlineExceeded,
    InvalidInput,
    Unavailable,
    UnknownPlace,
)
from citytime.geocoder.chain import GeocoderChain, Link, build_chain
from citytime.geocoder.local_link import LocalLink, NoGazetteer
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.nominatim import LISBON, FakeNominatim, answers, feature, hangs, says, status


def resolution(kind: MatchKind, source: str, name: str = "Lisbon") -> Resolution:
    place = Place(f"{source}:1", name, None, None, "PT", 38.7, -9.1, 500_000, "Europe/Lisbon")
    return Resolution(Candidate(place, Match(kind, 1.0, source)))


class FakeGazetteer:
    """A gazetteer that resolves everything to one answer or error."""

    def __init__(self, answer: Resolution | CitytimeError) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.out = False

    async def resolve(self, query: PlaceQuery) -> Resolution:
        self.asked.append(query.text)
        if isinstance(self.answer, CitytimeError):
            raise self.answer
        return self.answer

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        return [resolution(MatchKind.PREFIX, "gazetteer").best]

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        return resolution(MatchKind.CODE, "gazetteer", name=f"{place_id} {lang}").best.place

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        return [resolution(MatchKind.COORDINATES, "gazetteer").best] * limit

    async def version(self) -> str:
        return "2026-01"

    async def ping(self) -> None:
        if self.out:
            raise Unavailable("the file is gone", "gazetteer")


class FakeLink:
    """An online geocoder that gives one answer, or error, after some time."""

    def __init__(self, name: str, answer: Resolution | CitytimeError | None, clock: FakeClock | None = None) -> None:
        self.name = name
        self.answer = answer
        self.clock = clock
        self.deadlines: list[float] = []
        self.closed = False

    async def geocode(self, query: PlaceQuery, deadline: float) -> Resolution | None:
        self.deadlines.append(deadline)
        if self.clock:
            self.clock.advance(2.0)
        if isinstance(self.answer, CitytimeError):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        self.closed = True


EXACT = resolution(MatchKind.EXACT, "gazetteer")
FUZZY = resolution(MatchKind.FUZZY, "gazetteer")
PREFIX = resolution(MatchKind.PREFIX, "gazetteer")
ONLINE = resolution(MatchKind.EXACT, "nominatim")
PHOTON = resolution(MatchKind.ALTERNATE, "photon")
UNKNOWN = UnknownPlace("never heard of it", ("Lisbon", "Lisburn"))
OUT = Unavailable("nominatim is out", "nominatim", 7.0)
LATE = DeadlineExceeded("nominatim is late")


class Chained:
    """A chain of the gazetteer (None: not in the order) and what follows it."""

    def __init__(self, local: Resolution | CitytimeError | None, *online: Resolution | CitytimeError | None) -> None:
        self.metrics = Metrics()
        self.gazetteer = FakeGazetteer(local or EXACT)
        names = ("nominatim", "photon")
        self.online = [FakeLink(name, answer) for name, answer in zip(names, online, strict=False)]
        links: list[Link] = [LocalLink(self.gazetteer, self.metrics)] if local else []
        self.chain = self.chained([*links, *self.online])

    def chained(self, links: Sequence[Link]) -> GeocoderChain:
        return GeocoderChain(self.gazetteer, links, self.metrics, budget=4.5)

    def resolve(self, text: str = "lisbon") -> Resolution:
        return asyncio.run(self.chain.resolve(PlaceQuery(text)))

    def error(self, text: str = "lisbon") -> CitytimeError:
        with pytest.raises(CitytimeError) as error:
            self.resolve(text)
        return error.value

    def count(self, metric: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(metric, labels)

    @property
    def asked(self) -> list[str]:
        return [link.name for link in self.online if link.deadlines]


def test_the_gazetteer_answers_and_nobody_else_is_asked() -> None:
    chained = Chained(EXACT, ONLINE)
    assert chained.resolve() is EXACT
    assert chained.asked == []


@pytest.mark.parametrize("kind", [MatchKind.ALTERNATE, MatchKind.CODE, MatchKind.ZONE])
def test_any_literal_match_is_enough(kind: MatchKind) -> None:
    chained = Chained(resolution(kind, "gazetteer"), ONLINE)
    assert chained.resolve().best.match.source == "gazetteer"
    assert chained.asked == []


def test_what_the_gazetteer_does_not_know_the_next_may() -> None:
    chained = Chained(UNKNOWN, None, PHOTON)
    assert chained.resolve() is PHOTON
    assert chained.asked == ["nominatim", "photon"]


@pytest.mark.parametrize("weak", [FUZZY, PREFIX], ids=["fuzzy", "prefix"])
def test_a_weak_match_gives_way_to_who_knows_better(weak: Resolution) -> None:
    assert Chained(weak, ONLINE).resolve() is ONLINE


@pytest.mark.parametrize("weak", [FUZZY, PREFIX], ids=["fuzzy", "prefix"])
@pytest.mark.parametrize("online", [None, OUT, LATE], ids=["knows nothing", "is out", "is late"])
def test_a_weak_match_stands_where_nobody_knows_better(weak: Resolution, online: CitytimeError | None) -> None:
    assert Chained(weak, online).resolve() is weak


def test_a_weak_match_stands_where_nobody_follows() -> None:
    assert Chained(FUZZY).resolve() is FUZZY


def test_one_that_is_out_or_late_is_passed_over() -> None:
    assert Chained(UNKNOWN, OUT, PHOTON).resolve() is PHOTON
    assert Chained(UNKNOWN, LATE, PHOTON).resolve() is PHOTON


def test_a_gazetteer_that_is_out_is_passed_over_too() -> None:
    assert Chained(Unavailable("gone", "gazetteer"), ONLINE).resolve() is ONLINE


def test_an_unknown_place_keeps_the_gazetteers_suggestions() -> None:
    assert Chained(UNKNOWN, None, None).error() is UNKNOWN


def test_without_the_gazetteer_an_unknown_place_has_none() -> None:
    error = Chained(None, None).error("atlantis")
    assert isinstance(error, UnknownPlace)
    assert "atlantis" in str(error)
    assert error.suggestions == ()


def test_a_place_that_one_which_is_out_might_know_is_not_unknown() -> None:
    assert Chained(UNKNOWN, OUT, None).error() is OUT
    assert Chained(UNKNOWN, LATE, OUT).error() is OUT


def test_it_is_late_where_all_that_failed_were() -> None:
    assert Chained(UNKNOWN, LATE, None).error() is LATE


def test_input_that_is_wrong_is_wrong_for_all() -> None:
    wrong = InvalidInput("no", "country")
    chained = Chained(wrong, ONLINE)
    assert chained.error() is wrong
    assert chained.asked == []


@pytest.mark.parametrize("code", ["iata:LIS", " geonames:2267057", "nominatim:way/1", "zone:Europe/Lisbon"])
def test_codes_are_the_gazetteers_and_never_leave_the_house(code: str) -> None:
    chained = Chained(UNKNOWN, ONLINE)
    assert chained.error(code) is UNKNOWN
    assert chained.asked == []
    online_only = Chained(None, ONLINE)
    assert online_only.resolve(code) is EXACT
    assert online_only.asked == []


def test_all_share_one_deadline() -> None:
    clock = FakeClock(100.0)
    links = [FakeLink("nominatim", OUT, clock), FakeLink("photon", PHOTON, clock)]
    chain = GeocoderChain(NoGazetteer(), links, Metrics(), 4.5, clock=clock)
    asyncio.run(chain.resolve(PlaceQuery("x")))
    assert [link.deadlines for link in links] == [[104.5], [104.5]]


def test_answers_are_counted_by_source_and_match() -> None:
    chained = Chained(EXACT, ONLINE)
    chained.resolve()
    assert chained.count("citytime_resolutions_total", source="gazetteer", match="exact") == 1
    assert chained.count("citytime_geocoder_requests_total", geocoder="gazetteer", outcome="found") == 1
    chained = Chained(FUZZY, ONLINE)
    chained.resolve()
    assert chained.count("citytime_resolutions_total", source="gazetteer", match="fuzzy") == 0
    assert chained.count("citytime_resolutions_total", source="nominatim", match="exact") == 1
    chained = Chained(UNKNOWN)
    chained.error()
    assert chained.count("citytime_geocoder_requests_total", geocoder="gazetteer", outcome="not_found") == 1


def test_everything_but_names_is_the_gazetteers() -> None:
    async def scenario() -> None:
        chained = Chained(EXACT, OUT)
        chain = chained.chain
        assert (await chain.search(PlaceQuery("lis")))[0].match.kind is MatchKind.PREFIX
        assert len(await chain.nearest(Point(1.0, 2.0), 3)) == 3
        assert (await chain.place("geonames:1", "pt")).name == "geonames:1 pt"
        assert await chain.version() == "2026-01"

    asyncio.run(scenario())


def test_only_the_gazetteer_decides_whether_we_are_ready() -> None:
    async def scenario() -> None:
        chained = Chained(EXACT, OUT)
        await chained.chain.ping()
        chained.gazetteer.out = True
        with pytest.raises(Unavailable):
            await chained.chain.ping()

    asyncio.run(scenario())


def test_close_closes_every_link() -> None:
    chained = Chained(EXACT, ONLINE, PHOTON)
    asyncio.run(chained.chain.close())
    assert [link.closed for link in chained.online] == [True, True]


async def lisbon_time(point: Point) -> str:
    return "Europe/Lisbon"


def built(local: FakeGazetteer | None, **settings: Any) -> GeocoderChain:
    return build_chain(Settings(**settings), local, lisbon_time, Metrics())


def test_the_default_is_the_gazetteer_alone() -> None:
    assert asyncio.run(built(FakeGazetteer(EXACT)).resolve(PlaceQuery("lisbon"))) is EXACT


def test_the_default_does_not_even_import_geopy() -> None:
    code = """
import sys
from citytime.geocoder.chain import build_chain
from citytime.geocoder.local_link import NoGazetteer
from citytime.settings import Settings
from citytime.telemetry import Metrics
build_chain(Settings(), NoGazetteer(), None, Metrics())
sys.exit("geopy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"geocoders": ("gazetteer", "nominatum")}, "CITYTIME_GEOCODERS: 'nominatum'.*did you mean nominatim"),
        ({"geocoder_options": {"nominatum": {}}}, "CITYTIME_GEOCODER_OPTIONS: 'nominatum'"),
        ({"geocoders": ("opencage",), "geocoder_options": {"opencage": {"proxies": {}}}}, "OPTIONS: opencage.*api_key"),
    ],
    ids=["name", "options for nobody", "options missing"],
)
def test_wrong_settings_are_told_by_name(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        built(FakeGazetteer(EXACT), **settings)


def test_a_gazetteer_that_is_configured_must_be_there() -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_GEOCODERS"):
        built(None)


def test_online_geocoders_are_asked_in_the_configured_order() -> None:
    async def scenario() -> None:
        porto = feature("Porto", 41.1494512, -8.6107884)
        async with (
            FakeNominatim(status(500), answers()) as nominatim,
            FakeNominatim(says({"features": [porto]})) as photon,
        ):
            chain = built(
                FakeGazetteer(FUZZY),
                geocoders=("gazetteer", "nominatim", "photon"),
                geocoder_options={"nominatim": nominatim.options, "photon": photon.options},
                geocoder_rate=1000.0,
            )
            found = await chain.resolve(PlaceQuery("porto"))
            assert found.best.place.id == "photon:relation/5400890"
            assert [len(server.requests) for server in (nominatim, photon)] == [2, 1]
            await chain.close()

    asyncio.run(scenario())


def test_a_fuzzy_answer_comes_in_time_though_every_online_geocoder_hangs() -> None:
    async def scenario() -> None:
        async with FakeNominatim(hangs) as nominatim, FakeNominatim(hangs) as photon:
            chain = built(
                FakeGazetteer(FUZZY),
                geocoders=("gazetteer", "nominatim", "photon"),
                geocoder_options={"nominatim": nominatim.options, "photon": photon.options},
                request_timeout=1.0,
            )
            async with asyncio.timeout(1.0):
                assert await chain.resolve(PlaceQuery("lisbn")) is FUZZY
            await chain.close()

    asyncio.run(scenario())


def test_without_a_gazetteer_only_names_are_known() -> None:
    async def scenario() -> None:
        async with FakeNominatim(answers(LISBON)) as server:
            chain = built(None, geocoders=("nominatim",), geocoder_options={"nominatim": server.options})
            assert (await chain.resolve(PlaceQuery("lisbon"))).best.place.timezone == "Europe/Lisbon"
            assert await chain.search(PlaceQuery("lis")) == []
            assert await chain.nearest(Point(38.7, -9.1), 5) == []
            for place_id in ("geonames:1", "nominatim:way/1"):
                with pytest.raises(UnknownPlace):
                    await chain.place(place_id)
            with pytest.raises(UnknownPlace):
                await chain.resolve(PlaceQuery("iata:LIS"))
            assert await chain.version() == "none"
            await chain.ping()
            await chain.close()

    asyncio.run(scenario())

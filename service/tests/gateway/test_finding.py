from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from citytime.domain import MatchKind, PlaceQuery, Resolution
from citytime.errors import DeadlineExceeded, InvalidInput, Unavailable, UnknownPlace, UnknownZone
from citytime.gateway.cache import Cache
from citytime.gateway.catalogue import Catalogue
from citytime.gateway.finding import Finder, Found
from citytime.gateway.query import Options
from citytime.telemetry import Metrics
from citytime.timezones.service import LocalTimeZones
from tests.fakes.dependencies import LISBON, PARIS, PARIS_TX, SINGAPORE, FailingGeocoder, FakeGeocoder, LonelyGeocoder

TIMEZONES = LocalTimeZones()


def finder(geocoder: FakeGeocoder | None = None) -> Finder:
    geocoder, metrics = geocoder or FakeGeocoder(), Metrics()
    cache: Cache[PlaceQuery, Resolution] = Cache("resolutions", 10, metrics)
    return Finder(geocoder, TIMEZONES, Catalogue(geocoder, TIMEZONES, metrics), cache)


def find(text: str, geocoder: FakeGeocoder | None = None, options: Options | None = None) -> Found:
    return asyncio.run(finder(geocoder).find(text, options or Options()))


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("EUROPE/LISBON", "Europe/Lisbon"),
        (" america/new york ", "America/New_York"),
        ("america/new-york", "America/New_York"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("Etc/GMT-5", "Etc/GMT-5"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("etc/gmt 5", "Etc/GMT+5"),
        ("US/Pacific", "US/Pacific"),
        ("UTC", "UTC"),
        ("est5edt", "EST5EDT"),
    ],
)
def test_a_zone_is_found_by_its_name(text: str, zone: str) -> None:
    found = find(text)
    assert (found.zone, found.place, found.match.kind, found.match.source) == (zone, None, MatchKind.ZONE, "tzdata")


def test_a_zone_of_one_word_is_the_place_of_that_name_where_that_keeps_its_time() -> None:
    found = find("singapore")
    assert (found.place, found.match.kind) == (SINGAPORE, MatchKind.EXACT)


def test_a_zone_of_one_word_is_a_zone_where_no_place_fits() -> None:
    assert find("Japan").match.kind is MatchKind.ZONE


@pytest.mark.parametrize(
    "fail", [lambda: Unavailable("out", "geocoder"), lambda: DeadlineExceeded("late"), lambda: UnknownPlace("none")]
)
def test_a_zone_of_one_word_is_known_while_the_geocoder_is_out(fail: Callable[[], Exception]) -> None:
    assert find("Singapore", FailingGeocoder(fail)).zone == "Singapore"


def test_a_wrong_option_is_an_error_also_where_a_zone_would_be_found() -> None:
    with pytest.raises(InvalidInput):
        find("Singapore", FailingGeocoder(lambda: InvalidInput("no such country", "country")))


def test_what_begins_like_a_zone_is_no_place() -> None:
    with pytest.raises(UnknownZone) as caught:
        find("Europe/Lisbn")
    assert "Europe/Lisbon" in caught.value.suggestions


def test_a_name_with_a_slash_may_be_a_place() -> None:
    geocoder = FakeGeocoder()
    with pytest.raises(UnknownPlace):
        find("paris/texas", geocoder)
    assert [query.text for query in geocoder.asked] == ["paris/texas"]


def test_coordinates_have_their_zone_and_the_nearest_place() -> None:
    found = find("38.7,-9.1", options=Options(limit=2))
    assert (found.zone, found.place) == ("Europe/Lisbon", LISBON)
    assert (found.match.kind, found.match.source) == (MatchKind.COORDINATES, "boundaries")
    assert found.distance_km == pytest.approx(4.1, abs=0.2)
    assert len(found.alternatives) == 2
    assert not found.ambiguous


def test_coordinates_without_a_place_near_have_their_zone() -> None:
    found = find("0,-140", LonelyGeocoder())
    assert (found.zone, found.place, found.alternatives) == ("Etc/GMT+9", None, ())


def test_coordinates_off_the_earth_are_an_error_and_no_name() -> None:
    with pytest.raises(InvalidInput):
        find("91,0")


def test_a_name_is_the_geocoders_to_choose() -> None:
    found = find("paris")
    assert (found.place, found.zone, found.ambiguous) == (PARIS, "Europe/Paris", True)
    assert [candidate.place for candidate in found.alternatives] == [PARIS_TX]


def test_a_resolution_is_asked_for_once() -> None:
    geocoder = FakeGeocoder()

    async def scenario() -> None:
        one = finder(geocoder)
        for _ in range(3):
            await one.find("lisbon", Options())
        await one.find("lisbon", Options(lang="pt"))

    asyncio.run(scenario())
    assert [query.lang for query in geocoder.asked] == [None, "pt"]


def test_an_online_geocoders_resolution_is_not_ours_to_keep() -> None:
    geocoder = FakeGeocoder(source="nominatim")

    async def scenario() -> None:
        one = finder(geocoder)
        for _ in range(3):
            await one.find("lisbon", Options())

    asyncio.run(scenario())
    assert len(geocoder.asked) == 3

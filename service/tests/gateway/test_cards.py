"""What postcards say of what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from citytime.domain import Clock, Match, MatchKind, Place, Point, Zone
from citytime.gateway.cards import can_be_written, postcard
from citytime.gateway.finding import Found
from tests.fakes.dependencies import LISBON, PARIS, SINGAPORE

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXACT = Match(MatchKind.EXACT, 1.0, "gazetteer")


def lines(found: Found, zone: Zone | None = None) -> tuple[str, str, Point | None]:
    card = postcard(found, zone, Clock(found.zone, 3600, "X", False, None, None), AT)
    assert (card.zone, card.at, card.offset) == (found.zone, AT, 3600)
    return card.title, card.subtitle, card.point


def of(place: Place) -> Found:
    return Found("query", place.timezone, EXACT, place=place)


def test_a_city_has_its_name_its_region_and_its_country() -> None:
    assert lines(of(PARIS)) == ("Paris", "Île-de-France, France", PARIS.point)
    assert lines(of(LISBON)) == ("Lisbon", "Portugal", LISBON.point)


def test_what_says_the_same_is_left_out() -> None:
    assert lines(of(SINGAPORE)) == ("Singapore", "", SINGAPORE.point)
    assert lines(of(replace(PARIS, region="Paris", country="France"))) == ("Paris", "France", PARIS.point)
    assert lines(of(replace(PARIS, region="France"))) == ("Paris", "France", PARIS.point)


def test_a_position_is_called_by_the_city_that_it_is_in() -> None:
    here = Point(38.7, -9.1)
    assert lines(replace(of(LISBON), point=here, distance_km=4.0)) == ("Lisbon", "Portugal", here)


def test_a_position_far_from_all_cities_is_called_by_its_degrees() -> None:
    there = Point(-38.724, 179.996)
    found = replace(of(LISBON), point=there, distance_km=1234.5)
    assert lines(found) == ("38.72° S, 180.00° E", "1234 km from Lisbon, Portugal", there)
    assert lines(replace(found, place=None, distance_km=None)) == ("38.72° S, 180.00° E", "", there)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (Zone("Europe/Lisbon", "Europe/Lisbon", ("PT",), LISBON.point), ("Lisbon", "Europe", LISBON.point)),
        (
            Zone("America/Argentina/Rio_Gallegos", "", ("AR",), LISBON.point, "Santa Cruz (SC)"),
            ("Rio Gallegos", "Santa Cruz (SC)", LISBON.point),
        ),
        (Zone("Etc/GMT+5", "Etc/GMT+5"), ("GMT+5", "Etc", None)),
        (Zone("UTC", "Etc/UTC"), ("UTC", "", None)),
    ],
)
def test_a_zone_is_called_by_its_city(zone: Zone, expected: tuple[str, str, Point | None]) -> None:
    assert lines(Found("query", zone.name, EXACT), zone) == expected


def test_a_zone_that_nothing_is_known_of_has_a_plain_sky() -> None:
    assert lines(Found("query", "Europe/Kyiv", EXACT)) == ("Kyiv", "Europe", None)


def test_no_line_is_longer_than_the_contract_allows() -> None:
    title, subtitle, _ = lines(of(replace(PARIS, name="x" * 300, region="y" * 300)))
    assert (len(title), len(subtitle)) == (200, 200)


@pytest.mark.parametrize(("name", "can"), [("São Paulo", True), ("Москва", True), ("東京", False), ("القاهرة", False)])
def test_only_some_scripts_can_be_written(name: str, can: bool) -> None:
    for named in ({"name": name}, {"region": name}, {"country": name}):
        assert can_be_written(of(replace(PARIS, **named))) is can
    assert can_be_written(Found("query", "UTC", EXACT))

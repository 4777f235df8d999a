"""Airports: their codes, and the towns that they are named for."""

from __future__ import annotations

import pytest

from citytime.domain import PlaceKind
from citytime.geocoder.compile.airports import read_airports
from citytime.geocoder.compile.records import Country, Source, SourcePlace
from citytime.geocoder.ranking import NameKind


@pytest.fixture(scope="module")
def portugal() -> tuple[dict[str, SourcePlace], dict[str, int], dict[str, SourcePlace]]:
    lisbon = SourcePlace(1, "Lisbon", 38.725, -9.15, "PT", "PT.14", 517_802)
    hamlet = SourcePlace(2, "Lisbon", 38.8, -9.1, "PT", "PT.14", 500)
    countries = {"PT": Country("PT", "PRT", "Portugal", "Lisbon", 10_000_000)}
    source = Source([hamlet, lisbon], {"PT.14": "Lisbon"}, countries, "test")
    airports, codes = read_airports(source)
    return {airport.code: airport for airport in airports}, codes, {"lisbon": lisbon, "hamlet": hamlet}


Portugal = tuple[dict[str, SourcePlace], dict[str, int], dict[str, SourcePlace]]


def test_an_airport_is_a_place_with_its_codes(portugal: Portugal) -> None:
    airports, codes, _ = portugal
    lisbon = airports["iata:LIS"]
    assert (lisbon.name, lisbon.kind, lisbon.country, lisbon.region) == (
        "Lisbon Portela Airport",
        PlaceKind.AIRPORT,
        "PT",
        "PT.14",
    )
    assert codes["iata:LIS"] == codes["icao:LPPT"] == lisbon.key < 0
    assert lisbon.names["lis"] is NameKind.CODE


def test_airports_of_unknown_countries_are_left_out(portugal: Portugal) -> None:
    airports, codes, _ = portugal
    assert {airport.country for airport in airports.values()} == {"PT"}
    assert "iata:JFK" not in codes
    assert set(codes.values()) == {airport.key for airport in airports.values()}


def test_the_largest_town_of_the_name_that_is_near_is_marked(portugal: Portugal) -> None:
    airports, _, cities = portugal
    assert cities["lisbon"].served
    assert not cities["hamlet"].served
    assert not airports["iata:LIS"].served
    assert "lisbon" not in airports["iata:LIS"].names


def test_an_airport_stands_for_a_town_that_there_is_not(portugal: Portugal) -> None:
    airports, _, _ = portugal
    assert airports["iata:FAO"].names["faro"] is NameKind.OFFICIAL
    assert airports["iata:FAO"].served

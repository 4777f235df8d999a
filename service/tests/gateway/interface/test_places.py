"""`/v1/places`, `/v1/places/{id}`, `/v1/nearest` and `/v1/timezone`."""

from __future__ import annotations

import pytest

from citytime.domain import Point, distance_km
from tests.gateway.interface.client import Client


def names(client: Client, **query: object) -> list[str]:
    return [place["name"] for place in client.time("/v1/places", **query)["places"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("lisb", "Lisbon"), ("new yo", "New York City"), ("münch", "Munich"), ("東", "Tokyo"), ("s", "")],
)
def test_a_search_completes_what_is_typed(client: Client, typed: str, found: str) -> None:
    answer = client.time("/v1/places", q=typed)
    assert answer["query"] == typed
    assert found in [place["name"] for place in answer["places"]] or not found
    assert {place["match"]["kind"] for place in answer["places"]} <= {"exact", "alternate", "prefix", "fuzzy", "code"}


def test_a_search_is_ranked(client: Client) -> None:
    places = client.time("/v1/places", q="paris")["places"]
    assert (places[0]["country_code"], places[0]["match"]["kind"]) == ("FR", "exact")
    assert len(places) == 10


def test_a_search_finds_misspellings(client: Client) -> None:
    assert "Lisbon" in names(client, q="lisbn")


def test_a_search_is_steered(client: Client) -> None:
    assert len(names(client, q="san", limit=3)) == 3
    places = client.time("/v1/places", q="paris", country="US")["places"]
    assert {place["country_code"] for place in places} == {"US"}
    near = client.time("/v1/places", q="springfield", near="37.2,-93.3")["places"][0]
    assert (near["region"], near["distance_km"] < 50) == ("Missouri", True)
    assert "Lisboa" in names(client, q="lisboa", lang="pt")


@pytest.mark.parametrize("q", ["zzzzqqqqxxxx", "---", '"', "*", "a AND b", "NEAR(", "'; --", "%00", "\U0001f30d"])
def test_a_search_may_find_nothing_and_breaks_nothing(client: Client, q: str) -> None:
    assert isinstance(names(client, q=q), list)


@pytest.mark.parametrize(
    ("place_id", "zone"),
    [
        ("geonames:2267057", "Europe/Lisbon"),
        ("country:PT", "Europe/Lisbon"),
        ("region:US.TX", "America/Chicago"),
        ("region:PT.23", "Atlantic/Azores"),
        ("zone:America/Adak", "America/Adak"),
        ("iata:LIS", "Europe/Lisbon"),
    ],
)
def test_a_place_is_told_by_its_id(client: Client, place_id: str, zone: str) -> None:
    facts = client.time(f"/v1/places/{place_id}")
    assert facts["place"]["id"] == place_id
    assert facts["timezone"] == facts["place"]["timezone"] == zone
    assert facts["local_time"].endswith(facts["utc_offset"])


def test_a_place_is_told_in_a_language(client: Client) -> None:
    assert client.time("/v1/places/geonames:2267057", lang="de")["place"]["name"] == "Lissabon"


def test_every_id_found_can_be_asked_for(client: Client) -> None:
    for place in client.time("/v1/places", q="porto", limit=20)["places"]:
        asked = client.time(f"/v1/places/{place['id']}")["place"]
        assert asked == {name: place[name] for name in asked}


@pytest.mark.parametrize(
    "place_id", ["geonames:1", "geonames:-1", "lisbon", "geonames:" + "9" * 300, "%00", "iata:", ":"]
)
def test_an_id_of_nothing_is_not_found(client: Client, place_id: str) -> None:
    assert client.get(f"/v1/places/{place_id}").status in (400, 404)


# -- points -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lng"),
    [(38.72, -9.14), (0, 180), (0, -180), (-16.8, 179.99), (-16.8, -179.99), (89.9, 0), (-89.9, 77), (90, 0), (-90, 0)],
)
def test_the_nearest_come_nearest_first(client: Client, lat: float, lng: float) -> None:
    facts = client.time("/v1/nearest", lat=lat, lng=lng, limit=5)
    distances = [place["distance_km"] for place in facts["places"]]
    assert len(distances) == 5
    assert distances == sorted(distances)
    for place in facts["places"]:
        real = distance_km(Point(lat, lng), Point(place["latitude"], place["longitude"]))
        assert place["distance_km"] == pytest.approx(real, abs=0.06)
    assert facts["coordinates"] == {"latitude": lat, "longitude": lng}


def test_the_nearest_are_found_across_the_antimeridian(client: Client) -> None:
    """Taveuni in Fiji lies on it: the same cities are near from either side."""
    west, east = (
        [place["id"] for place in client.time("/v1/nearest", lat=-16.8, lng=lng, limit=8)["places"]]
        for lng in (179.999, -179.999)
    )
    assert west == east
    longitudes = {place["longitude"] > 0 for place in client.time("/v1/nearest", lat=-16, lng=180, limit=30)["places"]}
    assert longitudes == {True, False}


def test_all_meridians_meet_at_a_pole(client: Client) -> None:
    ids = [
        {place["id"] for place in client.time("/v1/nearest", lat=90, lng=lng, limit=5)["places"]}
        for lng in (0, 90, -180)
    ]
    assert ids[0] == ids[1] == ids[2]


@pytest.mark.parametrize(
    ("lat", "lng", "zone"),
    [
        (38.72, -9.14, "Europe/Lisbon"),
        (0, -140, "Etc/GMT+9"),
        (0, 0, "Etc/GMT"),
        (-30, 80, "Etc/GMT-5"),
        (52.5, 13.4, "Europe/Berlin"),
        (-48.9, -123.4, "Etc/GMT+8"),
    ],
)
def test_a_point_has_a_zone_at_sea_too(client: Client, lat: float, lng: float, zone: str) -> None:
    assert client.time("/v1/timezone", lat=lat, lng=lng)["timezone"] == zone


@pytest.mark.parametrize(("lat", "lng"), [(90, 0), (-90, 0), (0, 180), (0, -180), (90, 180), (-90, -180)])
def test_edges_of_the_map_have_a_zone(client: Client, lat: float, lng: float) -> None:
    assert client.time("/v1/timezone", lat=lat, lng=lng)["timezone"]


def test_a_points_clock_is_told_at_a_moment(client: Client) -> None:
    facts = client.time("/v1/timezone", lat=38.72, lng=-9.14, at="2026-07-01T12:00Z")
    assert (facts["local_time"], facts["dst"]) == ("2026-07-01T13:00:00+01:00", True)


@pytest.mark.parametrize("route", ["/v1/nearest", "/v1/timezone"])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "lat"),
        ({"lat": 1}, "lng"),
        ({"lng": 1}, "lat"),
        ({"lat": 91, "lng": 0}, "lat"),
        ({"lat": 0, "lng": 181}, "lng"),
        ({"lat": "x", "lng": 0}, "lat"),
        ({"lat": "nan", "lng": 0}, "lat"),
        ({"lat": 0, "lng": "inf"}, "lng"),
        ({"lat": "", "lng": 0}, "lat"),
    ],
)
def test_a_wrong_point_is_refused(client: Client, route: str, query: dict[str, object], parameter: str) -> None:
    answer = client.get(route, **query)
    assert (answer.status, answer.json["parameter"]) == (400, parameter)

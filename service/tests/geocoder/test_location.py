from __future__ import annotations

import json
from typing import Any

import pytest
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Place, PlaceKind
from citytime.geocoder.location import read
from tests.fakes.nominatim import LISBON, feature, place


def nominatim(raw: dict[str, Any]) -> Place | None:
    """What is read of one of Nominatim's places, by way of geopy's own parser."""
    return read("nominatim", Nominatim(user_agent="tests", proxies={})._parse_code(raw))


def photon(raw: dict[str, Any]) -> Place | None:
    return read("photon", Photon(proxies={})._parse_resource(raw))


def test_a_place_of_nominatim_is_read_whole() -> None:
    assert nominatim(LISBON) == Place(
        id="nominatim:relation/5400890",
        name="Lisbon",
        region="Lisboa",
        country="Portugal",
        country_code="PT",
        latitude=38.7077507,
        longitude=-9.1365919,
        population=0,
        timezone="",
    )


def test_a_place_of_photon_is_read_whole() -> None:
    raw = feature("Porto", 41.1494512, -8.6107884, state="Norte", country="Portugal", countrycode="PT", type="city")
    assert photon(raw) == Place(
        id="photon:relation/5400890",
        name="Porto",
        region="Norte",
        country="Portugal",
        country_code="PT",
        latitude=41.1494512,
        longitude=-8.6107884,
        population=0,
        timezone="",
    )


def test_countries_and_states_are_told_from_cities() -> None:
    country = nominatim(place("Portugal", "39.6", "-7.8", addresstype="country"))
    state = photon(feature("Texas", 31.2, -98.5, type="state"))
    assert country
    assert country.kind is PlaceKind.COUNTRY
    assert state
    assert state.kind is PlaceKind.REGION


def test_without_a_name_the_address_begins_with_one() -> None:
    found = nominatim(place("", "38.7", "-9.1", display_name="Lisboa, Portugal"))
    assert found
    assert found.name == "Lisboa"


@pytest.mark.parametrize(
    "changes",
    [
        {"osm_id": "12"},
        {"osm_id": -1},
        {"osm_id": True},
        {"osm_id": 10**30},
        {"osm_id": None},
        {"osm_type": "planet"},
        {"osm_type": "wheel"},
        {"osm_type": ["way"]},
        {"osm_type": None},
    ],
    ids=str,
)
def test_without_an_osm_id_the_position_is_the_id(changes: dict[str, Any]) -> None:
    found = nominatim(place("Lisbon", "38.7077507", "-9.1365919", **changes))
    assert found
    assert found.id == "nominatim:38.70775,-9.13659"


@pytest.mark.parametrize(
    ("lat", "lng"),
    [(None, None), (None, "2.35"), ("48.85", "376"), ("48.85", "-180.5"), (True, "2.35"), ("0", "0")],
    ids=str,
)
def test_a_position_that_the_service_did_not_state_is_not_believed(lat: Any, lng: Any) -> None:
    assert nominatim(place("Paris", lat, lng)) is None


@pytest.mark.parametrize(("lat", "lng"), [(None, None), (None, 2.35), (48.85, 361.0)], ids=str)
def test_nor_is_one_of_photon(lat: Any, lng: Any) -> None:
    assert photon(feature("Paris", lat, lng)) is None


def test_positions_stated_in_one_string_count() -> None:
    raw = {"Point": {"pos": "37.617698 55.755864"}, "name": "Moscow"}
    assert read("yandex", Location("Moscow", (55.755864, 37.617698), raw))


@pytest.mark.parametrize("name", [5, [], {}, "x" * 201, "\n", "\u202e"], ids=repr)
def test_a_place_without_a_usable_name_is_left_out(name: Any) -> None:
    assert nominatim(place(name, "38.7", "-9.1", display_name=name)) is None


def test_names_are_one_printable_line() -> None:
    found = nominatim(place("Lis\x00bon \t\x1b[31m\nSet-Cookie: x", "38.7", "-9.1"))
    assert found
    assert found.name == "Lis bon [31m"


def test_a_country_code_has_two_letters_or_is_none() -> None:
    for code in ("prt", "p1", "ß", 7, None, ["pt"]):
        found = nominatim(place("Lisbon", "38.7", "-9.1", address={"country_code": code, "state": code}))
        assert found
        assert found.country_code is None


numbers = st.floats() | st.integers() | st.sampled_from(["38.7", "-9.1", "nan", "inf", "1e999", "", "x"])
junk = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)
keys = st.sampled_from(["name", "display_name", "osm_type", "osm_id", "address", "properties", "type", "addresstype"])


@given(raw=st.dictionaries(keys, junk, max_size=6), lat=st.floats(-90, 90), lng=st.floats(-180, 180), name=junk)
def test_no_answer_makes_it_fail_and_no_place_is_off_the_map(
    raw: dict[str, Any], lat: float, lng: float, name: Any
) -> None:
    raw["position"] = [lat, lng]
    found = read("any", Location("" if name is None else name, (lat, lng), raw))
    if found:
        assert -90 <= found.latitude <= 90
        assert -180 <= found.longitude <= 180
        assert found.name.isprintable()
        json.dumps([found.id, found.region, found.country]).encode()

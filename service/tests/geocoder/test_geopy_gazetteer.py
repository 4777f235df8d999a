"""The gazetteer behind geopy's own interface, and with geopy's own tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from citytime.geocoder.geopy_gazetteer import GazetteerGeocoder


@pytest.fixture(scope="module")
def geocoder(small_gazetteer: Path) -> Iterator[GazetteerGeocoder]:
    with GazetteerGeocoder(small_gazetteer) as opened:
        yield opened


def test_it_is_a_geopy_geocoder(geocoder: GazetteerGeocoder) -> None:
    assert isinstance(geocoder, Geocoder)


def test_a_name_has_its_address_and_position(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.geocode("lisboa")
    assert isinstance(found, Location)
    assert found.address == "Lisbon, Portugal"
    assert (found.latitude, found.longitude) == pytest.approx((38.72, -9.14), abs=0.1)
    assert found.raw["place"]["timezone"] == "Europe/Lisbon"


def test_all_that_a_name_may_mean_comes_as_a_list(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.geocode("springfield", exactly_one=False, limit=3)
    assert isinstance(found, list)
    assert len(found) == 3


def test_a_misspelling_is_found_and_nonsense_is_none(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.geocode("lisbn")
    assert isinstance(found, Location)
    assert found.raw["match"]["kind"] == "fuzzy"
    assert geocoder.geocode("qqqqqqqqqq") is None
    assert geocoder.geocode("iata:QQQ") is None


def test_a_country_that_is_none_is_a_query_error(geocoder: GazetteerGeocoder) -> None:
    with pytest.raises(GeocoderQueryError, match="atlantis"):
        geocoder.geocode("lisbon", country_codes="atlantis")


def test_a_position_has_its_nearest_city(geocoder: GazetteerGeocoder) -> None:
    found = geocoder.reverse((38.7, -9.1))
    assert isinstance(found, Location)
    assert found.raw["place"]["country_code"] == "PT"


def test_geopys_rate_limiter_takes_it(geocoder: GazetteerGeocoder) -> None:
    limited = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    assert limited("lisbon").address == "Lisbon, Portugal"

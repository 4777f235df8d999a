"""Areas: countries, regions and the places that time zones are named for, each standing at its main city.

They are what a list of cities lacks: *Azores*, *Maldives*, *Puerto Rico*, *Kamchatka*, *Texas*. An area's clock is
that of its capital or, without one, of its largest city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from citytime.domain import PlaceKind
from citytime.geocoder.compile.cldr import Names, written_variants
from citytime.geocoder.compile.records import Source, SourcePlace
from citytime.geocoder.compile.wheel import read_table
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind
from citytime.timezones.zones import ZoneRow, canonical

COUNTRY_KEY, REGION_KEY, ZONE_KEY = -1_000, -10_000, -50_000
"""Keys of areas go down from these."""

AREA_PROMINENCE = 100_000
"""Stands for the population of a zone's area: islands and territories outweigh villages of their name."""

EVERYDAY = {
    "AE": ("UAE",),
    "BA": ("Bosnia",),
    "CD": ("DR Congo", "DRC", "Congo Kinshasa"),
    "CI": ("Ivory Coast",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Britain", "Great Britain"),
    "KR": ("Korea",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "NL": ("Holland",),
    "SZ": ("Swaziland",),
    "TR": ("Turkey",),
    "US": ("USA", "America", "U.S.", "U.S.A."),
    "VA": ("Vatican",),
}
"""What people call countries, where neither GeoNames nor CLDR does."""


def mark_capitals(source: Source) -> None:
    """Mark each country's capital, the most populous place of the country that has the capital's name."""
    named: dict[str, dict[str, list[SourcePlace]]] = defaultdict(lambda: defaultdict(list))
    capitals = {code: compact(fold(country.capital)) for code, country in source.countries.items()}
    for place in source.places:
        wanted = capitals.get(place.country)
        if not wanted:
            continue
        if compact(fold(place.name)) == wanted:
            named[place.country]["primary"].append(place)
        elif any(compact(fold(name)) == wanted for name, _ in place.names):
            named[place.country]["alternate"].append(place)
    for found in named.values():
        candidates = found["primary"] or found["alternate"]
        max(candidates, key=lambda place: place.population).capital = True


def country_places(source: Source, territories: Names) -> list[SourcePlace]:
    """Each country at its capital, or its largest place where it has none in the data."""
    main: dict[str, SourcePlace] = {}
    for place in source.places:
        best = main.get(place.country)
        if best is None or (place.capital, place.population) > (best.capital, best.population):
            main[place.country] = place
    areas = []
    for number, (code, country) in enumerate(sorted(source.countries.items())):
        if code not in main:
            continue
        labels = territories.get(code, {})
        names = [(variant, NameKind.OFFICIAL) for name in labels.values() for variant in written_variants(name)]
        names += [(name, NameKind.OFFICIAL) for name in EVERYDAY.get(code, ())]
        names.append((country.code3, NameKind.CODE))
        area = _at(main[code], COUNTRY_KEY - number, country.name, PlaceKind.COUNTRY, f"country:{code}")
        area.population, area.names, area.labels = country.population, names, labels
        areas.append(area)
    return areas


def region_places(source: Source) -> list[SourcePlace]:
    """Each region at its largest place, but for regions that are their largest place (Tokyo, Kyiv City)."""
    main: dict[str, SourcePlace] = {}
    for place in source.places:
        if place.region not in main or place.population > main[place.region].population:
            main[place.region] = place
    areas = []
    for number, (code, name) in enumerate(sorted(source.regions.items())):
        if code in main and compact(fold(name)) != compact(fold(main[code].name)):
            area = _at(main[code], REGION_KEY - number, name, PlaceKind.REGION, f"region:{code}")
            area.region, area.prominence = code, main[code].population
            areas.append(area)
    return areas


def zone_places(
    cities: list[SourcePlace], larger: list[SourcePlace], zones: Names, rows: Iterable[ZoneRow]
) -> list[SourcePlace]:
    """Give CLDR's names of zones' cities to the places they name, and make areas of the rest.

    The place is the largest city of the zone and its countries with the zone's name; else the country or region in
    `larger` of that name (Maldives, Kamchatka), else the city with that alternate name (Kyiv for Europe/Kiev). Where
    there is none of these, the name is that of an area (Easter Island).
    """
    table = {row.name: row for row in rows}
    entries: dict[str, dict[str, str]] = defaultdict(dict)
    for zone, labels in zones.items():
        name = zone if zone in table else canonical(zone)
        if name in table:
            entries[name] = labels | entries[name]
    wanted = {key for zone in table for key in _keys(zone, entries[zone])}
    own, other = _by_name(cities, wanted)
    areas_own, _ = _by_name(larger, wanted)
    areas = []
    for number, (zone, row) in enumerate(sorted(table.items())):
        labels = entries[zone]
        names = [(variant, NameKind.OFFICIAL) for name in labels.values() for variant in written_variants(name)]
        place = next(
            (
                max(found, key=lambda place: place.population or place.prominence)
                for index in (own, areas_own, other)
                if (found := [p for key in _keys(zone, labels) for p in index[key] if _within(p, row)])
            ),
            None,
        )
        if place is not None:
            place.names += names
            place.labels = labels | place.labels
        elif row.point:
            areas.append(
                SourcePlace(
                    key=ZONE_KEY - number,
                    name=labels.get("en") or zone.rpartition("/")[2].replace("_", " "),
                    latitude=row.point.latitude,
                    longitude=row.point.longitude,
                    country=row.countries[0],
                    region="",
                    population=0,
                    kind=PlaceKind.AREA,
                    code=f"zone:{zone}",
                    zone=zone,
                    prominence=AREA_PROMINENCE,
                    names=names,
                    labels=labels,
                )
            )
    return areas


def _within(place: SourcePlace, row: ZoneRow) -> bool:
    return place.country in row.countries and canonical(place.zone) == row.canonical


def _by_name(places: list[SourcePlace], wanted: set[str]) -> tuple[dict[str, list[SourcePlace]], ...]:
    """Places by those of their compact names that are wanted: by their own names, and by their other names."""
    own: dict[str, list[SourcePlace]] = defaultdict(list)
    other: dict[str, list[SourcePlace]] = defaultdict(list)
    for place in places:
        own[compact(fold(place.name))].append(place)
        for key in {compact(fold(name)) for name, _ in place.names} & wanted:
            other[key].append(place)
    return own, other


def qualifiers(source: Source, territories: Names) -> set[tuple[str, str, str | None]]:
    """What may qualify a name: (compact key, country, region code or None for the whole country)."""
    found: set[tuple[str, str, str | None]] = set()
    for code, country in source.countries.items():
        labels = [v for name in territories.get(code, {}).values() for v in written_variants(name)]
        for name in (code, country.code3, country.name, *EVERYDAY.get(code, ()), *labels):
            found.add((compact(fold(name)), code, None))
    by_name = {(code.partition(".")[0], name): code for code, name in source.regions.items()}
    for region, name in source.regions.items():
        country_code, _, own = region.partition(".")
        found.add((compact(fold(name)), country_code, region))
        if not own.isdigit():
            found.add((compact(fold(own)), country_code, region))
    for country_code, own, name in read_table("region_codes.tsv"):
        if (country_code, name) in by_name:
            found.add((compact(fold(own)), country_code, by_name[country_code, name]))
    return {entry for entry in found if entry[0]}


def _keys(zone: str, labels: dict[str, str]) -> set[str]:
    names = [zone.rpartition("/")[2]]
    if "en" in labels:
        names.append(labels["en"])
    return {compact(fold(name)) for name in names}


def _at(place: SourcePlace, key: int, name: str, kind: PlaceKind, code: str) -> SourcePlace:
    return SourcePlace(
        key=key,
        name=name,
        latitude=place.latitude,
        longitude=place.longitude,
        country=place.country,
        region="",
        population=0,
        kind=kind,
        code=code,
        zone=place.zone,
    )

"""Areas: countries, regions and the places that time zones are named for, each standing at its main city.

They are what a list of cities lacks: *Azores*, *Maldives*, *Puerto Rico*, *Kamchatka*, *Texas*. An area's clock is
that of its capital or, without one, of its largest city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from citytime.domain import PlaceKind, Zone
from citytime.geocoder.compile.cldr import Names, written_variants
from citytime.geocoder.compile.records import Source, SourcePlace
from citytime.geocoder.compile.wheel import read_table
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind
from citytime.timezones.zones import canonical

COUNTRY_KEY, REGION_KEY, ZONE_KEY = -1_000, -10_000, -50_000
"""Keys of areas go down from these."""

AREA_PROMINENCE = 10_000
"""Stands for the population of a zone's area: with its names in many languages, an island outweighs a village."""

MIN_LANGUAGES = 3
"""Languages that must share a name in Latin letters for it to be more than one name of many."""

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
    """Mark the capital of each country where the source does not: the largest place that has the capital's name."""
    marked = {place.country for place in source.places if place.capital}
    capitals = {
        code: compact(fold(country.capital)) for code, country in source.countries.items() if code not in marked
    }
    named: dict[str, list[SourcePlace]] = defaultdict(list)
    for place in source.places:
        if place.country in capitals and capitals[place.country] in place.called():
            named[place.country].append(place)
    for code, places in named.items():
        max(places, key=lambda p: (compact(fold(p.name)) == capitals[code], p.population)).capital = True


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
        area = _at(main[code], COUNTRY_KEY - number, country.name, PlaceKind.COUNTRY, f"country:{code}")
        area.population, area.labels = country.population, territories.get(code, {})
        _call(area, area.labels)
        for name in EVERYDAY.get(code, ()):
            area.call(name, NameKind.OFFICIAL)
        area.call(country.code3, NameKind.CODE)
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


def zone_places(source: Source, larger: list[SourcePlace], zones: Names, rows: Iterable[Zone]) -> list[SourcePlace]:
    """Give the zones' own names and CLDR's names of them to the places they name, and make areas of the rest.

    The place is the largest city of the zone and its countries with the zone's name; else the largest of the countries
    and regions of that name in `larger` (Maldives, Kamchatka) and of the cities called so (New York City). Where there
    is none of these, the name is that of an area (Easter Island).
    """
    table = {row.name: row for row in rows}
    wanted = {key for zone in table for key in _keys(zone, zones.get(zone, {}))}
    named, called = _by_name(source.places, larger, wanted)
    areas = []
    for number, (zone, row) in enumerate(sorted(table.items())):
        labels = zones.get(zone, {})
        keys = _keys(zone, labels)
        place = _largest(named, keys, row) or _largest(called, keys, row)
        last = zone.rpartition("/")[2].replace("_", " ")
        if place is None and row.point:
            country = source.countries.get(row.countries[0])
            place = SourcePlace(
                key=ZONE_KEY - number,
                name=labels.get("en") or last,
                latitude=row.point.latitude,
                longitude=row.point.longitude,
                country=row.countries[0],
                region="",
                population=0,
                kind=PlaceKind.AREA,
                code=f"zone:{zone}",
                zone=zone,
                prominence=AREA_PROMINENCE if country and country.population else 0,
            )
            areas.append(place)
        if place is not None:
            place.labels = labels | place.labels
            place.call(last, NameKind.OFFICIAL)
            _call(place, labels)
    return areas


ByName = dict[str, list[SourcePlace]]


def _largest(places: ByName, keys: set[str], row: Zone) -> SourcePlace | None:
    """The largest of the places with one of the names that lie in a zone and its countries; cities before regions."""
    found = [
        place
        for key in keys
        for place in places[key]
        if place.country in row.countries and canonical(place.zone) == row.canonical
    ]
    return max(found, key=lambda p: (p.population or p.prominence, p.kind is PlaceKind.CITY), default=None)


def _by_name(cities: list[SourcePlace], larger: list[SourcePlace], wanted: set[str]) -> tuple[ByName, ByName]:
    """By those of their compact names that are wanted: cities by their own; areas by their own, cities by all."""
    named: ByName = defaultdict(list)
    called: ByName = defaultdict(list)
    for city in cities:
        named[compact(fold(city.name))].append(city)
        for key in city.called() & wanted:
            called[key].append(city)
    for area in larger:
        called[compact(fold(area.name))].append(area)
    return named, called


def qualifiers(source: Source, territories: Names) -> set[tuple[str, str, str | None]]:
    """What may qualify a name: (compact key, country, region code or None for the whole country)."""
    found: set[tuple[str, str, str | None]] = set()
    for code, country in source.countries.items():
        names = _written(territories.get(code, {}))
        for name in (code, country.code3, country.name, *EVERYDAY.get(code, ()), *names):
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


def _call(place: SourcePlace, labels: dict[str, str]) -> None:
    """Give a place its names by CLDR: official if English or shared by languages, else just another name.

    In one language or two, *Kota* is Qatar and *Male* is Mali, which nobody means who does not speak it.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for lang, name in labels.items():
        for variant in written_variants(name):
            users[variant].add(lang)
    for name, langs in users.items():
        official = "en" in langs or len(langs) >= MIN_LANGUAGES or not name.isascii()
        place.call(name, NameKind.OFFICIAL if official else NameKind.ALTERNATE)


def _written(labels: dict[str, str]) -> Iterator[str]:
    return (variant for name in labels.values() for variant in written_variants(name))


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

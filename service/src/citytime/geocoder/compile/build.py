"""The compiler: sources in, one SQLite file out, with a report of what is worth knowing."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from citytime.domain import PlaceKind
from citytime.geocoder.compile import areas, cldr
from citytime.geocoder.compile.airports import name_towns, read_airports
from citytime.geocoder.compile.database import Contents, write
from citytime.geocoder.compile.dump import read_dump
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.compile.wheel import read_wheel
from citytime.geocoder.compile.zones import ZoneDifference, differences, find_zones
from citytime.geocoder.ranking import importance
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.zones import country_zones, tzdata_version

REPORTED_POPULATION = 15_000

# Areas and airports share their name with the city that is meant as a rule: what they weigh less than their
# population would make them, in powers of ten.
HANDICAP = {
    PlaceKind.CITY: 0.0,
    PlaceKind.COUNTRY: 0.0,
    PlaceKind.REGION: 1.5,
    PlaceKind.AREA: 0.0,
    PlaceKind.AIRPORT: 0.5,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a build made."""

    path: Path
    version: str
    places: int
    names: int
    differences: list[ZoneDifference]


def build(target: Path, dump: Path | None, progress: Progress) -> Report:
    """Compile the geo database to `target` from the wheels, or from a folder with GeoNames' dump files.

    Raises DataError, leaving `target` as it was, where a source is missing, damaged or truncated.
    """
    # A million small objects that all stay: looking for cycles among them again and again doubles the time.
    gc.disable()
    try:
        return _build(target, dump, progress)
    finally:
        gc.enable()


def _build(target: Path, dump: Path | None, progress: Progress) -> Report:
    source = read_dump(dump, progress) if dump else progress.stage("Reading GeoNames", read_wheel)
    cities = source.places
    zones, territories = progress.stage("Reading CLDR", lambda: cldr.read_cldr(cldr.languages()))
    airports, codes = read_airports()
    finder = ZoneFinder()
    find_zones(finder, progress.track("Finding time zones", cities))
    find_zones(finder, airports)
    airports = [airport for airport in airports if airport.country in source.countries]
    areas.mark_capitals(source)
    larger = [*areas.country_places(source, territories), *areas.region_places(source)]
    zone_areas = areas.zone_places(cities, larger, zones, country_zones())
    name_towns(airports, cities)
    places = [*cities, *zone_areas, *larger, *airports]
    known = {place.key for place in airports}
    codes = {code: key for code, key in codes.items() if key in known}
    codes |= {place.code: place.key for place in places if place.code}
    weigh(places)
    built = datetime.now(UTC)
    names = sum(1 + len(place.names) for place in places)
    meta = {
        "version": source.version,
        "cldr": cldr.cldr_version(),
        "tzdata": tzdata_version(),
        "boundaries": finder.boundaries_version(),
        "built": built.isoformat(timespec="seconds"),
        "places": str(len(places)),
        "names": str(names),
    }
    contents = Contents(
        places=places,
        codes=codes,
        regions=source.regions,
        countries=source.countries,
        qualifiers=areas.qualifiers(source, territories),
        country_labels=territories,
        meta=meta,
    )
    write(target, contents, progress)
    return Report(target, source.version, len(places), names, differences(cities, REPORTED_POPULATION, built))


def weigh(places: list[SourcePlace]) -> None:
    """Set each place's importance."""
    for place in places:
        known_as = len({name for name, _ in place.names}) if place.kind in (PlaceKind.CITY, PlaceKind.COUNTRY) else 0
        place.importance = importance(place.population or place.prominence, known_as) - HANDICAP[place.kind]

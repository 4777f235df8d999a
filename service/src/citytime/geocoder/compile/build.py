"""The compiler: sources in, one SQLite file out, with a report of what is worth knowing."""

from __future__ import annotations

import gc
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from citytime.domain import PlaceKind
from citytime.errors import DataError
from citytime.geocoder.compile import areas, cldr
from citytime.geocoder.compile.airports import read_airports
from citytime.geocoder.compile.database import Contents, write
from citytime.geocoder.compile.dump import read_dump
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.compile.report import ZoneDifference, differences
from citytime.geocoder.compile.wheel import read_wheel
from citytime.geocoder.compile.zones import find_zones
from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.ranking import importance
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.zones import country_zones, tzdata_version

KEPT = 0.8
"""The least share of the cities and their names in an old file that a new one must have."""

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


def build(target: Path, dump: Path | None, progress: Progress, *, force: bool = False) -> Report:
    """Compile the geo database to `target` from the wheels, or from a folder with GeoNames' dump files.

    Raises DataError, leaving `target` as it was, where a source is missing, damaged or truncated; also where it has far
    less than what `target` holds already, unless `force` is set.
    """
    # A million small objects that all stay: looking for cycles among them again and again doubles the time.
    gc.disable()
    try:
        return _build(target, dump, progress, force)
    finally:
        gc.enable()


def _build(target: Path, dump: Path | None, progress: Progress, force: bool) -> Report:
    source = read_dump(dump, progress) if dump else read_wheel(progress)
    cities = source.places
    amounts = {"cities": len(cities), "city_names": sum(len(city.names) for city in cities)}
    if not force:
        _refuse_loss(target, source.version, amounts)
    airports, codes = progress.stage("Reading airports", lambda: read_airports(source))
    zones, territories = progress.stage("Reading CLDR", lambda: cldr.read_cldr(cldr.languages()))
    finder = ZoneFinder()
    find_zones(finder, progress.track("Finding time zones", [*cities, *airports]))
    areas.mark_capitals(source)
    larger = [*areas.country_places(source, territories), *areas.region_places(source)]
    zone_areas = areas.zone_places(source, larger, zones, country_zones())
    places = [*cities, *zone_areas, *larger, *airports]
    codes |= {place.code: place.key for place in places if place.code}
    weigh(places)
    built = datetime.now(UTC)
    names = sum(len(place.names) for place in places)
    meta = {
        "version": source.version,
        "cldr": cldr.cldr_version(),
        "tzdata": tzdata_version(),
        "boundaries": finder.boundaries_version(),
        "built": built.isoformat(timespec="seconds"),
        "places": str(len(places)),
        "names": str(names),
        **{key: str(amount) for key, amount in amounts.items()},
    }
    contents = Contents(
        places=places,
        codes=codes,
        regions=source.regions,
        countries=source.countries,
        qualifiers=areas.qualifiers(source, territories),
        meta=meta,
    )
    write(target, contents, progress)
    apart = progress.stage("Comparing time zones", lambda: differences(cities, finder, built))
    return Report(target, source.version, len(places), names, apart)


def _refuse_loss(target: Path, source: str, amounts: dict[str, int]) -> None:
    """Raise DataError where the new data has far less than what it would replace: it is cut off, then, as a rule."""
    try:
        with closing(Gazetteer(target)) as old:
            known = old.meta
    except DataError:
        return  # nothing that is of use
    for key, new in amounts.items():
        had, what = int(known.get(key, 0)), key.replace("_", " ")
        if new < KEPT * had:
            raise DataError(
                f"{source} has {new:,} {what}, and {target} has {had:,} already: the new data looks cut off, "
                "and the file was left as it was; to replace it all the same: citytime gazetteer build --force"
            )


def weigh(places: list[SourcePlace]) -> None:
    """Set each place's importance."""
    for place in places:
        weight = importance(place.population or place.prominence, len(place.names))
        place.importance = round(weight - HANDICAP[place.kind], 3)

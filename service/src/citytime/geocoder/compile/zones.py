"""Zones of places, and how they compare with what the source says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from citytime.domain import Point
from citytime.geocoder.compile.records import SourcePlace
from citytime.timezones.clock import clock
from citytime.timezones.finder import ZoneFinder


@dataclass(frozen=True, slots=True)
class ZoneDifference:
    """A place whose clock by its position differs from the clock that its source names."""

    place: SourcePlace
    ours: str
    theirs: str


def find_zones(finder: ZoneFinder, places: Iterable[SourcePlace]) -> None:
    """Set each place's zone by its position."""
    for place in places:
        place.zone = finder.zone_at(Point(place.latitude, place.longitude))


@lru_cache(maxsize=4096)
def same_clock(zone: str, other: str, around: datetime) -> bool:
    """Whether two zones' clocks agree for twelve months before and after a moment (aware), looked at daily."""
    if zone == other:
        return True
    days = (around + timedelta(days=n) for n in range(-365, 366))
    return all(clock(zone, day).offset == clock(other, day).offset for day in days)


def differences(places: Iterable[SourcePlace], population: int, around: datetime | None = None) -> list[ZoneDifference]:
    """Places of at least `population` whose clock differs from that of the source's own zone field."""
    around = around or datetime.now(UTC)
    found = []
    for place in places:
        if place.source_zone and place.population >= population:
            try:
                same = same_clock(place.zone, place.source_zone, around)
            except LookupError:
                same = False
            if not same:
                found.append(ZoneDifference(place, place.zone, place.source_zone))
    return sorted(found, key=lambda difference: -difference.place.population)

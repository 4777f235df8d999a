"""Zones of places by their position, and whether two zones' clocks agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from citytime.domain import Point
from citytime.geocoder.compile.records import SourcePlace
from citytime.timezones.clock import clock
from citytime.timezones.finder import ZoneFinder

AROUND = timedelta(days=365)
"""How long before and after a moment clocks must agree to count as the same."""


def find_zones(finder: ZoneFinder, places: Iterable[SourcePlace]) -> None:
    """Set each place's zone by its position."""
    for place in places:
        place.zone = finder.zone_at(Point(place.latitude, place.longitude))


@lru_cache(maxsize=4096)
def same_clock(zone: str, other: str, around: datetime) -> bool:
    """Whether two zones' clocks agree for twelve months before and after a moment (aware)."""
    return not any(spells_apart(zone, other, around - AROUND, around + AROUND))


def spells_apart(zone: str, other: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spells from `start` to `end` (aware) in which two zones' clocks differ; one after another, in order."""
    since = None
    at = start
    while at < end:
        here, there = clock(zone, at), clock(other, at)
        apart = here.offset != there.offset
        if apart and since is None:
            since = at
        elif not apart and since is not None:
            yield since, at
            since = None
        at = min([end, *(transition.at for transition in (here.next, there.next) if transition)])
    if since is not None:
        yield since, end

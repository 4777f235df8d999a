"""The zone report: large places whose clock differs from the one that GeoNames has for them, and why ours stands.

Our zone is that of the position, by the boundaries of timezone-boundary-builder; GeoNames' is a field of the place.
The reasons are derived from those boundaries and from tzdata's zone.tab.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from citytime.domain import EARTH_RADIUS_KM, Point, Zone
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.compile.zones import AROUND, same_clock, spells_apart
from citytime.timezones.clock import clock
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.zones import canonical, country_zones, find_zone, zone_row

REPORTED_POPULATION = 15_000

EARLIEST = datetime(1850, 1, 1, tzinfo=UTC)
"""Before all zones' first transitions: clocks kept local mean time."""

BEARINGS = 48
FIRST_RING_KM, RING_GROWTH, LAST_RING_KM = 0.2, 1.25, 500.0
"""Where points are sampled around a place: on rings, each a quarter wider than the last."""


@dataclass(frozen=True, slots=True)
class ZoneDifference:
    """A place whose clock by its position differs from the clock that its source names.

    `now` is whether it does at the moment of the comparison, or only at other times within twelve months of it; `when`
    says when, `why` why ours stands.
    """

    place: SourcePlace
    ours: str
    theirs: str
    now: bool
    when: str
    why: str


def differences(places: Iterable[SourcePlace], finder: ZoneFinder, at: datetime) -> list[ZoneDifference]:
    """The differing places of REPORTED_POPULATION and more: those that differ now, at `at` (aware), first."""
    found = []
    for place in places:
        if place.population < REPORTED_POPULATION or not place.source_zone:
            continue
        theirs = find_zone(place.source_zone)
        if theirs is None or not same_clock(place.zone, theirs, at):
            now = theirs is None or clock(place.zone, at).offset != clock(theirs, at).offset
            when = _when(place.zone, theirs, at) if theirs else "always"
            why = _why(place, theirs, finder) if theirs else f"tzdata has no zone {place.source_zone}"
            found.append(ZoneDifference(place, place.zone, place.source_zone, now, when, why))
    return sorted(found, key=lambda difference: (not difference.now, -difference.place.population))


def as_text(found: list[ZoneDifference]) -> str:
    """The report as two tables, a reason under each row."""
    lines = []
    for now, title in ((True, "differ today"), (False, "differ at other times within twelve months")):
        group = [difference for difference in found if difference.now is now]
        lines.append(
            f"{len(group)} places of {REPORTED_POPULATION:,} and more inhabitants {title} from GeoNames' zone field:"
        )
        rows = [("place", "inhabitants", "ours", "GeoNames'", "when")]
        rows += [
            (f"{d.place.name}, {d.place.country}", f"{d.place.population:,}", d.ours, d.theirs, d.when) for d in group
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for number, (name, population, ours, theirs, when) in enumerate(rows if group else []):
            cells = (name.ljust(widths[0]), population.rjust(widths[1]), ours.ljust(widths[2]), theirs.ljust(widths[3]))
            lines.append(f"  {'  '.join(cells)}  {when}".rstrip())
            if number:
                lines.append(f"      {group[number - 1].why}")
        lines.append("")
    return "\n".join(lines)


def _when(ours: str, theirs: str, at: datetime) -> str:
    """When two zones' clocks differ: since when where they do now, else the spells of the twelve months around."""
    spells: list[tuple[datetime, datetime]] = []
    for start, end in spells_apart(ours, theirs, EARLIEST, at + AROUND):
        # Neighbours that change an hour apart agree for that hour, twice a year: that is no end of a difference.
        joined = spells and start - spells[-1][1] < timedelta(days=1)
        spells.append((spells.pop()[0] if joined else start, end))
    for start, end in spells:
        if start <= at < end:
            return "always" if start == EARLIEST else f"since {start:%Y-%m-%d}"
    recent = [(max(start, at - AROUND), end) for start, end in spells if end > at - AROUND]
    return ", ".join(f"{start:%Y-%m-%d} to {end - timedelta(seconds=1):%Y-%m-%d}" for start, end in recent)


def _why(place: SourcePlace, theirs: str, finder: ZoneFinder) -> str:
    ours, other = _listed(place.country, place.zone), _listed(place.country, theirs)
    release = f"the boundaries of {finder.boundaries_version()}"
    away = _distance_to(finder, Point(place.latitude, place.longitude), theirs)
    nearest = f"{theirs} begins {away:.1f} km away" if away else f"{theirs} is nowhere within {LAST_RING_KM:g} km"
    if ours is None:
        countries = ", ".join(zone_row(place.zone).countries) or "no country"
        return (
            f"by {release} the position lies across the border, in {place.zone} ({countries}), "
            f"which zone.tab does not give to {place.country}; {nearest}"
        )
    inside = f"by {release} the position lies inside {place.zone}{_comment(ours)}"
    if other is None:
        return f"{inside}; zone.tab does not give {theirs} to {place.country}, and {nearest}"
    return f"{inside}; {nearest}{_comment(other)}"


def _listed(country: str, zone: str) -> Zone | None:
    """The row of a country's zone in zone.tab."""
    own = [row for row in country_zones() if country in row.countries]
    return next((row for row in own if zone == row.name or canonical(zone) == row.canonical), None)


def _comment(row: Zone) -> str:
    return f", in zone.tab “{row.comment}”" if row.comment else ""


def _distance_to(finder: ZoneFinder, point: Point, zone: str) -> float | None:
    """Kilometres to the nearest point found with a zone; None where none is found within LAST_RING_KM."""
    inner, outer = 0.0, FIRST_RING_KM
    while inner < LAST_RING_KM:
        for bearing in (360 * n / BEARINGS for n in range(BEARINGS)):
            if finder.zone_at(_going(point, bearing, outer)) == zone:
                for _ in range(8):
                    middle = (inner + outer) / 2
                    reached = finder.zone_at(_going(point, bearing, middle)) == zone
                    inner, outer = (inner, middle) if reached else (middle, outer)
                return outer
        inner, outer = outer, outer * RING_GROWTH
    return None


def _going(point: Point, bearing: float, km: float) -> Point:
    """Where one gets to along a great circle, `bearing` in degrees clockwise from north."""
    latitude, course, arc = math.radians(point.latitude), math.radians(bearing), km / EARTH_RADIUS_KM
    there = math.asin(math.sin(latitude) * math.cos(arc) + math.cos(latitude) * math.sin(arc) * math.cos(course))
    east = math.atan2(
        math.sin(course) * math.sin(arc) * math.cos(latitude), math.cos(arc) - math.sin(latitude) * math.sin(there)
    )
    longitude = (point.longitude + math.degrees(east) + 540) % 360 - 180
    return Point(math.degrees(there), longitude)

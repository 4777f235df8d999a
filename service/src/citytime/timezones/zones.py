"""The zones there are: their names, links, countries and positions, from the tables of the `tzdata` wheel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rapidfuzz.distance import OSA

from citytime.domain import Point, Zone
from citytime.errors import DataError, UnknownZone
from citytime.timezones.tzif import TZDATA, ZONEINFO

_SUGGESTIONS = 3
_RESEMBLANCE = 0.7  # of 1; below it, names share letters by chance
_COORDINATES = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


@cache
def all_zones() -> tuple[str, ...]:
    """All zone names, links included, sorted; without `Factory`, which says that no zone is set."""
    names = (TZDATA / "zones").read_text(encoding="utf-8").split()
    return tuple(sorted(name for name in names if name != "Factory"))


def find_zone(name: str) -> str | None:
    """The zone of that name in its proper spelling, whatever the case: `europe/LISBON` is `Europe/Lisbon`."""
    return _by_lower_case().get(name.lower())


def require_zone(name: str) -> str:
    """As `find_zone`, but raises UnknownZone with up to three names that resemble the one given."""
    zone = find_zone(name)
    if zone is None:
        raise UnknownZone(f"no time zone is named {name[:64]!r}", _resembling(name.lower().replace(" ", "_")[:64]))
    return zone


def _resembling(name: str) -> tuple[str, ...]:
    """The zones that a name in lower case is most like, whole (`europe/lisbom`) or to their last part (`lisbom`)."""
    likeness = {
        zone: max(OSA.normalized_similarity(name, lower), OSA.normalized_similarity(name, lower.rpartition("/")[2]))
        for lower, zone in _by_lower_case().items()
    }
    best = sorted(likeness, key=lambda zone: -likeness[zone])[:_SUGGESTIONS]
    return tuple(zone for zone in best if likeness[zone] >= _RESEMBLANCE)


@cache
def links() -> Mapping[str, str]:
    """Names that are links, each with the canonical zone that it stands for."""
    rows = (line.split() for line in _tzdata_zi().splitlines() if line.startswith("L "))
    targets = {name: target for _, target, name in rows}
    return {name: targets.get(target, target) for name, target in targets.items()}


def canonical(zone: str) -> str:
    """The zone that a link stands for; any other zone itself."""
    return links().get(zone, zone)


@cache
def tzdata_version() -> str:
    """The IANA release of the zones, such as `2026f`."""
    found = re.match(r"# version (\S+)", _tzdata_zi())
    if not found:
        raise DataError("the tzdata package is damaged: tzdata.zi has no version; install it again")
    return found[1]


def zone_row(zone: str) -> Zone:
    """What the tables say of a zone, named exactly as in `all_zones()`.

    A zone that zone1970.tab lists has the countries that share its clock since 1970; one of zone.tab only, its own
    country; a link of neither, those of its canonical zone.
    """
    main = canonical(zone)
    for table, name in (("zone1970.tab", zone), ("zone.tab", zone), ("zone1970.tab", main), ("zone.tab", main)):
        if name in _table(table):
            countries, point, comment = _table(table)[name]
            return Zone(zone, main, countries, point, comment)
    return Zone(zone, main)


def country_zones() -> tuple[Zone, ...]:
    """The zones that zone.tab lists: each that a country's people choose from, by the name they would choose."""
    return tuple(
        Zone(zone, canonical(zone), countries, point, comment)
        for zone, (countries, point, comment) in _table("zone.tab").items()
    )


@cache
def _table(name: str) -> Mapping[str, tuple[tuple[str, ...], Point, str | None]]:
    text = (ZONEINFO / name).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {
        zone: (tuple(countries.split(",")), _point(place), comment[0] if comment else None)
        for countries, place, zone, *comment in rows
    }


def _point(text: str) -> Point:
    """ISO 6709 degrees, minutes and perhaps seconds: `+3843-00908`, `+404251-0740023`."""
    found = _COORDINATES.fullmatch(text)
    if not found:
        raise DataError(f"the tzdata package is damaged: {text!r} is no position; install it again")

    def degrees(sign: str, whole: str, minutes: str, seconds: str | None) -> float:
        value = int(whole) + int(minutes) / 60 + int(seconds or 0) / 3600
        return round(-value if sign == "-" else value, 5)

    parts = found.groups()
    return Point(degrees(*parts[:4]), degrees(*parts[4:]))


@cache
def _by_lower_case() -> Mapping[str, str]:
    return {name.lower(): name for name in all_zones()}


@cache
def _tzdata_zi() -> str:
    return (ZONEINFO / "tzdata.zi").read_text(encoding="utf-8")

"""The zone report: which places differ, when, and why ours stands."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

import pytest

from citytime.domain import Point
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.compile.report import REPORTED_POPULATION, ZoneDifference, as_text, differences
from citytime.geocoder.compile.zones import find_zones
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.zones import zone_row

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FINDER = ZoneFinder()


def place(name: str, country: str, point: tuple[float, float], theirs: str, population: int = 50_000) -> SourcePlace:
    return SourcePlace(1, name, *point, country, "", population, source_zone=theirs)


def compared(*places: SourcePlace) -> list[ZoneDifference]:
    find_zones(FINDER, places)
    return differences(places, FINDER, NOW)


LISBON = place("Lisbon", "PT", (38.725, -9.15), "Europe/Lisbon")
VINCENNES = place("Vincennes", "US", (38.67727, -87.52863), "America/Chicago", 18_012)
SOKHUMI = place("Sokhumi", "GE", (43.00697, 40.9893), "Europe/Moscow", 65_439)
HEKOU = place("Hekou", "CN", (22.53851, 104.01109), "Asia/Shanghai", 44_998)
NAVA = place("Nava", "MX", (28.42247, -100.76677), "America/Monterrey", 22_192)


def test_agreeing_places_are_not_reported() -> None:
    assert compared(LISBON, place("Porto", "PT", (41.15, -8.61), "Europe/London")) == []


@pytest.mark.parametrize("changes", [{"population": REPORTED_POPULATION - 1}, {"theirs": ""}])
def test_small_places_and_those_without_a_zone_of_their_own_are_not_reported(changes: dict[str, object]) -> None:
    assert compared(place("Vincennes", "US", (38.67727, -87.52863), **({"theirs": "America/Chicago"} | changes))) == []  # type: ignore[arg-type]


def test_those_that_differ_now_come_first_then_the_largest() -> None:
    found = compared(NAVA, VINCENNES, SOKHUMI, LISBON)
    assert [(difference.place.name, difference.now) for difference in found] == [
        ("Sokhumi", True),
        ("Vincennes", True),
        ("Nava", False),
    ]


def test_zones_of_one_country_are_told_apart_by_zone_tabs_comments_and_the_boundaries() -> None:
    (found,) = compared(VINCENNES)
    assert (found.ours, found.theirs) == ("America/Indiana/Vincennes", "America/Chicago")
    assert f"the boundaries of {FINDER.boundaries_version()}" in found.why
    assert f"inside America/Indiana/Vincennes, in zone.tab “{zone_row(found.ours).comment}”" in found.why
    assert f"America/Chicago begins 0.7 km away, in zone.tab “{zone_row(found.theirs).comment}”" in found.why


def test_a_zone_of_another_country_in_the_source_is_said_to_be_one() -> None:
    (found,) = compared(SOKHUMI)
    assert "zone.tab does not give Europe/Moscow to GE, and Europe/Moscow begins 4" in found.why


def test_a_position_across_the_border_is_admitted_with_the_distance() -> None:
    (found,) = compared(HEKOU)
    assert found.ours == "Asia/Bangkok"
    assert "across the border, in Asia/Bangkok (TH" in found.why
    assert "which zone.tab does not give to CN; Asia/Shanghai begins 0." in found.why


def test_what_is_said_of_the_distance_is_true() -> None:
    (found,) = compared(NAVA)
    said = re.search(r"begins ([\d.]+) km", found.why)
    assert said is not None
    distance = float(said[1])
    assert found.theirs not in zones_at(NAVA, 0.97 * distance)
    assert found.theirs in zones_at(NAVA, 1.03 * distance)


def zones_at(one: SourcePlace, km: float) -> set[str]:
    """The zones on a circle around a place, on the plane."""
    north, east = km / 111.2, km / 111.2 / math.cos(math.radians(one.latitude))
    angles = (math.radians(degree) for degree in range(360))
    return {
        FINDER.zone_at(Point(one.latitude + north * math.cos(angle), one.longitude + east * math.sin(angle)))
        for angle in angles
    }


@pytest.mark.parametrize(
    ("one", "when"),
    [
        (VINCENNES, "since 2007-11-04"),
        (SOKHUMI, "since 2014-10-25"),
        (HEKOU, "always"),
        (NAVA, "2026-03-08 to 2026-11-01, 2027-03-14 to 2027-11-07"),
    ],
)
def test_it_is_said_when_the_clocks_differ(one: SourcePlace, when: str) -> None:
    (found,) = compared(one)
    assert found.when == when


def test_a_zone_that_there_is_not_differs_always() -> None:
    (found,) = compared(place("Lisbon", "PT", (38.725, -9.15), "Europe/Atlantis"))
    assert (found.now, found.when, found.why) == (True, "always", "tzdata has no zone Europe/Atlantis")


def test_the_text_has_a_table_a_group_and_a_reason_a_row() -> None:
    lines = as_text(compared(VINCENNES, SOKHUMI, NAVA)).splitlines()
    assert lines[0] == "2 places of 15,000 and more inhabitants differ today from GeoNames' zone field:"
    assert lines[1].split() == ["place", "inhabitants", "ours", "GeoNames'", "when"]
    assert lines[2].startswith("  Sokhumi, GE         65,439  Asia/Tbilisi")
    assert lines[3].startswith("      by the boundaries of")
    assert lines[7].startswith("1 places of 15,000")
    columns = {line.index("inhabitants") for line in lines if "inhabitants " in line and "place " in line}
    assert columns


def test_where_nothing_differs_the_text_says_so() -> None:
    assert as_text([]).count("0 places") == 2

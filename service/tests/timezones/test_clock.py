from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from citytime.timezones.clock import clock
from citytime.timezones.tzif import read_zone
from citytime.timezones.zones import all_zones

from .reference import NEGATIVE_SAVING, instants, near_transitions, reference, transitions, unhurried, zones

SECOND = timedelta(seconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def assert_as_reference(zone: str, at: datetime) -> None:
    mine, theirs = clock(zone, at), at.astimezone(reference(zone))
    assert (timedelta(seconds=mine.offset), mine.abbreviation) == (theirs.utcoffset(), theirs.tzname()), (zone, at)
    if zone not in NEGATIVE_SAVING:
        assert mine.dst == bool(theirs.dst()), (zone, at)
    assert mine.covers(at)


@unhurried
@given(zones, instants(1850, 2500))
def test_any_zone_agrees_with_the_standard_library(zone: str, at: datetime) -> None:
    assert_as_reference(zone, at)


@unhurried
@given(zones, instants(2, 9998))
def test_any_zone_agrees_with_the_standard_library_in_far_times(zone: str, at: datetime) -> None:
    assert_as_reference(zone, at)


@unhurried
@given(near_transitions())
def test_any_zone_agrees_with_the_standard_library_near_its_transitions(where: tuple[str, datetime]) -> None:
    assert_as_reference(*where)


def test_every_zone_agrees_with_the_standard_library_at_every_entry_of_its_table() -> None:
    for zone in all_zones():
        for change in read_zone(zone).changes:
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=change.at)
            assert_as_reference(zone, at)
            assert_as_reference(zone, at - SECOND)


def test_every_transition_changes_the_clock_and_links_to_its_neighbours() -> None:
    for zone in all_zones():
        before = clock(zone, utc(1, 1, 1))
        for transition in transitions(zone, utc(1, 1, 1), utc(2045, 1, 1)):
            assert before.next == transition
            assert clock(zone, transition.at - SECOND) == before
            after = clock(zone, transition.at)
            assert after.previous == transition
            assert (before.offset, after.offset) == (transition.offset_before, transition.offset)
            assert (after.abbreviation, after.dst) == (transition.abbreviation, transition.dst)
            assert (before.offset, before.abbreviation, before.dst) != (after.offset, after.abbreviation, after.dst)
            before = after


def test_every_zone_has_a_clock_at_both_ends_of_time() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for zone in all_zones():
        assert clock(zone, first).previous is None
        assert clock(zone, last).next is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"])
def test_a_moment_whose_utc_leaves_datetimes_range_still_has_a_clock(zone: str) -> None:
    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    assert clock(zone, first) == clock(zone, utc(1, 1, 1))
    assert clock(zone, last) == clock(zone, utc(9999, 12, 31, 23))


def test_the_next_transition_is_known_in_far_years() -> None:
    following = clock("Europe/Lisbon", utc(2500, 6, 1)).next
    assert following
    assert (following.at, following.offset, following.abbreviation) == (utc(2500, 10, 31, 1), 0, "WET")


def test_a_zone_that_never_changes_has_no_transitions() -> None:
    tokyo_time = clock("Etc/GMT-9", utc(2026, 7, 1))
    assert (tokyo_time.offset, tokyo_time.abbreviation, tokyo_time.previous, tokyo_time.next) == (
        32400,
        "+09",
        None,
        None,
    )


def test_the_time_before_a_zones_first_transition_is_local_mean_time() -> None:
    lisbon = clock("Europe/Lisbon", utc(1, 1, 1))
    assert (lisbon.offset, lisbon.abbreviation, lisbon.previous) == (-2205, "LMT", None)


@pytest.mark.parametrize(
    ("zone", "at", "offset", "abbreviation", "dst"),
    [
        ("Europe/Dublin", utc(1967, 7, 1), 3600, "IST", True),
        ("Europe/Dublin", utc(1970, 1, 1), 3600, "IST", False),
        ("Europe/Dublin", utc(1985, 1, 1), 0, "GMT", False),
        ("Europe/Dublin", utc(1985, 7, 1), 3600, "IST", True),
        ("Europe/Dublin", utc(2026, 1, 1), 0, "GMT", False),
        ("Europe/Dublin", utc(2026, 7, 1), 3600, "IST", True),
        ("Europe/Dublin", utc(2500, 7, 1), 3600, "IST", True),
        ("Europe/Dublin", utc(2500, 12, 1), 0, "GMT", False),
        ("Africa/Casablanca", utc(2017, 8, 1), 3600, "+01", True),
        ("Africa/Casablanca", utc(2024, 3, 20), 0, "+00", False),
        ("Africa/Casablanca", utc(2024, 7, 1), 3600, "+01", True),
        ("Africa/Windhoek", utc(1993, 7, 1), 7200, "CAT", False),
        ("Africa/Windhoek", utc(2000, 7, 1), 3600, "WAT", False),
        ("Africa/Windhoek", utc(2000, 12, 1), 7200, "CAT", True),
        ("Africa/Windhoek", utc(2026, 7, 1), 7200, "CAT", False),
        ("Europe/Prague", utc(1946, 7, 1), 7200, "CEST", True),
        ("Europe/Prague", utc(1946, 11, 1), 3600, "CET", False),
        ("Europe/Prague", utc(1947, 1, 1), 0, "GMT", False),
        ("Europe/Prague", utc(1947, 3, 1), 3600, "CET", False),
        ("Europe/London", utc(1943, 7, 1), 7200, "BDST", True),
        ("Australia/Lord_Howe", utc(2026, 1, 1), 39600, "+11", True),
        ("Australia/Lord_Howe", utc(2026, 7, 1), 37800, "+1030", False),
        ("Antarctica/Troll", utc(2026, 7, 1), 7200, "+02", True),
        ("Antarctica/Troll", utc(2026, 1, 1), 0, "+00", False),
        ("Pacific/Kiritimati", utc(2026, 1, 1), 50400, "+14", False),
        ("Africa/Monrovia", utc(1971, 1, 1), -2670, "MMT", False),
        ("Africa/Monrovia", utc(1973, 1, 1), 0, "GMT", False),
    ],
)
def test_known_clocks(zone: str, at: datetime, offset: int, abbreviation: str, dst: bool) -> None:
    found = clock(zone, at)
    assert (found.offset, found.abbreviation, found.dst) == (offset, abbreviation, dst)


def test_samoa_skips_the_30th_of_december_2011() -> None:
    before = clock("Pacific/Apia", utc(2011, 12, 30, 9, 59, 59))
    assert before.next
    assert before.next.at == utc(2011, 12, 30, 10)
    assert (before.next.offset_before, before.next.offset) == (-10 * 3600, 14 * 3600)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import LocalKind, LocalMoment
from citytime.errors import InvalidInput
from citytime.timezones.clock import clock
from citytime.timezones.local import locate
from citytime.timezones.zones import all_zones

from .reference import near_transitions, reference, unhurried, zones


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def reading(zone: str, at: datetime) -> datetime:
    """What the zone's clock shows at a moment."""
    return (at + timedelta(seconds=clock(zone, at).offset)).replace(tzinfo=None)


def assert_as_reference(zone: str, local: datetime) -> None:
    first, second = (local.replace(tzinfo=reference(zone), fold=fold) for fold in (0, 1))
    offset, later_offset = first.utcoffset(), second.utcoffset()
    assert offset is not None
    assert later_offset is not None
    found = locate(zone, local)
    assert found.instant == first.astimezone(UTC)
    if offset == later_offset:
        assert (found.kind, found.later) == (LocalKind.UNIQUE, None)
    elif offset < later_offset:
        assert (found.kind, found.later) == (LocalKind.GAP, None)
    else:
        assert (found.kind, found.later) == (LocalKind.OVERLAP, second.astimezone(UTC))


@unhurried
@given(near_transitions())
def test_readings_near_transitions_are_placed_as_the_standard_library_places_them(where: tuple[str, datetime]) -> None:
    zone, at = where
    assert_as_reference(zone, at.replace(tzinfo=None))


@unhurried
@given(zones, st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)))
def test_any_reading_is_placed_as_the_standard_library_places_it(zone: str, local: datetime) -> None:
    assert_as_reference(zone, local)


@unhurried
@given(near_transitions())
def test_what_a_clock_shows_leads_back_to_the_moment(where: tuple[str, datetime]) -> None:
    zone, at = where
    found = locate(zone, reading(zone, at))
    assert found.kind is not LocalKind.GAP
    assert at in (found.instant, found.later)


@unhurried
@given(near_transitions())
def test_a_placed_reading_is_shown_there_or_moved_by_the_length_of_its_gap(where: tuple[str, datetime]) -> None:
    zone, at = where
    local = at.replace(tzinfo=None)
    found = locate(zone, local)
    if found.kind is LocalKind.GAP:
        gap = clock(zone, found.instant).previous
        assert gap
        assert reading(zone, found.instant) - local == timedelta(seconds=gap.offset - gap.offset_before)
    else:
        assert {reading(zone, moment) for moment in (found.instant, found.later) if moment} == {local}


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Lisbon", datetime(2026, 7, 1, 12), LocalMoment(LocalKind.UNIQUE, utc(2026, 7, 1, 11))),
        ("Europe/Lisbon", datetime(2026, 3, 29, 1, 30), LocalMoment(LocalKind.GAP, utc(2026, 3, 29, 1, 30))),
        (
            "Europe/Lisbon",
            datetime(2026, 10, 25, 1, 30),
            LocalMoment(LocalKind.OVERLAP, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        ),
        # Half an hour, and two hours.
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), LocalMoment(LocalKind.GAP, utc(2026, 10, 3, 15, 45))),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 30), LocalMoment(LocalKind.UNIQUE, utc(2026, 10, 3, 15, 30))),
        ("Antarctica/Troll", datetime(2026, 3, 29, 2, 59), LocalMoment(LocalKind.GAP, utc(2026, 3, 29, 2, 59))),
        # A whole day that never was, first and last second and the seconds beside it.
        (
            "Pacific/Apia",
            datetime(2011, 12, 29, 23, 59, 59),
            LocalMoment(LocalKind.UNIQUE, utc(2011, 12, 30, 9, 59, 59)),
        ),
        ("Pacific/Apia", datetime(2011, 12, 30), LocalMoment(LocalKind.GAP, utc(2011, 12, 30, 10))),
        ("Pacific/Apia", datetime(2011, 12, 30, 23, 59, 59), LocalMoment(LocalKind.GAP, utc(2011, 12, 31, 9, 59, 59))),
        ("Pacific/Apia", datetime(2011, 12, 31), LocalMoment(LocalKind.UNIQUE, utc(2011, 12, 30, 10))),
        # A day that was lived twice, when Alaska was bought.
        (
            "America/Juneau",
            datetime(1867, 10, 19),
            LocalMoment(LocalKind.OVERLAP, utc(1867, 10, 18, 8, 57, 41), utc(1867, 10, 19, 8, 57, 41)),
        ),
        # Offsets with seconds.
        ("Africa/Monrovia", datetime(1972, 1, 7, 0, 44, 29), LocalMoment(LocalKind.GAP, utc(1972, 1, 7, 1, 28, 59))),
        (
            "Africa/Monrovia",
            datetime(1972, 1, 6, 23, 59, 59),
            LocalMoment(LocalKind.UNIQUE, utc(1972, 1, 7, 0, 44, 29)),
        ),
        # A change of daylight saving alone moves no reading.
        ("Africa/Casablanca", datetime(2018, 10, 28, 3), LocalMoment(LocalKind.UNIQUE, utc(2018, 10, 28, 2))),
    ],
)
def test_known_readings(zone: str, local: datetime, expected: LocalMoment) -> None:
    assert locate(zone, local) == expected


def test_a_fraction_of_a_second_is_kept() -> None:
    assert locate("Asia/Tokyo", datetime(2026, 7, 1, 9, 0, 0, 1)).instant == utc(2026, 7, 1, 0, 0, 0, 1)
    assert locate("Asia/Tokyo", datetime(1969, 7, 1, 9, 0, 0, 1)).instant == utc(1969, 7, 1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("zone", "local"),
    [("Asia/Tokyo", datetime.min), ("America/New_York", datetime.max), ("Australia/Sydney", datetime.min)],
)
def test_a_moment_beyond_datetimes_range_is_invalid(zone: str, local: datetime) -> None:
    with pytest.raises(InvalidInput, match="outside of the years 1 to 9999") as caught:
        locate(zone, local)
    assert caught.value.parameter == "at"


def test_every_zone_answers_or_refuses_at_both_ends_of_time() -> None:
    for zone in all_zones():
        for local in (datetime.min, datetime.max):
            try:
                found = locate(zone, local)
            except InvalidInput:
                continue
            assert reading(zone, found.instant) == local

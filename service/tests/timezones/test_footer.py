from __future__ import annotations

import io
import struct
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.timezones.footer import DayRule, WeekdayRule, days_to_year, parse_footer
from citytime.timezones.timeline import EPOCH, build
from citytime.timezones.tzif import TimeType, parse, read_zone
from citytime.timezones.zones import all_zones

from .reference import instants, unhurried


def compiled(footer: str, standard: int) -> bytes:
    """A TZif file without changes, whose clock is all in its footer."""
    block = struct.pack(">lbB", standard, 0, 0) + b"STD\0"
    header = struct.pack(">4sc15x6L", b"TZif", b"3", 0, 0, 0, 0, 1, 4)
    return header + block + header + block + f"\n{footer}\n".encode()


def posix(seconds: int) -> str:
    """Seconds east of Greenwich as POSIX writes them, west of it."""
    west = abs(seconds)
    return f"{'-' if seconds > 0 else ''}{west // 3600}:{west // 60 % 60:02}:{west % 60:02}"


@st.composite
def dates(draw: st.DrawFn, first_month: int) -> str:
    """A date of the three months from the given one, with or without a time.

    Not in the notation `n`, nor before March as `Jn`: CPython's zoneinfo is a day off there (POSIX and glibc are not).
    """
    day = first_month * 30 + draw(st.integers(0, 60))
    month, week = first_month + draw(st.integers(0, 2)), draw(st.integers(1, 5))
    text = draw(st.sampled_from([f"M{month}.{week}.{draw(st.integers(0, 6))}", f"J{day}"]))
    time = draw(st.none() | st.integers(-36, 60))
    return text if time is None else f"{text}/{time}"


@st.composite
def footers(draw: st.DrawFn) -> tuple[str, int]:
    """A footer with daylight saving in either half of the year, and its standard offset."""
    standard = draw(st.integers(-12 * 60, 13 * 60)) * 60
    start, end = draw(st.permutations([draw(dates(2)), draw(dates(8))]))
    daylight = draw(st.sampled_from(["", posix(standard + 1800), posix(standard + 7200)]))
    return f"STD{posix(standard)}<+DST>{daylight},{start},{end}", standard


@unhurried
@given(footers(), instants(2, 9998))
def test_any_rule_reads_as_the_standard_library_reads_it(rule: tuple[str, int], at: datetime) -> None:
    data = compiled(*rule)
    clock = build("Test/Rule", parse(data)).clock((at - EPOCH) // timedelta(seconds=1))
    local = at.astimezone(ZoneInfo.from_file(io.BytesIO(data)))
    assert timedelta(seconds=clock.offset) == local.utcoffset()
    assert clock.abbreviation == local.tzname()
    assert clock.covers(at)


def test_every_footer_of_the_wheel_is_understood() -> None:
    footers = {read_zone(zone).footer for zone in all_zones()}
    assert sum(parse_footer(footer) is not None for footer in footers) > 20


def test_a_rule_without_a_second_offset_or_time_saves_an_hour_at_two() -> None:
    rule = parse_footer("EST5EDT,M3.2.0,M11.1.0")
    assert rule
    assert rule.standard == TimeType(-18000, "EST", False)
    assert rule.daylight == TimeType(-14400, "EDT", True)
    assert rule.start == WeekdayRule(3, 2, 0, 7200)


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        (DayRule(59, True, 0), 2024, date(2024, 2, 28)),
        (DayRule(60, True, 0), 2024, date(2024, 3, 1)),
        (DayRule(60, True, 0), 2025, date(2025, 3, 1)),
        (DayRule(365, True, 0), 2024, date(2024, 12, 31)),
        (DayRule(0, False, 0), 2024, date(2024, 1, 1)),
        (DayRule(59, False, 0), 2024, date(2024, 2, 29)),
        (DayRule(59, False, 0), 1900, date(1900, 3, 1)),
        (WeekdayRule(2, 5, 4, 0), 2024, date(2024, 2, 29)),
        (WeekdayRule(12, 1, 0, 0), 2024, date(2024, 12, 1)),
    ],
)
def test_days_are_counted_as_posix_counts_them(rule: DayRule | WeekdayRule, year: int, expected: date) -> None:
    assert date(1970, 1, 1) + timedelta(seconds=rule.seconds(year)) == expected


def test_times_may_be_negative_and_of_several_days() -> None:
    rule = parse_footer("<-02>2<-01>,M3.5.0/-1,J300/167:59:59")
    assert rule
    assert rule.start.time == -3600
    assert rule.end == DayRule(300, True, 167 * 3600 + 59 * 60 + 59)


@pytest.mark.parametrize("footer", ["", "UTC0", "<+0530>-5:30"])
def test_a_footer_without_daylight_saving_is_no_rule(footer: str) -> None:
    assert parse_footer(footer) is None


@pytest.mark.parametrize("footer", ["5", "EST5EDT", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.0", "EST5EDT,X,Y"])
def test_a_footer_that_is_not_understood_is_an_error(footer: str) -> None:
    with pytest.raises(ValueError, match="footer"):
        parse_footer(footer)


@unhurried
@given(st.integers(1, 9999))
def test_days_to_a_year_are_those_of_the_calendar(year: int) -> None:
    assert days_to_year(year) == date(year, 1, 1).toordinal() - date(1970, 1, 1).toordinal()

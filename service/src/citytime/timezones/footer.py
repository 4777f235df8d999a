"""The POSIX TZ rule that a zone follows after the last change of its table (RFC 9636, section 3.3).

Only rules with daylight saving change a clock; a footer without it merely repeats the table's last type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from citytime.timezones.tzif import Change, TimeType

DAY = 86_400
"""Seconds of a day."""

_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_FOOTER = re.compile(
    rf"(?P<std>{_NAME})(?P<std_offset>{_TIME})"
    rf"(?:(?P<dst>{_NAME})(?P<dst_offset>{_TIME})?,(?P<start>[^,]+),(?P<end>[^,]+))?",
    re.ASCII,
)
_DATE = re.compile(
    r"(?:M(?P<month>\d{1,2})\.(?P<week>[1-5])\.(?P<weekday>[0-6])|J(?P<julian>\d{1,3})|(?P<day>\d{1,3}))"
    rf"(?:/(?P<time>{_TIME}))?",
    re.ASCII,
)


def days_to_year(year: int) -> int:
    """Days from 1970-01-01 to January 1 of a year of the proleptic Gregorian calendar, of any year at all.

    `datetime` stops at the years 1 and 9999, but their clocks depend on the rules of the years beyond.
    """
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 - 719_162


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@dataclass(frozen=True, slots=True)
class WeekdayRule:
    """`Mm.w.d/time`: the w-th weekday d (0 is Sunday) of month m, the last one if w is 5."""

    month: int
    week: int
    weekday: int
    time: int

    def seconds(self, year: int) -> int:
        """The moment in that year, in local seconds since 1970-01-01T00:00."""
        leap = _is_leap(year)
        lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        first = days_to_year(year) + sum(lengths[: self.month - 1])
        # 1970-01-01 was a Thursday, 4 where Sunday is 0.
        day = (self.weekday - first - 4) % 7 + 7 * (self.week - 1)
        if day >= lengths[self.month - 1]:
            day -= 7
        return (first + day) * DAY + self.time


@dataclass(frozen=True, slots=True)
class DayRule:
    """`n/time`: day n of the year from 0, or `Jn/time`: day n from 1 in a year whose February 29 is not counted."""

    day: int
    skips_leap_day: bool
    time: int

    def seconds(self, year: int) -> int:
        """The moment in that year, in local seconds since 1970-01-01T00:00."""
        day = self.day
        if self.skips_leap_day:
            day += (_is_leap(year) and day > 59) - 1
        return (days_to_year(year) + day) * DAY + self.time


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Two types that follow each other for ever: `daylight` from each year's `start` to its `end`."""

    standard: TimeType
    daylight: TimeType
    start: WeekdayRule | DayRule
    end: WeekdayRule | DayRule

    def changes(self, year: int) -> tuple[Change, Change]:
        """The two changes of a year, in order."""
        start = Change(self.start.seconds(year) - self.standard.offset, self.daylight)
        end = Change(self.end.seconds(year) - self.daylight.offset, self.standard)
        return (start, end) if start.at < end.at else (end, start)

    def saving_positive(self) -> Rule:
        """The same rule with `dst` where the clock is ahead, also if its "daylight" type is a winter's (Ireland)."""
        if self.daylight.offset >= self.standard.offset:
            return self
        return replace(self, standard=self.standard._replace(dst=True), daylight=self.daylight._replace(dst=False))


@cache
def parse_footer(text: str) -> Rule | None:
    """The rule of a footer, None where it has no daylight saving. Raises ValueError where it is not understood."""
    if not text:
        return None
    found = _FOOTER.fullmatch(text)
    if not found:
        raise ValueError(f"footer {text!r}")
    if not found["dst"]:
        return None
    # POSIX counts offsets west of Greenwich; where the second is missing, daylight saving is an hour.
    standard = -_seconds(found["std_offset"])
    daylight = -_seconds(found["dst_offset"]) if found["dst_offset"] else standard + 3600
    return Rule(
        TimeType(standard, found["std"].strip("<>"), False),
        TimeType(daylight, found["dst"].strip("<>"), True),
        _parse_date(found["start"]),
        _parse_date(found["end"]),
    )


def _parse_date(text: str) -> WeekdayRule | DayRule:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"footer date {text!r}")
    time = _seconds(found["time"] or "2")
    if found["month"]:
        return WeekdayRule(int(found["month"]), int(found["week"]), int(found["weekday"]), time)
    return DayRule(int(found["julian"] or found["day"]), found["julian"] is not None, time)


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = ([int(part) for part in text.lstrip("+-").split(":")] + [0, 0])[:3]
    return sign * (hours * 3600 + minutes * 60 + seconds)

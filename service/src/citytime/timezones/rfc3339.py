"""Moments and offsets as text: RFC 3339, read leniently and written strictly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from citytime.errors import InvalidInput

_EXAMPLE = "write it as 2026-07-01T12:00:00Z, 2026-07-01T12:00:00+02:00, or 2026-07-01T12:00 for local time"
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    # A plus sign in a query string reaches us as a space.
    r"(?P<zone>[Zz]|(?P<sign>[ +-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)?)?"
)


def format_offset(seconds: int) -> str:
    """Seconds east of UTC as `+01:00`; local mean time also has seconds, `-00:44:30`."""
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{rest:02}" if rest else text


def format_local(instant: datetime, offset: int) -> str:
    """An aware moment as an RFC 3339 timestamp at an offset in seconds, `2026-07-01T12:00:00+01:00`.

    A fraction of a second is written where there is one. RFC 3339 has no seconds in offsets, so one that has them is
    rounded to the nearest minute, and the local time with it: the timestamp names the same moment. Raises InvalidInput
    where the local time is outside the years 1 to 9999.
    """
    minutes = (abs(offset) + 30) // 60 * (-1 if offset < 0 else 1)
    try:
        return instant.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    except OverflowError:
        raise InvalidInput(
            f"the local time at {instant.isoformat()} is outside of the years 1 to 9999; {_EXAMPLE}", "at"
        ) from None


def parse_moment(text: str) -> datetime:
    """A moment as people write it: aware and in UTC with an offset, naive without one.

    RFC 3339 with its freedoms (`t`, `z`, a space for the `T`, the leap second `:60`, which is the next second here),
    offsets as `+02:00`, `+0200` or `+02`, seconds and the time of day left out where they are zero. A fraction is cut
    to microseconds. Raises InvalidInput saying what is wrong, with an example.
    """
    shown = repr(text if len(text) <= 40 else text[:40] + "…")
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise InvalidInput(f"{shown} is not a date and time; {_EXAMPLE}", "at")
    year, month, day = (int(part) for part in found["date"].split("-"))
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    leap = second == 60
    try:
        moment = datetime(
            year, month, day, hour, minute, second - leap, int((found["fraction"] or "")[:6].ljust(6, "0"))
        )
    except ValueError as error:
        raise InvalidInput(f"{shown} does not exist: {error}; {_EXAMPLE}", "at") from None
    try:
        moment += timedelta(seconds=leap)
        return moment if found["zone"] is None else moment.replace(tzinfo=_offset(found, shown)).astimezone(UTC)
    except OverflowError:
        raise InvalidInput(f"{shown} is outside of the years 1 to 9999 in UTC; {_EXAMPLE}", "at") from None


def _offset(found: re.Match[str], shown: str) -> timezone:
    if found["sign"] is None:
        return UTC
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours > 23 or minutes > 59:
        raise InvalidInput(f"{shown} has an offset beyond 23:59; {_EXAMPLE}", "at")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if found["sign"] == "-" else offset)

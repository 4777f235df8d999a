from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.errors import InvalidInput
from citytime.timezones.rfc3339 import format_local, format_offset, parse_moment

from .reference import unhurried

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "+00:00"), (3600, "+01:00"), (-12600, "-03:30"), (50400, "+14:00"), (-2670, "-00:44:30"), (-59, "-00:00:59")],
)
def test_offsets_have_seconds_only_where_they_count(seconds: int, text: str) -> None:
    assert format_offset(seconds) == text


@pytest.mark.parametrize(
    ("instant", "offset", "text"),
    [
        (NOON, 0, "2026-07-01T12:00:00+00:00"),
        (NOON, 3600, "2026-07-01T13:00:00+01:00"),
        (NOON, -12600, "2026-07-01T08:30:00-03:30"),
        (NOON.replace(microsecond=5000), 3600, "2026-07-01T13:00:00.005000+01:00"),
        (NOON.astimezone(timezone(timedelta(hours=9))), 3600, "2026-07-01T13:00:00+01:00"),
        (NOON.replace(year=1), 3600, "0001-07-01T13:00:00+01:00"),
        # Local mean time: the nearest minute, and the same moment.
        (NOON, -2205, "2026-07-01T11:23:00-00:37"),
        (NOON, -2670, "2026-07-01T11:15:00-00:45"),
        (NOON, 2669, "2026-07-01T12:44:00+00:44"),
    ],
)
def test_local_time_is_written_in_rfc_3339(instant: datetime, offset: int, text: str) -> None:
    assert format_local(instant, offset) == text


@unhurried
@given(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),
    st.integers(-86_369, 86_369),
)
def test_what_is_written_reads_as_the_same_moment(instant: datetime, offset: int) -> None:
    assert parse_moment(format_local(instant, offset)) == instant


@pytest.mark.parametrize(("instant", "offset"), [(datetime.min, -60), (datetime.max, 60)])
def test_local_time_beyond_datetimes_range_is_invalid(instant: datetime, offset: int) -> None:
    with pytest.raises(InvalidInput, match="outside of the years 1 to 9999") as caught:
        format_local(instant.replace(tzinfo=UTC), offset)
    assert caught.value.parameter == "at"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01T12:00:00Z", NOON),
        ("2026-07-01t12:00:00z", NOON),
        ("2026-07-01 12:00:00Z", NOON),
        (" 2026-07-01T12:00:00Z ", NOON),
        ("2026-07-01T12:00Z", NOON),
        ("2026-07-01T14:00:00+02:00", NOON),
        ("2026-07-01T14:00:00+0200", NOON),
        ("2026-07-01T14:00:00+02", NOON),
        ("2026-07-01T08:30:00-03:30", NOON),
        ("2026-07-01T12:00:00-00:00", NOON),
        # The plus sign of a query string that was not encoded.
        ("2026-07-01T14:00:00 02:00", NOON),
        ("2026-07-01 14:00 0200", NOON),
        ("2026-07-01T12:00:00.5Z", NOON.replace(microsecond=500_000)),
        ("2026-07-01T12:00:00.123456789123456789Z", NOON.replace(microsecond=123_456)),
        ("2026-07-01T11:59:60Z", NOON),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T15:59:60.25-08:00", datetime(2017, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime.max.replace(tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 7, 1)),
        ("2026-07-01T12:00", datetime(2026, 7, 1, 12)),
        ("2026-07-01 12:00:30", datetime(2026, 7, 1, 12, 0, 30)),
        ("2026-07-01T12:00:30.75", datetime(2026, 7, 1, 12, 0, 30, 750_000)),
        ("2024-02-29", datetime(2024, 2, 29)),
    ],
)
def test_moments_are_read_as_people_write_them(text: str, moment: datetime) -> None:
    found = parse_moment(text)
    assert found == moment
    assert found.tzinfo is moment.tzinfo


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a date and time"),
        ("now", "not a date and time"),
        ("1751371200", "not a date and time"),
        ("tomorrow at noon", "not a date and time"),
        ("01/07/2026", "not a date and time"),
        ("2026-7-1", "not a date and time"),
        ("2026-07-01T12", "not a date and time"),
        ("2026-07-01T", "not a date and time"),
        ("2026-07-01Z", "not a date and time"),
        ("2026-07-01T12:00:00,5Z", "not a date and time"),
        ("2026-07-01T12:00:00.Z", "not a date and time"),
        ("２０２６-07-01", "not a date and time"),
        ("2026-07-01T12:00:00Z" + "0" * 10_000, "not a date and time"),
        ("2026-02-30", "does not exist"),
        ("2026-13-01", "does not exist"),
        ("0000-01-01", "does not exist"),
        ("2026-07-01T24:00:00Z", "does not exist"),
        ("2026-07-01T12:60Z", "does not exist"),
        ("2026-07-01T12:00:61Z", "does not exist"),
        ("2026-07-01T12:00:00+24:00", "offset beyond"),
        ("2026-07-01T12:00:00+02:60", "offset beyond"),
        ("0001-01-01T00:00+14:00", "outside of the years"),
        ("9999-12-31T23:00-12:00", "outside of the years"),
        ("9999-12-31T23:59:60", "outside of the years"),
        ("9999-12-31T23:59:60Z", "outside of the years"),
    ],
)
def test_what_is_no_moment_is_refused_with_the_reason_and_an_example(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        parse_moment(text)
    assert caught.value.parameter == "at"
    assert "2026-07-01T12:00:00Z" in str(caught.value)
    assert len(str(caught.value)) < 250


@unhurried
@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{0,20}[Zz+ -]?[0-9:]{0,6}", fullmatch=True))
def test_any_text_is_a_moment_or_invalid(text: str) -> None:
    try:
        moment = parse_moment(text)
    except InvalidInput:
        return
    assert moment.tzinfo in (None, UTC)

"""What the tests measure against: the standard library's zoneinfo, on the same wheel's data."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from citytime.domain import Transition
from citytime.timezones.clock import clock
from citytime.timezones.tzif import ZONEINFO
from citytime.timezones.zones import all_zones

NEGATIVE_SAVING = {
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Windhoek",
    "Eire",
    "Europe/Bratislava",
    "Europe/Dublin",
    "Europe/Prague",
}
"""The zones, links included, that IANA models with daylight saving of less than nothing at some time."""


unhurried = settings(deadline=None)
"""A property may take its time: the first example to need them loads the tables and the boundaries."""


@cache
def reference(zone: str) -> ZoneInfo:
    """The standard library's reading of the wheel's zone, whatever the system has."""
    return ZoneInfo.from_file(io.BytesIO((ZONEINFO / zone).read_bytes()), key=zone)


def transitions(zone: str, start: datetime, end: datetime) -> list[Transition]:
    """All transitions of a zone in (start, end], by following `next`."""
    found = []
    following = clock(zone, start).next
    while following and following.at <= end:
        found.append(following)
        following = clock(zone, following.at).next
    return found


zones = st.sampled_from(all_zones())


def instants(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Aware moments of the years from first to last."""
    return st.datetimes(datetime(first, 1, 1), datetime(last, 12, 31, 23, 59, 59), timezones=st.just(UTC))


@st.composite
def near_transitions(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a moment within about a day of one of its transitions, if it has any."""
    zone = draw(zones)
    at = draw(instants(1850, 2500))
    around = clock(zone, at)
    transition = around.next or around.previous
    delta = timedelta(seconds=draw(st.integers(-100_000, 100_000)))
    return zone, (transition.at if transition else at) + delta

"""A zone's clock at any moment that datetime can hold."""

from __future__ import annotations

from datetime import datetime

from citytime.domain import Clock
from citytime.timezones.timeline import EPOCH, SECOND, timeline


def clock(zone: str, at: datetime) -> Clock:
    """The clock of a zone, named exactly as in `zones.all_zones()`, at an aware moment.

    Offset and abbreviation are those of IANA's tables, and of the zone's POSIX rule after them. `previous` and `next`
    are changes of the offset, the abbreviation or `dst`; other entries of the tables count for nothing.

    `dst` is true while the clock is ahead of the zone's other clock of the year. That is IANA's `isdst`, but for the
    few winters that IANA writes as negative daylight saving: Europe/Dublin since 1971, Africa/Windhoek 1994-2017,
    Africa/Casablanca and Africa/El_Aaiun in Ramadan 2019-2026, Europe/Prague in 1946. There it is turned round: in
    Dublin it is true for the summer's IST and false for the winter's GMT.
    """
    return timeline(zone).clock((at - EPOCH) // SECOND)

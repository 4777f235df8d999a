"""Wall-clock readings to moments: which are unique, which never occur, which occur twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from citytime.domain import LocalKind, LocalMoment
from citytime.errors import InvalidInput
from citytime.timezones.footer import DAY
from citytime.timezones.timeline import EPOCH, SECOND, timeline


def locate(zone: str, local: datetime) -> LocalMoment:
    """Place a naive reading of a zone's clock on the time line; the zone is named exactly as in `zones.all_zones()`.

    As RFC 5545, section 3.3.5, has it: of a reading that occurs twice the first is meant, and one that is skipped is
    read with the offset before the gap. `fold` is not looked at. Raises InvalidInput where the moment would lie
    outside the years 1 to 9999.
    """
    line = timeline(zone)
    reading, fraction = divmod(local - EPOCH.replace(tzinfo=None), SECOND)
    # No offset is as long as a day, so whatever shows this reading lies within a day of it on either side.
    clock = line.clock(reading - DAY)
    start = reading - DAY
    moments: list[int] = []
    skipped: list[int] = []
    while True:
        end = (clock.next.at - EPOCH) // SECOND if clock.next else reading + DAY
        moment = reading - clock.offset
        if start <= moment < end:
            moments.append(moment)
        elif moment < start and clock.previous:
            skipped.append(reading - clock.previous.offset_before)
        if end >= reading + DAY:
            break
        clock, start = line.clock(end), end

    try:
        first, *later = [EPOCH + timedelta(seconds=seconds) + fraction for seconds in moments or skipped[:1]]
    except OverflowError:
        raise InvalidInput(f"{local.isoformat()} in {zone} lies outside of the years 1 to 9999 in UTC", "at") from None
    if not moments:
        return LocalMoment(LocalKind.GAP, first)
    return LocalMoment(LocalKind.OVERLAP, first, later[0]) if later else LocalMoment(LocalKind.UNIQUE, first)

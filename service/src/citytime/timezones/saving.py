"""What daylight saving is, where IANA's tables say it the other way round."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from citytime.timezones.tzif import TimeType


def turn_negative_saving(types: Sequence[TimeType]) -> list[TimeType]:
    """Make `dst` mean that the clock is ahead, where IANA writes a winter as daylight saving of less than nothing.

    Such a winter (Dublin since 1971, Windhoek 1994-2017, Casablanca in Ramadan 2019-2026, Prague in 1946) is marked
    `isdst` and lies behind the standard time on both of its sides. It becomes standard. The standard time beside it
    becomes daylight saving if it is itself ahead of what comes before and after it: Dublin's summers, but neither
    Prague's ordinary time nor the years in which a country keeps to one clock. Every other zone stays as it is.
    """
    standard = [index for index, kind in enumerate(types) if not kind.dst]
    winters = set()
    for index, kind in enumerate(types):
        if kind.dst:
            place = bisect_right(standard, index)
            beside = [types[i] for i in standard[max(0, place - 1) : place + 1]]
            if beside and all(kind.offset < other.offset for other in beside):
                winters.add(index)
    turned = list(types)
    for index in winters:
        turned[index] = types[index]._replace(dst=False)
        for summer in (index - 1, index + 1):
            if 0 < summer < len(types) - 1 and not types[summer].dst:
                around = (types[summer - 1].offset, types[summer + 1].offset)
                turned[summer] = types[summer]._replace(dst=max(around) < types[summer].offset)
    return turned

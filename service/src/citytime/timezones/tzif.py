"""TZif, the compiled form of a time zone (RFC 9636, which obsoletes RFC 8536), read from the pinned `tzdata` wheel.

The system's own zone files are never looked at, so that every machine gives the same answer.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

from citytime.errors import DataError

TZDATA = files("tzdata")
ZONEINFO = TZDATA / "zoneinfo"
"""The wheel's folder of compiled zones, which also has `tzdata.zi` and the `.tab` tables."""

_HEAD = struct.Struct(">4s c 15x 6L")
_TIME_TYPE = struct.Struct(">l ? B")


class TimeType(NamedTuple):
    """What a clock shows for a while: seconds east of UTC, an abbreviation, and whether that is daylight saving."""

    offset: int
    abbreviation: str
    dst: bool


class Change(NamedTuple):
    """A moment, in seconds since 1970-01-01T00:00:00Z, and the type that holds from then on."""

    at: int
    type: TimeType


@dataclass(frozen=True, slots=True)
class Tzif:
    """One compiled zone: the type before its first change, its changes in order, and the POSIX rule after the last.

    `footer` is empty where nothing is known of the time after the last change.
    """

    first: TimeType
    changes: tuple[Change, ...]
    footer: str


def read_zone(zone: str) -> Tzif:
    """The wheel's file of a zone, named exactly as in `zones.all_zones()`. Raises DataError if it is damaged."""
    try:
        return parse((ZONEINFO / zone).read_bytes())
    except (ValueError, IndexError, struct.error) as error:
        raise DataError(f"the tzdata package is damaged: {zone} is no TZif file ({error}); install it again") from error


class _Header(NamedTuple):
    """The counts at the head of each of the two blocks, in the file's order."""

    isut: int
    isstd: int
    leaps: int
    times: int
    types: int
    characters: int

    @classmethod
    def read(cls, data: bytes, at: int) -> _Header:
        magic, version, *counts = _HEAD.unpack_from(data, at)
        # Version 1 has no second block with 64-bit times; the wheel has none of that kind.
        if magic != b"TZif" or version < b"2":
            raise ValueError("its header is not that of TZif version 2 or later")
        return cls(*counts)

    def end(self, at: int, time_size: int) -> int:
        """Where the block ends whose header stands `at` a position."""
        tables = self.times * (time_size + 1) + self.types * _TIME_TYPE.size + self.characters
        return at + _HEAD.size + tables + self.leaps * (time_size + 4) + self.isstd + self.isut


def parse(data: bytes) -> Tzif:
    """Parse the 64-bit block and the footer. Raises ValueError, IndexError or struct.error where they are damaged."""
    start = _Header.read(data, 0).end(0, time_size=4)
    header = _Header.read(data, start)
    at = start + _HEAD.size
    instants = struct.unpack_from(f">{header.times}q", data, at)
    at += 8 * header.times
    indices = data[at : at + header.times]
    at += header.times
    records = [_TIME_TYPE.unpack_from(data, at + _TIME_TYPE.size * index) for index in range(header.types)]
    at += _TIME_TYPE.size * header.types
    names = data[at : at + header.characters]
    types = [TimeType(offset, names[name : names.index(0, name)].decode("ascii"), dst) for offset, dst, name in records]
    changes = tuple(Change(instant, types[index]) for instant, index in zip(instants, indices, strict=True))

    footer = data[header.end(start, time_size=8) :]
    if len(footer) < 2 or footer[:1] != b"\n" or footer[-1:] != b"\n":
        raise ValueError("it has no footer")
    return Tzif(types[0], changes, footer[1:-1].decode("ascii"))

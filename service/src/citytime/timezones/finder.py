"""The zone of a point on earth, from the full boundaries that `timezonefinder` ships."""

from __future__ import annotations

import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from timezonefinder_data import DATA_DIR

from citytime.domain import Point
from citytime.errors import Unavailable

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder


class ZoneFinder:
    """Points to zones; the boundaries are loaded when first needed.

    timezonefinder wants one instance a thread, so call this from one thread only.
    """

    def __init__(self, data: Path = DATA_DIR) -> None:
        self._data = data

    def zone_at(self, point: Point) -> str:
        """The IANA zone of a point; at sea the nautical zone, such as `Etc/GMT+2`. Raises Unavailable."""
        zone: str | None = self._finder.timezone_at(lng=point.longitude, lat=point.latitude)
        return zone or nautical_zone(point.longitude)

    def boundaries_version(self) -> str:
        """The release of timezone-boundary-builder, such as `2026c`, without loading it. Raises Unavailable."""
        try:
            return (self._data / "data_version.txt").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise _unavailable(error) from error

    def load(self) -> None:
        """Load the boundaries now, so that no request waits for them. Raises Unavailable."""
        _ = self._finder

    @cached_property
    def _finder(self) -> TimezoneFinder:
        # Imported here since it brings numpy and h3: a third of a second that only points are worth.
        from timezonefinder import TimezoneFinder  # noqa: PLC0415

        try:
            finder = TimezoneFinder(self._data)
        except (OSError, ValueError) as error:
            raise _unavailable(error) from error
        weakref.finalize(self, finder.cleanup)  # at exit too: it would be too late for the finder's own `__del__`
        return finder


def nautical_zone(longitude: float) -> str:
    """The zone of the open sea: fifteen degrees an hour, centred on the meridian; `Etc/GMT+1` is west of Greenwich."""
    west = -round(longitude / 15)
    return f"Etc/GMT{west:+d}" if west else "Etc/GMT"


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the zone boundaries cannot be read: {error}", "boundaries", retry_after=60)

"""What the gateway knows of the data behind it: the zones there are, and the versions of it all.

The services may come up after the gateway, and be renewed while it runs. So what is known is loaded when it is first
needed, and whoever runs the gateway has it loaded again now and then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from citytime.domain import Clock, DataVersions, Geocoder, TimeZones, Zone
from citytime.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Known:
    """Zones by their names in lower case, the areas that their names begin with, and the versions of the data.

    `clocks` keeps the latest clock seen of each zone: it holds for months, unless the data is renewed.
    """

    zones: Mapping[str, Zone]
    data: DataVersions
    areas: frozenset[str]
    clocks: dict[str, Clock] = field(default_factory=dict, compare=False)

    def zone(self, text: str) -> Zone | None:
        """The zone of this name, in any case, with spaces or hyphens for underscores and a space for a plus sign."""
        name = text.strip().lower()
        spaced = name.replace(" ", "_")
        for spelling in (name, spaced, spaced.replace("-", "_"), name.replace(" ", "+")):  # ?city=Etc/GMT+5
            if zone := self.zones.get(spelling):
                return zone
        return None


class Catalogue:
    """What is known now."""

    def __init__(self, geocoder: Geocoder, timezones: TimeZones, metrics: Metrics) -> None:
        self._geocoder = geocoder
        self._timezones = timezones
        self._info = metrics.data_info
        self._known: Known | None = None

    async def get(self) -> Known:
        """What was loaded last, or is now. Raises Unavailable or DeadlineExceeded while that cannot be had."""
        return self._known or await self.load()

    async def load(self) -> Known:
        """Ask the services again. Raises Unavailable or DeadlineExceeded, and then forgets nothing."""
        tzdata, boundaries = await self._timezones.versions()
        data = DataVersions(tzdata, boundaries, await self._geocoder.version())
        zones = {zone.name.lower(): zone for zone in await self._timezones.zones()}
        known = Known(zones, data, frozenset(name.partition("/")[0] for name in zones if "/" in name))
        if known != self._known:
            if self._known:
                self._told(self._known.data, 0)
            self._told(data, 1)
            self._known = known
        return self._known

    def _told(self, data: DataVersions, value: int) -> None:
        self._info.labels(data.tzdata, data.boundaries, data.gazetteer).set(value)

"""What each route answers: from parsed parameters to facts. No HTTP here, and nothing that waits without end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from citytime.domain import Clock, DataVersions, Geocoder, LocalMoment, Point, TimeZones
from citytime.errors import AmbiguousPlace, CitytimeError, DeadlineExceeded, InvalidInput, UnknownZone
from citytime.gateway import answers, problems
from citytime.gateway.answers import Facts
from citytime.gateway.finding import Finder, Found
from citytime.gateway.parameters import Options
from citytime.timezones.rfc3339 import format_local

Values = Mapping[str, Any]

SEARCH_LIMIT = 10
BATCH_ALTERNATIVES = 3
BATCH_SHARE = 0.9
"""Of the time for a request, what a batch takes before it leaves the rest of its queries unanswered."""


class Api:
    """The answers of all routes, on whatever fills the Protocols."""

    def __init__(
        self, geocoder: Geocoder, timezones: TimeZones, finder: Finder, data: DataVersions, timeout: float
    ) -> None:
        self._geocoder = geocoder
        self._timezones = timezones
        self._finder = finder
        self._data = data
        self._timeout = timeout
        self._clocks: dict[str, Clock] = {}

    async def time(self, values: Values) -> Facts:
        """`/{city}` and `/v1/time`."""
        return await self._time(values["city"], Options.of(values))

    async def places(self, values: Values) -> Facts:
        """`/v1/places`."""
        options = Options.of({"limit": SEARCH_LIMIT} | dict(values))
        found = await self._geocoder.search(options.query(values["q"]))
        return {
            "query": values["q"],
            "places": [answers.candidate_facts(candidate) for candidate in found],
            "data": answers.data_facts(self._data),
        }

    async def place(self, values: Values) -> Facts:
        """`/v1/places/{id}`."""
        place = await self._geocoder.place(values["id"], values.get("lang"))
        at, _ = await self._moment(place.timezone, None)
        clock = await self.clock(place.timezone, at)
        return {
            "place": answers.place_facts(place),
            **answers.clock_facts(clock, at),
            "data": answers.data_facts(self._data),
        }

    async def nearest(self, values: Values) -> Facts:
        """`/v1/nearest`."""
        point = Point(values["lat"], values["lng"])
        found = await self._geocoder.nearest(point, values.get("limit", SEARCH_LIMIT), values.get("lang"))
        return {
            "coordinates": {"latitude": point.latitude, "longitude": point.longitude},
            "places": [answers.place_facts(candidate.place, candidate.distance_km) for candidate in found],
            "data": answers.data_facts(self._data),
        }

    async def timezone(self, values: Values) -> Facts:
        """`/v1/timezone`."""
        point = Point(values["lat"], values["lng"])
        zone = await self._timezones.zone_at(point)
        at, _ = await self._moment(zone, values.get("at"))
        facts = answers.clock_facts(await self.clock(zone, at), at)
        return {
            "coordinates": {"latitude": point.latitude, "longitude": point.longitude},
            **facts,
            "data": answers.data_facts(self._data),
        }

    async def zones(self, values: Values) -> Facts:
        """`/v1/zones`."""
        at, _ = await self._moment("UTC", None)
        listed = []
        for zone in await self._timezones.zones():
            listed.append(answers.zone_facts(zone, await self.clock(zone.name, at), at))
            await asyncio.sleep(0)  # reading all zones for the first time takes a while; others' requests go on
        return {"zones": listed, "data": answers.data_facts(self._data)}

    async def zone(self, values: Values) -> Facts:
        """`/v1/zones/{zone}`."""
        zone = self._finder.zone(values["zone"])
        if zone is None:
            await self._timezones.clock(values["zone"], datetime.now(UTC))  # raises, with names that resemble it
            raise UnknownZone(f"no time zone is named {values['zone']!r}")
        at, _ = await self._moment(zone.name, values.get("at"))
        facts = answers.zone_facts(zone, await self.clock(zone.name, at), at)
        return {**facts, "data": answers.data_facts(self._data)}

    async def convert(self, values: Values) -> Facts:
        """`/v1/convert`: one moment on several clocks."""
        options = Options.of({"limit": BATCH_ALTERNATIVES} | dict(values))
        source = await self._found(values["from"], options)
        at, reading = await self._moment(source.zone, options.at)
        return {
            "instant": format_local(at, 0),
            "from": await self._told(source, at, reading),
            "to": [await self._told(await self._found(text, options), at) for text in values["to"]],
        }

    async def batch(self, queries: Sequence[Values | InvalidInput]) -> Facts:
        """`/v1/batch`: each query with its own answer or problem, in order."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BATCH_SHARE * self._timeout
        results = []
        for values in queries:
            try:
                if isinstance(values, InvalidInput):
                    raise values
                if loop.time() > deadline:
                    raise DeadlineExceeded("the batch ran out of time before this query; ask for it again")
                answer = await self._time(values["city"], Options.of({"limit": BATCH_ALTERNATIVES} | dict(values)))
                results.append({"status": 200, "answer": answer})
            except CitytimeError as error:
                facts, _ = problems.of_error(error)
                results.append({"status": facts["status"], "problem": facts})
            await asyncio.sleep(0)  # others' requests go on meanwhile
        return {"results": results}

    async def clock(self, zone: str, at: datetime) -> Clock:
        """The zone's clock at a moment; the latest one of each zone is kept, since it holds for months."""
        known = self._clocks.get(zone)
        if known is None or not known.covers(at):
            known = self._clocks[zone] = await self._timezones.clock(zone, at)
        return known

    async def _time(self, text: str, options: Options) -> Facts:
        found = await self._found(text, options)
        at, reading = await self._moment(found.zone, options.at)
        return await self._told(found, at, reading)

    async def _found(self, text: str, options: Options) -> Found:
        found = await self._finder.find(text, options)
        if options.strict and found.ambiguous and found.place is not None:
            best = await self._finder.resolve(options.query(text))
            raise AmbiguousPlace(
                f"{text!r} may be {len(found.alternatives) + 1} places; qualify it, or ask for one by its id",
                (best.best, *found.alternatives),
            )
        return found

    async def _told(self, found: Found, at: datetime, reading: LocalMoment | None = None) -> Facts:
        return answers.time_facts(found, await self.clock(found.zone, at), at, reading, self._data)

    async def _moment(self, zone: str, at: datetime | None) -> tuple[datetime, LocalMoment | None]:
        """The moment meant by `at=`, and what it was read as where it is a reading of the zone's clock."""
        if at is None:
            return datetime.now(UTC).replace(microsecond=0), None
        if at.tzinfo is not None:
            return at, None
        reading = await self._timezones.locate(zone, at)
        return reading.instant, reading

"""What each route answers: from parsed parameters to facts. No HTTP here, and nothing that waits without end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from citytime import tracing
from citytime.domain import Candidate, Clock, Geocoder, LocalMoment, Point, Postcard, TimeZones
from citytime.errors import AmbiguousPlace, DeadlineExceeded, UnknownZone
from citytime.gateway import answers, cards, problems
from citytime.gateway.answers import Facts
from citytime.gateway.batch import Entry
from citytime.gateway.catalogue import Catalogue
from citytime.gateway.finding import Finder, Found
from citytime.gateway.parameters import DEFAULT_BATCH_LIMIT
from citytime.gateway.query import Options
from citytime.timezones.rfc3339 import format_local

Values = Mapping[str, Any]

BATCH_SHARE = 0.9
"""Of the time for a request, what a batch takes before it leaves the rest of its queries unanswered."""


class Api:
    """The answers of all routes, on whatever fills the Protocols. `now` gives Unix time."""

    def __init__(
        self,
        geocoder: Geocoder,
        timezones: TimeZones,
        finder: Finder,
        catalogue: Catalogue,
        *,
        timeout: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._geocoder = geocoder
        self._timezones = timezones
        self._finder = finder
        self._catalogue = catalogue
        self._timeout = timeout
        self._now = now

    async def time(self, values: Values) -> Facts:
        """`/{city}` and `/v1/time`."""
        options = Options.of(values)
        found = await self._found(values["city"], options)
        return await self._told(found, *await self._moment(found.zone, options.at))

    async def postcard(self, values: Values) -> Postcard:
        """What the postcard of `/{city}` shows."""
        options = Options.of(values)
        found = await self._found(values["city"], options)
        if options.lang and not cards.can_be_written(found):
            found = await self._found(values["city"], replace(options, lang=None))
        at, _ = await self._moment(found.zone, options.at)
        clock = await self.clock(found.zone, at)
        answers.clock_facts(clock, at)  # raises where that is beyond the calendar
        return cards.postcard(found, (await self._catalogue.get()).zone(found.zone), clock, at)

    async def places(self, values: Values) -> Facts:
        """`/v1/places`."""
        found = await self._geocoder.search(Options.of(values).query(values["q"]))
        return {"query": values["q"], "places": list(map(answers.candidate_facts, found)), "data": await self._data()}

    async def place(self, values: Values) -> Facts:
        """`/v1/places/{id}`."""
        place = await self._geocoder.place(values["id"], values.get("lang"))
        clock = await self._shown(place.timezone, None)
        return {"place": answers.place_facts(place), **clock, "data": await self._data()}

    async def nearest(self, values: Values) -> Facts:
        """`/v1/nearest`."""
        point, options = Point(values["lat"], values["lng"]), Options.of(values)
        found = await self._geocoder.nearest(point, options.limit, options.lang)
        places = [answers.place_facts(candidate.place, candidate.distance_km) for candidate in found]
        return {"coordinates": answers.point_facts(point), "places": places, "data": await self._data()}

    async def timezone(self, values: Values) -> Facts:
        """`/v1/timezone`."""
        point = Point(values["lat"], values["lng"])
        with tracing.span("zone lookup"):
            zone = await self._timezones.zone_at(point)
        clock = await self._shown(zone, values.get("at"))
        return {"coordinates": answers.point_facts(point), **clock, "data": await self._data()}

    async def zones(self, values: Values) -> Facts:
        """`/v1/zones`."""
        at, listed = self._instant(), []
        for zone in await self._timezones.zones():
            listed.append(answers.zone_facts(zone, await self.clock(zone.name, at), at))
            await asyncio.sleep(0)  # reading all zones for the first time takes a while; others' requests go on
        return {"zones": listed, "data": await self._data()}

    async def zone(self, values: Values) -> Facts:
        """`/v1/zones/{zone}`."""
        zone = (await self._catalogue.get()).zone(values["zone"])
        if zone is None:
            await self._timezones.clock(values["zone"], self._instant())  # raises, with names that resemble it
            raise UnknownZone(f"no time zone is named {values['zone']!r}")
        at, _ = await self._moment(zone.name, values.get("at"))
        return {**answers.zone_facts(zone, await self.clock(zone.name, at), at), "data": await self._data()}

    async def convert(self, values: Values) -> Facts:
        """`/v1/convert`: one moment on several clocks."""
        options = Options.of({"limit": DEFAULT_BATCH_LIMIT, **values})
        source = await self._found(values["from"], options)
        at, reading = await self._moment(source.zone, options.at)
        return {
            "instant": format_local(at, 0),
            "from": await self._told(source, at, reading),
            "to": [await self._told(await self._found(text, options), at) for text in values["to"]],
        }

    async def batch(self, values: Values) -> Facts:
        """`/v1/batch`: each of the `queries` with its own answer or problem, in order."""
        queries: list[Entry] = values["queries"]
        results: list[Facts] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BATCH_SHARE * self._timeout):
                for query in queries:
                    results.append(await self._result(query))
                    await asyncio.sleep(0)  # others' requests go on meanwhile
        late = _failure(DeadlineExceeded("the batch ran out of time before this query; ask for it again"))
        return {"results": results + [late] * (len(queries) - len(results))}

    async def clock(self, zone: str, at: datetime) -> Clock:
        """The zone's clock at a moment; the latest one of each zone is kept, since it holds for months."""
        clocks = (await self._catalogue.get()).clocks
        known = clocks.get(zone)
        if known is None or not known.covers(at):
            with tracing.span("clock lookup"):
                known = clocks[zone] = await self._timezones.clock(zone, at)
        return known

    async def _data(self) -> Facts:
        return answers.data_facts((await self._catalogue.get()).data)

    async def _result(self, query: Entry) -> Facts:
        if isinstance(query, Exception):
            return _failure(query)
        try:
            return {"status": 200, "answer": await self.time({"limit": DEFAULT_BATCH_LIMIT, **query})}
        except problems.ANSWERED as error:
            return _failure(error)

    async def _found(self, text: str, options: Options) -> Found:
        found = await self._finder.find(text, options)
        if options.strict and found.ambiguous and found.place is not None:
            best = Candidate(found.place, found.match, found.distance_km)
            raise AmbiguousPlace(
                f"{text!r} does not name one place for certain; qualify it, or ask for one by its id",
                (best, *found.alternatives),
            )
        return found

    async def _told(self, found: Found, at: datetime, reading: LocalMoment | None = None) -> Facts:
        return answers.time_facts(found, await self.clock(found.zone, at), at, reading, await self._data())

    async def _shown(self, zone: str, at: datetime | None) -> Facts:
        moment, _ = await self._moment(zone, at)
        return answers.clock_facts(await self.clock(zone, moment), moment)

    async def _moment(self, zone: str, at: datetime | None) -> tuple[datetime, LocalMoment | None]:
        """The moment meant by `at=`, and what it was read as where it is a reading of the zone's clock."""
        if at is None:
            return self._instant(), None
        if at.tzinfo is not None:
            return at, None
        reading = await self._timezones.locate(zone, at)
        return reading.instant, reading

    def _instant(self) -> datetime:
        """Now, to the second."""
        return datetime.fromtimestamp(int(self._now()), UTC)


def _failure(error: Exception) -> Facts:
    facts, _ = problems.of_error(error)
    return {"status": facts["status"], "problem": facts}

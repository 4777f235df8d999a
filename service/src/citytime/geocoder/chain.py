"""The geocoders in their configured order, as the one `Geocoder` that the rest of the program asks.

The gazetteer alone serves search, positions and ids, also where the order does not name it: what online services offer
for these is forbidden by their usage policies (autocomplete) or worth little (ids). It resolves names in its turn.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from citytime import tracing
from citytime.domain import Candidate, Geocoder, MatchKind, Place, PlaceQuery, Point, Resolution
from citytime.errors import ConfigurationError, DeadlineExceeded, Unavailable, UnknownPlace
from citytime.geocoder.local_link import GAZETTEER, LocalLink, NoGazetteer
from citytime.geocoder.store import Store, connect
from citytime.settings import Settings
from citytime.telemetry import Metrics

_WEAK = (MatchKind.PREFIX, MatchKind.FUZZY)

# `iata:LIS`, `geonames:2267057`: ids are the gazetteer's, whatever the order says.
_CODE = re.compile(r"\s*[a-z]\w*:\s*\S", re.IGNORECASE)

_TIME_SHARE = 0.9
"""Of a request's time, what the geocoders get, so that a fallback still arrives before the request's own deadline."""


class Link(Protocol):
    """One geocoder of the chain."""

    name: str

    async def geocode(self, query: PlaceQuery, deadline: float) -> Resolution | None:
        """The place meant, None if there is none. Raises UnknownPlace for none with suggestions; Unavailable."""

    async def close(self) -> None:
        """Give back connections and the like."""


class GeocoderChain:
    """Fills `domain.Geocoder` from our gazetteer and what follows it.

    `links` are asked in turn, all within `budget` seconds (on `clock`); `local` is the gazetteer or what stands in for
    it. `store` is what the links share; it is closed with them.
    """

    def __init__(
        self,
        local: Geocoder,
        links: Sequence[Link],
        metrics: Metrics,
        budget: float,
        *,
        store: Store | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._local = local
        self._links = links
        self._metrics = metrics
        self._budget = budget
        self._store = store
        self._clock = clock

    async def resolve(self, query: PlaceQuery) -> Resolution:
        """The first answer of the links; a prefix or fuzzy one only if none after it knows better.

        A link that is out is passed over. If none has an answer and one was out, its error is raised: the place may
        well exist. DeadlineExceeded only where all of those that failed were late.
        """
        deadline = self._clock() + self._budget
        links = [LocalLink(self._local, self._metrics)] if _CODE.match(query.text) else self._links
        weak: Resolution | None = None
        unknown = UnknownPlace(f"no place is called {query.text!r}")
        failures: list[Unavailable | DeadlineExceeded] = []
        for link in links:
            try:
                with tracing.span(f"geocode {link.name}") as span:
                    found = await link.geocode(query, deadline)
                    span.set(candidates=1 + len(found.alternatives) if found else 0)
            except UnknownPlace as error:
                unknown = error
            except (Unavailable, DeadlineExceeded) as error:
                failures.append(error)
            else:
                if found and found.best.match.kind not in _WEAK:
                    return self._counted(found)
                weak = weak or found
        if weak:
            return self._counted(weak)
        failures.sort(key=lambda error: isinstance(error, DeadlineExceeded))
        raise failures[0] if failures else unknown

    async def search(self, query: PlaceQuery) -> list[Candidate]:
        """See `Geocoder.search`; empty without a gazetteer."""
        return await self._local.search(query)

    async def place(self, place_id: str, lang: str | None = None) -> Place:
        """See `Geocoder.place`; an online geocoder's id is unknown, since its places are not kept."""
        return await self._local.place(place_id, lang)

    async def nearest(self, point: Point, limit: int, lang: str | None = None) -> list[Candidate]:
        """See `Geocoder.nearest`; empty without a gazetteer."""
        return await self._local.nearest(point, limit, lang)

    async def version(self) -> str:
        """The gazetteer's version; `none` without one."""
        return await self._local.version()

    async def ping(self) -> None:
        """Whether the gazetteer can answer. That online geocoders are out makes no replica unready."""
        await self._local.ping()

    async def close(self) -> None:
        """Close all links and what they share."""
        await asyncio.gather(*(link.close() for link in self._links))
        if self._store:
            await self._store.close()

    def _counted(self, resolution: Resolution) -> Resolution:
        match = resolution.best.match
        self._metrics.resolutions.labels(match.source, match.kind.value).inc()
        return resolution


def build_chain(
    settings: Settings,
    local: Geocoder | None,
    zone_at: Callable[[Point], Awaitable[str]],
    metrics: Metrics,
) -> GeocoderChain:
    """The chain that `settings.geocoders` names; `zone_at` gives the zone of what online geocoders find.

    Raises ConfigurationError for a name or options that geopy does not have, a gazetteer that is not there, or a
    password file of the store's that is of no use.
    """
    if local is None and GAZETTEER in settings.geocoders:
        raise ConfigurationError(f"CITYTIME_GEOCODERS names the gazetteer, but {settings.gazetteer} is not loaded")
    gazetteer = local or NoGazetteer()
    names = [name for name in settings.geocoders if name != GAZETTEER]
    online: dict[str, Link] = {}
    store: Store | None = None
    if names or settings.geocoder_options:
        # Only here is geopy needed, and importing it takes a quarter of a second.
        from citytime.geocoder.online import OnlineGeocoder  # noqa: PLC0415
        from citytime.geocoder.provider import check_names  # noqa: PLC0415

        check_names("CITYTIME_GEOCODERS", names)
        check_names("CITYTIME_GEOCODER_OPTIONS", settings.geocoder_options)
        store = connect(settings, metrics) if names else None
        online = {name: OnlineGeocoder(name, settings, zone_at, metrics, store=store) for name in names}
    links = [online.get(name) or LocalLink(gazetteer, metrics) for name in settings.geocoders]
    return GeocoderChain(gazetteer, links, metrics, settings.request_timeout * _TIME_SHARE, store=store)

"""One online geocoder: a geopy class asked for places, its answers read with care, kept and counted.

Importing this module imports geopy; `chain.build_chain` does so only where an online geocoder is configured.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

from geopy.exc import GeocoderParseError

from citytime.breaker import CircuitBreaker, CircuitOpen, State
from citytime.domain import Candidate, Match, MatchKind, Place, PlaceQuery, Point, Resolution, distance_km
from citytime.errors import CitytimeError, DeadlineExceeded, Unavailable
from citytime.geocoder.answer_cache import AnswerCache
from citytime.geocoder.caller import Caller, Rejected
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.location import read
from citytime.geocoder.provider import make_provider
from citytime.geocoder.question import arguments, country_code, normalise
from citytime.geocoder.rate_limit import Limiter, RateLimited, RateLimiter
from citytime.geocoder.shared_answers import Answer, SharedAnswers
from citytime.geocoder.shared_rate import SharedRateLimiter
from citytime.geocoder.store import Store
from citytime.settings import Settings
from citytime.telemetry import Metrics

_log = logging.getLogger(__name__)

_OUTCOMES: dict[type[CitytimeError], str] = {
    DeadlineExceeded: "timeout",
    RateLimited: "rate_limited",
    CircuitOpen: "open",
    Rejected: "error",
    Unavailable: "error",
}

_SAME_PLACE_KM = 50.0
"""Namesakes nearer than this are one place seen twice: a city, its district, the node at its centre."""

_SCORES = {MatchKind.EXACT: 1.0, MatchKind.ALTERNATE: 0.8}


class OnlineGeocoder:
    """The geopy geocoder called `name` (such as nominatim), as `settings` say; for one event loop.

    `zone_at` gives the time zone of a position; answers and rate are shared with all who have the same `store`.
    Raises ConfigurationError for options that do not fit.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        zone_at: Callable[[Point], Awaitable[str]],
        metrics: Metrics,
        *,
        store: Store | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._provider = make_provider(name, settings)
        self._zone_at = zone_at
        self._clock = clock
        gauge = metrics.circuit_breaker_state.labels(name)

        def report(state: State) -> None:
            gauge.set(state)
            _log.log(logging.WARNING if state is State.OPEN else logging.INFO, "%s: breaker %s", name, state.name)

        rate = settings.geocoder_rate
        limiter: Limiter = SharedRateLimiter(name, rate, store, clock) if store else RateLimiter(name, rate, clock)
        self._caller = Caller(
            name,
            # A call that may outlast its request would never be seen to time out.
            min(settings.geocoder_timeout, settings.request_timeout),
            settings.geocoder_retries,
            limiter,
            CircuitBreaker(name, settings.breaker_failures, settings.breaker_reset, report, clock),
            clock=clock,
        )
        lookups = {hit: metrics.cache_requests.labels(name, "hit" if hit else "miss") for hit in (True, False)}
        self._cache: AnswerCache[Resolution | None] = AnswerCache(
            settings.cache_size, lambda hit: lookups[hit].inc(), clock
        )
        self._shared = SharedAnswers(name, settings, store, metrics)
        outcomes = {"found", "not_found", *_OUTCOMES.values()}
        self._outcomes = {outcome: metrics.geocoder_requests.labels(name, outcome) for outcome in outcomes}
        for kind in _SCORES:
            metrics.resolutions.labels(name, kind.value)

    async def geocode(self, query: PlaceQuery, deadline: float) -> Resolution | None:
        """The place meant by `query`, with its namesakes in the service's order; None if it knows none.

        Raises Unavailable, or DeadlineExceeded if no answer comes by `deadline` (on the geocoder's clock).
        """
        query = normalise(query)
        if not fold(query.text):
            return None
        key = replace(query, text=query.text.casefold())
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock())):
                return await self._cache.get(key, partial(self._resolve, query, key, deadline))
        except TimeoutError:
            raise DeadlineExceeded(f"{self.name} did not answer in time") from None

    async def close(self) -> None:
        """Cancel the calls under way and close the client."""
        await self._cache.close()
        await self._provider.__aexit__(None, None, None)

    async def _resolve(self, query: PlaceQuery, key: PlaceQuery, deadline: float) -> tuple[Resolution | None, float]:
        answer = await self._shared.get(key) or await self._call(query, key, deadline)
        candidates = [await self._candidate(query, place) for place in answer.places]
        return _resolution(candidates) if candidates else None, answer.ttl

    async def _call(self, query: PlaceQuery, key: PlaceQuery, deadline: float) -> Answer:
        async def ask(seconds: float) -> Answer:
            places = await self._ask(query, seconds)
            self._outcomes["found" if places else "not_found"].inc()
            return await self._shared.put(key, places)

        try:
            return await self._caller.call(ask, partial(self._shared.get, key), deadline)
        except CitytimeError as error:
            _log.debug("%s: no answer for %r: %r", self.name, query.text, error.__cause__ or error)
            self._outcomes[_OUTCOMES[type(error)]].inc()
            if isinstance(error, Rejected):
                return await self._shared.put(key, [])
            raise

    async def _ask(self, query: PlaceQuery, seconds: float) -> list[Place]:
        """One call; raises what geopy raises, which for an answer of the wrong shape can be anything."""
        answer = self._provider.geocode(**arguments(self.name, self._provider.geocode, query), timeout=seconds)
        if inspect.isawaitable(answer):
            answer = await answer
        locations: list[Any] = answer if isinstance(answer, list) else [answer] if answer else []
        places = {place.id: place for location in locations if (place := read(self.name, location))}
        if locations and not places:
            raise GeocoderParseError("no place of the answer has both a name and a position")
        country = country_code(query)
        return [place for place in places.values() if country is None or place.country_code in (country, None)]

    async def _candidate(self, query: PlaceQuery, place: Place) -> Candidate:
        same = compact(fold(query.text.partition(",")[0])) == compact(fold(place.name))
        kind = MatchKind.EXACT if same else MatchKind.ALTERNATE
        return Candidate(
            replace(place, timezone=await self._zone_at(place.point)),
            Match(kind, _SCORES[kind], self.name),
            distance_km(query.near, place.point) if query.near else None,
        )


def _resolution(candidates: list[Candidate]) -> Resolution:
    best, *others = candidates
    rivals = (other for other in others if other.match.kind is best.match.kind)
    ambiguous = any(distance_km(best.place.point, rival.place.point) > _SAME_PLACE_KM for rival in rivals)
    return Resolution(best, tuple(others), ambiguous)


def _hide_bodies(record: logging.LogRecord) -> bool:
    # geopy logs the body of a failed call at info, and a body may repeat the query.
    return record.levelno >= logging.WARNING or logging.getLogger("geopy").isEnabledFor(logging.DEBUG)


logging.getLogger("geopy").addFilter(_hide_bodies)

"""What online geocoders said, kept in the shared store: the second tier behind each process's own cache.

What is kept are the places as the service gave them, in JSON. Zone, match and distance are made anew from them by
whoever reads them, with its own boundaries and code, so a renewal of either needs no new cache. Keys show no query:
they end in a digest of everything that the answer depends on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citytime.domain import Place, PlaceKind, PlaceQuery
from citytime.geocoder.location import one_line
from citytime.geocoder.store import NAME, PREFIX, Store, StoreOut
from citytime.settings import Settings
from citytime.telemetry import Metrics

LONGEST = 65_536
"""Bytes of a value: ten places of the longest names have half as many. Longer ones are neither written nor read."""

# A value of a wrong type or without an expiry is read as well as any: it is then found to be rubbish, or kept for as
# long as our own settings say.
_GET = """
local value = redis.pcall('GETRANGE', KEYS[1], 0, ARGV[1])
if type(value) ~= 'string' then return {'', 0} end
return {value, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The places that a service has for a question, their zones empty, and the seconds that this may be kept."""

    places: tuple[Place, ...]
    ttl: float


class SharedAnswers:
    """The answers of the online geocoder called `geocoder`; without a store there are none."""

    def __init__(self, geocoder: str, settings: Settings, store: Store | None, metrics: Metrics) -> None:
        self._geocoder = geocoder
        self._options = settings.geocoder_options.get(geocoder, {})
        self._ttl = settings.geocoder_cache_ttl
        self._negative_ttl = settings.geocoder_negative_ttl
        self._store = store
        if store:
            lookups = metrics.cache_requests
            self._lookups = {r: lookups.labels(f"{NAME}:{geocoder}", r) for r in ("hit", "miss", "error")}

    async def get(self, query: PlaceQuery) -> Answer | None:
        """The answer to a normalised query that some replica has put here; None if there is none to be had."""
        if not self._store:
            return None
        try:
            value, milliseconds = await self._store.ask(_reply, "EVAL", _GET, 1, self._key(query), LONGEST)
        except StoreOut:
            self._lookups["error"].inc()
            return None
        places = decode(self._geocoder, value)
        self._lookups["miss" if places is None else "hit"].inc()
        if places is None:
            return None
        longest = self._time(places)
        return Answer(places, min(milliseconds / 1000, longest) if milliseconds >= 0 else longest)

    async def put(self, query: PlaceQuery, places: Sequence[Place]) -> Answer:
        """The answer that these places are, from now on to be had by all replicas."""
        answer = Answer(tuple(places), self._time(places))
        milliseconds = int(answer.ttl * 1000)
        if self._store and milliseconds and len(value := encode(answer.places)) <= LONGEST:
            try:
                await self._store.ask(_written, "SET", self._key(query), value, "PX", milliseconds)
            except StoreOut:
                self._lookups["error"].inc()
        return answer

    def _time(self, places: Sequence[Place]) -> float:
        return self._ttl if places else self._negative_ttl

    def _key(self, query: PlaceQuery) -> str:
        parts = [self._options, dataclasses.astuple(query)]
        digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
        return f"{PREFIX}answer:{self._geocoder}:{digest}"


def encode(places: tuple[Place, ...]) -> bytes:
    """Places as a JSON array of arrays, in the order that `decode` reads."""
    rows = [
        [p.id, p.name, p.region, p.country, p.country_code, p.latitude, p.longitude, p.population, p.kind]
        for p in places
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def decode(geocoder: str, value: bytes) -> tuple[Place, ...] | None:
    """The places of a value, each held to what `location.read` would have let in; None if it is no such value."""
    try:
        rows = json.loads(value)
        return tuple(_place(geocoder, row) for row in rows) if isinstance(rows, list) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _place(geocoder: str, row: Any) -> Place:
    identity, name, region, country, code, latitude, longitude, population, kind = row
    well = _is_line(identity) and identity.startswith(f"{geocoder}:") and _is_line(name)
    well = well and all(one is None or _is_line(one) for one in (region, country, code))
    well = well and (code is None or (len(code) == 2 and code.isascii() and code.isupper()))
    well = well and {type(latitude), type(longitude)} <= {int, float}
    well = well and -90 <= latitude <= 90 and -180 <= longitude <= 180
    if not well or type(population) is not int or not 0 <= population < 2**63:
        raise ValueError
    return Place(identity, name, region, country, code, latitude, longitude, population, "", PlaceKind(kind))


def _is_line(value: Any) -> bool:
    """Whether `one_line` made this: it leaves its own work as it is, and nothing else."""
    return isinstance(value, str) and one_line(value) == value


def _reply(reply: Any) -> tuple[bytes, int]:
    value, milliseconds = reply
    if not isinstance(value, bytes) or not isinstance(milliseconds, int):
        raise TypeError
    return value, milliseconds


def _written(reply: Any) -> None:
    if reply != b"OK":
        raise ValueError

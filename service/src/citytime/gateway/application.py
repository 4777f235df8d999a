"""The gateway as an application: from a request to a response, errors included, whatever carries them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from typing import Any
from urllib.parse import parse_qs

from citytime.domain import DataVersions, Geocoder, TimeZones
from citytime.errors import CitytimeError, InvalidInput
from citytime.gateway import openapi, problems
from citytime.gateway.answers import Facts
from citytime.gateway.api import Api
from citytime.gateway.batch import BatchTooLong, read_batch
from citytime.gateway.cache import Cache
from citytime.gateway.finding import Finder
from citytime.gateway.hot import Hot, LocalTimes, split
from citytime.gateway.http import UNMATCHED, Request, Response
from citytime.gateway.negotiation import TYPES, negotiate
from citytime.gateway.parameters import CITY, FORMATS, parse_query
from citytime.gateway.render import CONTENT_TYPES, render, start_page
from citytime.gateway.routes import Target, match
from citytime.settings import Settings
from citytime.telemetry import Metrics

EXAMPLES = ("/lisbon", "/東京", "/paris,texas", "/Europe/Lisbon", "/38.72,-9.14", "/iata:LIS", "/lisbn")

_FRESH = ("Cache-Control", "no-store")
_STATIC = ("Cache-Control", "public, max-age=3600")
_ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
_VARY = ("Vary", "Accept")
_JSON_TYPES = ("", "application/json", "text/json")

Headers = tuple[tuple[str, str], ...]
Key = tuple[str, str, str]


class Gateway:
    """Fills `gateway.http.Application`. Belongs to one event loop."""

    def __init__(self, api: Api, settings: Settings, metrics: Metrics, clock: Callable[[], float] = time.time) -> None:
        self.api = api
        self._batch_limit = settings.batch_limit
        self._clock = clock
        self._times = LocalTimes(clock)
        self._hot: Cache[Key, Hot] = Cache("answers", settings.cache_size, metrics)
        self._answers: dict[str, Callable[[Mapping[str, Any]], Awaitable[Facts]]] = {
            "time": api.time,
            "places": api.places,
            "place": api.place,
            "nearest": api.nearest,
            "timezone": api.timezone,
            "zones": api.zones,
            "zone": api.zone,
            "convert": api.convert,
        }
        self._static = _static_answers()

    def cached(self, request: Request) -> Response | None:
        """The answer for a city that was asked for before, with the time of now."""
        if request.method != "GET":
            return None
        hot = self._hot.get((request.path, request.query, request.accept))
        if hot is None:
            return None
        if self._clock() >= hot.expires:
            self._hot.discard((request.path, request.query, request.accept))
            return None
        whole = hot.response
        return Response(whole.status, whole.headers, hot.head + self._times.at(hot.offset) + hot.tail, whole.route)

    async def answer(self, request: Request) -> Response:
        """The answer, or the problem that stands in its place."""
        target = match(request.path)
        route = target.route.template if target else UNMATCHED
        try:
            form = _form(request)
        except InvalidInput as error:
            return self._problem(error, _fallback(request), route)
        if target is None:
            return self._refusal(404, "There is no such route; see /docs.", form, route)
        if request.method == "OPTIONS":
            return Response(204, _options(target), b"", route)
        if request.method != target.route.method:
            detail = f"{route} takes {', '.join(target.allowed)}, not {request.method[:20]}."
            return self._refusal(405, detail, form, route, (("Allow", ", ".join(target.allowed)),))
        if static := self._static.get(target.route.name):
            return static
        if form is None:
            detail = f"Answers come as {', '.join(TYPES.values())}; Accept takes none of them."
            return self._refusal(406, detail, "json", route)
        try:
            facts = await self._facts(target, request)
        except CitytimeError as error:
            return self._problem(error, form, route)
        except BatchTooLong as error:
            return self._refusal(413, str(error), form, route)
        headers = (("Content-Type", CONTENT_TYPES[form]), _FRESH, _VARY, _ANY_ORIGIN)
        response = Response(200, headers, render(target.route.name, facts, form), route)
        if target.route.name == "time":
            await self._keep(request, facts, response)
        return response

    def refuse(self, request: Request, status: int, detail: str, headers: Headers = ()) -> Response:
        """A problem for what the carrier turns down."""
        target = match(request.path) if status not in (400, 414) else None
        route = target.route.template if target else UNMATCHED
        return self._refusal(status, detail, _fallback(request), route, headers)

    async def _facts(self, target: Target, request: Request) -> Facts:
        route = target.route
        values = parse_query(request.query, route.parameters)
        if route.name == "batch":
            if request.content_type.partition(";")[0].strip().lower() not in _JSON_TYPES:
                raise InvalidInput("send the batch as Content-Type: application/json", "Content-Type")
            return await self.api.batch(read_batch(request.body, self._batch_limit))
        if route.path is not None:
            values[route.path] = CITY.parse(target.text or "") if route.path == "city" else target.text
        return await self._answers[route.name](values)

    async def _keep(self, request: Request, facts: Facts, response: Response) -> None:
        """Keep the answer for those who ask the same, unless it is about another moment than now."""
        if "at" in parse_qs(request.query):
            return
        now = self._clock()
        clock = await self.api.clock(facts["timezone"], datetime.fromtimestamp(now, UTC))
        if hot := split(response, facts["local_time"], clock, now):
            self._hot.put((request.path, request.query, request.accept), hot)

    def _problem(self, error: CitytimeError, form: str, route: str) -> Response:
        facts, headers = problems.of_error(error)
        return _problem_response(facts, form, route, headers)

    def _refusal(self, status: int, detail: str, form: str | None, route: str, headers: Headers = ()) -> Response:
        return _problem_response(problems.problem(status, detail), form or "json", route, headers)


def _problem_response(facts: Facts, form: str, route: str, headers: Headers) -> Response:
    content_type = CONTENT_TYPES["problem" if form == "json" else form]
    every = (("Content-Type", content_type), _FRESH, _VARY, _ANY_ORIGIN, *headers)
    return Response(facts["status"], every, render("problem", facts, form), route)


def _form(request: Request) -> str | None:
    """The format asked for; None where Accept takes none of ours. Raises InvalidInput for an unknown `format=`."""
    if "format" in request.query:
        asked = parse_qs(request.query, keep_blank_values=True, max_num_fields=200).get("format")
        if asked:
            if asked[0] not in FORMATS or len(asked) > 1:
                raise InvalidInput(f"format must be one of {', '.join(FORMATS)}, not {asked[-1][:40]!r}", "format")
            return asked[0]
    return negotiate(request.accept)


def _fallback(request: Request) -> str:
    """The format of a problem where `format=` cannot be had."""
    return negotiate(request.accept) or "json"


def _options(target: Target) -> Headers:
    allowed = ", ".join(target.allowed)
    return (
        ("Allow", allowed),
        _ANY_ORIGIN,
        ("Access-Control-Allow-Methods", allowed),
        ("Access-Control-Allow-Headers", "Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    )


def _static_answers() -> dict[str, Response]:
    """The answers that never change, by route name."""

    def page(route: str, content_type: str, body: bytes) -> Response:
        return Response(200, (("Content-Type", content_type), _STATIC, _ANY_ORIGIN), body, route)

    package = resources.files("citytime.gateway")
    return {
        "home": page("/", CONTENT_TYPES["html"], start_page(EXAMPLES)),
        "docs": page("/docs", CONTENT_TYPES["html"], openapi.reference_page()),
        "openapi": page("/openapi.json", CONTENT_TYPES["json"], openapi.document_bytes()),
        "robots": page("/robots.txt", CONTENT_TYPES["text"], b"User-agent: *\nAllow: /$\nAllow: /docs$\nDisallow: /\n"),
        "favicon": page("/favicon.ico", "image/svg+xml", (package / "favicon.svg").read_bytes()),
    }


async def make_gateway(geocoder: Geocoder, timezones: TimeZones, settings: Settings, metrics: Metrics) -> Gateway:
    """The gateway on whatever fills the Protocols, in process or remote."""
    tzdata, boundaries = await timezones.versions()
    data = DataVersions(tzdata, boundaries, await geocoder.version())
    metrics.data_info.labels(data.tzdata, data.boundaries, data.gazetteer).set(1)
    resolutions: Cache[Any, Any] = Cache("resolutions", settings.cache_size, metrics)
    finder = Finder(geocoder, timezones, await timezones.zones(), resolutions)
    return Gateway(Api(geocoder, timezones, finder, data, settings.request_timeout), settings, metrics)

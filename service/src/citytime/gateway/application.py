"""The gateway as an application: from a request to a response, errors included, whatever carries them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from citytime.domain import Geocoder, Images, PlaceQuery, Resolution, TimeZones
from citytime.errors import InvalidInput
from citytime.gateway import problems
from citytime.gateway.answers import Facts
from citytime.gateway.api import Api
from citytime.gateway.batch import read_batch
from citytime.gateway.cache import Cache
from citytime.gateway.catalogue import Catalogue
from citytime.gateway.finding import OWN_SOURCES, Finder
from citytime.gateway.hot import Hot, LocalTimes, split
from citytime.gateway.http import UNMATCHED, Request, Response
from citytime.gateway.matching import Target, match
from citytime.gateway.negotiation import TYPES, negotiate, negotiate_city
from citytime.gateway.parameters import CITY_FORMAT, FORMAT
from citytime.gateway.pictures import Pictures
from citytime.gateway.problems import Headers, Refused
from citytime.gateway.query import read_pairs, read_values
from citytime.gateway.render import CONTENT_TYPES, render
from citytime.gateway.static import static_answers
from citytime.settings import Settings
from citytime.telemetry import Metrics

_ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
_VARY = ("Vary", "Accept")
_NEGOTIATED = (("Cache-Control", "no-store"), _VARY, _ANY_ORIGIN)


class Gateway:
    """Fills `gateway.http.Application`. Belongs to one event loop; `now` gives Unix time."""

    def __init__(
        self,
        api: Api,
        pictures: Pictures,
        catalogue: Catalogue,
        settings: Settings,
        metrics: Metrics,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.api = api
        self._pictures = pictures
        self.catalogue = catalogue
        self._batch_limit = settings.batch_limit
        self._times = LocalTimes(now)
        self._hot: Cache[tuple[str, str, str | None], Hot] = Cache("answers", settings.cache_size, metrics, now)
        self._static = static_answers(settings.batch_limit)
        self._answers: dict[str, Callable[[Mapping[str, Any]], Awaitable[Facts]]] = {
            "time": api.time,
            "places": api.places,
            "place": api.place,
            "nearest": api.nearest,
            "timezone": api.timezone,
            "zones": api.zones,
            "zone": api.zone,
            "convert": api.convert,
            "batch": api.batch,
        }

    def cached(self, request: Request) -> Response | None:
        """The answer for a city that was asked for before, with the time of now."""
        if request.method != "GET":
            return None
        hot = self._hot.get((request.path, request.query, negotiate_city(request.accept)))
        if hot is None:
            return None
        whole, head, tail, offset = hot
        return Response(whole.status, whole.headers, head + self._times.at(offset) + tail, whole.route)

    async def answer(self, request: Request) -> Response:
        """The answer, or the problem that stands in its place."""
        target = match(request.path)
        try:
            return await self._answer(request, target)
        except problems.ANSWERED as error:
            facts, headers = problems.of_error(error)
            return _problem(facts, _form_of_problem(request), target, headers)

    def refuse(self, request: Request, status: int, detail: str, headers: Headers = ()) -> Response:
        """A problem for what the carrier turns down."""
        target = match(request.path) if status not in (400, 414) else None
        return _problem(problems.of_status(status, detail), _form_of_problem(request), target, headers)

    async def _answer(self, request: Request, target: Target | None) -> Response:
        if target is None:
            raise Refused(404, "there is no such route; see /docs")
        route = target.route
        if request.method == "OPTIONS":
            return Response(204, _options(target), b"", route.template)
        if request.method != route.method:
            allowed = ", ".join(target.allowed)
            detail = f"{route.template} takes {allowed}, not {request.method[:20]}"
            raise Refused(405, detail, (("Allow", allowed),))
        if static := self._static.get(route.name):
            return static
        pairs = read_pairs(request.query)
        if route.name == "picture":
            return await self._pictures.picture(request, route.template, self._values(request, target, pairs))
        if route.name == "postcard":
            return await self._pictures.postcard(request, route.template, self._values(request, target, pairs))
        form = _city_form(request, pairs) if route.name == "time" else _form(request, pairs)
        if form is None:
            raise Refused(406, f"answers come as {', '.join(TYPES.values())}; Accept takes none of them")
        values = self._values(request, target, pairs)
        if form == "png":
            return await self._pictures.postcard(request, route.template, values, (_VARY,))
        facts = await self._answers[route.name](values)
        if route.name == "batch":  # a page of a thousand answers takes a while; others' requests go on
            body = await asyncio.to_thread(render, route.name, facts, form)
        else:
            body = render(route.name, facts, form)
        headers = (("Content-Type", CONTENT_TYPES[form]), *_NEGOTIATED)
        response = Response(200, headers, body, route.template)
        if route.name == "time" and "at" not in values and facts["match"]["source"] in OWN_SOURCES:
            await self._keep(request, facts, response)
        return response

    def _values(self, request: Request, target: Target, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """All that the request says: its parameters, its path's variable, its body's queries."""
        route = target.route
        values = read_values(pairs, route.parameters)
        if route.path is not None:
            values[route.path.name] = route.path.parse(target.text)
        if route.method == "POST":
            values["queries"] = read_batch(request.headers.get("Content-Type", ""), request.body, self._batch_limit)
        return values

    async def _keep(self, request: Request, facts: Facts, response: Response) -> None:
        """Keep the answer for those who ask the same, until the clock that it shows is changed."""
        clock = await self.api.clock(facts["timezone"], datetime.fromisoformat(facts["local_time"]))
        if hot := split(response, facts["local_time"], clock.offset):
            until = clock.next.at.timestamp() if clock.next else math.inf
            self._hot.put((request.path, request.query, negotiate_city(request.accept)), hot, until)


def _problem(facts: Facts, form: str, target: Target | None, headers: Headers) -> Response:
    content_type = ("Content-Type", CONTENT_TYPES["problem" if form == "json" else form])
    route = UNMATCHED if target is None else target.route.template
    return Response(facts["status"], (content_type, *_NEGOTIATED, *headers), render("problem", facts, form), route)


def _form(request: Request, pairs: list[tuple[str, str]]) -> str | None:
    """The format asked for; None where Accept takes none of ours. Raises InvalidInput for an unknown `format=`."""
    return read_values(pairs, (FORMAT,)).get("format") or negotiate(request.accept)


def _city_form(request: Request, pairs: list[tuple[str, str]]) -> str | None:
    """The same where there is a postcard too."""
    return read_values(pairs, (CITY_FORMAT,)).get("format") or negotiate_city(request.accept)


def _form_of_problem(request: Request) -> str:
    """The format of a problem: as asked for, as far as that can be had."""
    try:
        form = _form(request, read_pairs(request.query))
    except InvalidInput:
        form = negotiate(request.accept)
    return form or "json"


def _options(target: Target) -> Headers:
    allowed = ", ".join(target.allowed)
    return (
        ("Allow", allowed),
        _ANY_ORIGIN,
        ("Access-Control-Allow-Methods", allowed),
        ("Access-Control-Allow-Headers", "Content-Type, If-Match, If-None-Match, If-Range, Range"),
        ("Access-Control-Max-Age", "86400"),
    )


def make_gateway(
    geocoder: Geocoder,
    timezones: TimeZones,
    images: Images,
    settings: Settings,
    metrics: Metrics,
    *,
    now: Callable[[], float] = time.time,
) -> Gateway:
    """The gateway on whatever fills the Protocols, in process or remote. Loads nothing yet: see `Gateway.catalogue`."""
    catalogue = Catalogue(geocoder, timezones, metrics)
    resolutions: Cache[PlaceQuery, Resolution] = Cache("resolutions", settings.cache_size, metrics, now)
    finder = Finder(geocoder, timezones, catalogue, resolutions)
    api = Api(geocoder, timezones, finder, catalogue, timeout=settings.request_timeout, now=now)
    return Gateway(api, Pictures(images, api, now), catalogue, settings, metrics, now=now)

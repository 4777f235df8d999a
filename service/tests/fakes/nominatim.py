"""A real HTTP server on loopback that plays Nominatim (and Photon): good, slow, failing, rate-limiting and lying.

`async with FakeNominatim(answers(LISBON), status(500)) as server`: each request takes the next behaviour of the
script, the last one stays. `server.requests` is what came in.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.iostream import IOStream
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

Behaviour = Callable[["_Handler"], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """A request as it came in; `at` is of the monotonic clock."""

    path: str
    arguments: dict[str, str]
    headers: HTTPHeaders
    at: float


def place(name: str, lat: Any, lng: Any, **changes: Any) -> dict[str, Any]:
    """A place of Nominatim's format=json with addressdetails=1; a change to None takes a key away."""
    whole = {
        "place_id": 1,
        "place_rank": 16,
        "osm_type": "relation",
        "osm_id": 5400890,
        "lat": lat,
        "lon": lng,
        "name": name,
        "addresstype": "city",
        "display_name": f"{name}, Somewhere",
        "address": {},
        "importance": 0.7,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def feature(name: str, lat: Any, lng: Any, **properties: Any) -> dict[str, Any]:
    """A feature of Photon's GeoJSON."""
    return {
        "type": "Feature",
        "properties": {"name": name, "osm_type": "R", "osm_id": 5400890, **properties},
        "geometry": {"type": "Point", "coordinates": [lng, lat]},
    }


LISBON = place(
    "Lisbon",
    "38.7077507",
    "-9.1365919",
    address={"city": "Lisbon", "state": "Lisboa", "country": "Portugal", "country_code": "pt"},
)


def says(body: Any, code: int = 200, **headers: str) -> Behaviour:
    """Answer with a body, turned into JSON unless it is bytes already."""

    async def behave(handler: _Handler) -> None:
        handler.set_status(code)
        handler.set_header("Content-Type", "application/json; charset=utf-8")
        for name, value in headers.items():
            handler.set_header(name.replace("_", "-"), value)
        handler.finish(body if isinstance(body, bytes) else json.dumps(body))

    return behave


def answers(*places: dict[str, Any]) -> Behaviour:
    """Answer as Nominatim does, with these places."""
    return says(list(places))


def status(code: int, **headers: str) -> Behaviour:
    """Answer with an error, its body repeating the query as some services do."""

    async def behave(handler: _Handler) -> None:
        await says({"error": f"cannot serve {handler.get_argument('q', '')}"}, code, **headers)(handler)

    return behave


def after(seconds: float, then: Behaviour) -> Behaviour:
    """Behave slowly."""

    async def behave(handler: _Handler) -> None:
        await asyncio.sleep(seconds)
        await then(handler)

    return behave


async def hangs(handler: _Handler) -> None:
    """Take the request and never answer."""
    await handler.gone.wait()


async def hangs_up(handler: _Handler) -> None:
    """Close the connection instead of answering."""
    handler.stream.close()


def writes(data: bytes) -> Behaviour:
    """Write these bytes to the connection, whatever they mean in HTTP, and close it."""

    async def behave(handler: _Handler) -> None:
        await handler.stream.write(data)
        handler.stream.close()

    return behave


class _Handler(RequestHandler):
    def initialize(self, server: FakeNominatim) -> None:
        self.server = server
        self.gone = asyncio.Event()

    @property
    def stream(self) -> IOStream:
        connection: Any = self.request.connection
        stream: IOStream = connection.stream
        return stream

    def on_connection_close(self) -> None:
        self.gone.set()

    async def get(self) -> None:
        arguments = {name: self.get_argument(name) for name in self.request.arguments}
        asked = self.server.requests
        behaviour = self.server.script[min(len(asked), len(self.server.script) - 1)]
        asked.append(Asked(self.request.path, arguments, self.request.headers, time.monotonic()))
        await behaviour(self)


class FakeNominatim:
    """The server; `options` point a geopy class at it."""

    def __init__(self, *script: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.tls = tls
        self.requests: list[Asked] = []

    @property
    def options(self) -> dict[str, Any]:
        return {"domain": f"127.0.0.1:{self.port}", "scheme": "http", "proxies": {}}

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> FakeNominatim:
        socket, self.port = bind_unused_port()
        routes = [(r".*", _Handler, {"server": self})]
        self._http = HTTPServer(Application(routes, log_function=lambda _: None), ssl_options=self.tls)
        self._http.add_socket(socket)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._http.stop()
        await self._http.close_all_connections()

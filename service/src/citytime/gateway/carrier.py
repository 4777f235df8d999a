"""What the requests of a server have in common: the application, the limits, the metrics and the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import formatdate
from http.client import responses
from typing import NamedTuple, cast

from tornado import httputil
from tornado.http1connection import HTTP1Connection, HTTP1ServerConnection

from citytime import tracing
from citytime.gateway.exchange import Exchange
from citytime.gateway.http import Application
from citytime.gateway.throttle import Throttle
from citytime.logs import RequestLog
from citytime.settings import Settings
from citytime.telemetry import Metrics

METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
"""Methods by name in metrics and logs; all others are `_OTHER` (OpenTelemetry, http.request.method)."""


class Outcome(NamedTuple):
    """What all answers of the same method, route and status share."""

    start_line: httputil.ResponseStartLine
    observe: Callable[[float, tracing.Ids | None], None]
    log_fields: str
    method: str
    route: str
    status: int


class Carrier(httputil.HTTPServerConnectionDelegate):
    """Makes an `Exchange` for each request, and holds what they share.

    `connections` maps each open connection to its current exchange. Once `draining`, every answer is the last one on
    its connection and says so.
    """

    def __init__(self, settings: Settings, app: Application, metrics: Metrics, request_log: RequestLog | None) -> None:
        self.settings = settings
        self.app = app
        self.throttle = Throttle(settings.rate_limit) if settings.rate_limit else None
        self.request_log = request_log
        self.log_targets = settings.log_level == "debug"
        self.spans = tracing.http_spans()
        self.connections: dict[HTTP1ServerConnection, Exchange] = {}
        self.draining = False
        self._durations = metrics.http_server_request_duration
        self._outcomes: dict[tuple[str, str, int], Outcome] = {}
        self._second = -1
        self._date = ""

    def start_request(self, server_conn: object, request_conn: httputil.HTTPConnection) -> Exchange:
        """Called when a connection begins to wait for a request, its first or its next."""
        exchange = Exchange(self, cast(HTTP1Connection, request_conn))
        self.connections[cast(HTTP1ServerConnection, server_conn)] = exchange
        return exchange

    def on_close(self, server_conn: object) -> None:
        """Called when a connection is over."""
        self.connections.pop(cast(HTTP1ServerConnection, server_conn), None)

    def date(self, now: float) -> str:
        """The Date header's value, made once a second."""
        second = int(now)
        if second != self._second:
            self._second, self._date = second, formatdate(second, usegmt=True)
        return self._date

    def outcome(self, method: str, route: str, status: int) -> Outcome:
        """What is shared by all answers of this kind; there are few kinds, and callers cannot make new ones."""
        key = (method if method in METHODS else "_OTHER", route, status)
        found = self._outcomes.get(key)
        if found is None:
            fields = {"method": key[0], "route": route, "status": status}
            found = self._outcomes[key] = Outcome(
                httputil.ResponseStartLine("HTTP/1.1", status, responses.get(status, "Unknown")),
                self._durations.labels(*key).observe,
                "," + json.dumps(fields, separators=(",", ":"))[1:-1],
                *key,
            )
        return found

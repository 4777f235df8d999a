"""The gateway's HTTP server: connections, their limits in time, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from tornado.http1connection import HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.iostream import IOStream
from tornado.netutil import add_accept_handler

from citytime.gateway.carrier import Carrier
from citytime.gateway.handshake import stop_shaking_hands
from citytime.gateway.http import Application
from citytime.logs import RequestLog
from citytime.settings import Settings
from citytime.telemetry import Metrics

IDLE_TIMEOUT = 75.0
"""Seconds after which a connection that asks nothing, or takes no answer, is closed; longer than the 60 s for which
load balancers keep theirs, so that it is not us who closes while a request is on its way."""

BODY_TIMEOUT = 30.0
"""Seconds in which a request's body must come."""

HEADER_LIMIT = 32_768
"""Bytes of a request's headers, its target not counted; a connection that sends more is closed."""

CHUNK = 8192
"""Bytes read at once. Tornado clears a buffer of this size for each read, so its default of 64 KiB costs CPU."""

HANDSHAKE = 0.02
"""Seconds for which a stopping server lets the kernel end the handshakes that are under way."""

LINGER = 0.5
"""Seconds for which a stopping server still takes a request on a connection that is open and quiet."""


def make_app(settings: Settings, app: Application, metrics: Metrics) -> Carrier:
    """What Tornado's HTTP connections delegate requests to."""
    request_log = RequestLog(sys.stdout) if settings.log_level in ("debug", "info") else None
    return Carrier(settings, app, metrics, request_log)


def make_server(settings: Settings, app: Application, metrics: Metrics) -> Server:
    """The server, not yet listening."""
    return Server(settings, make_app(settings, app, metrics))


class _Stream(IOStream):
    """A stream that never holds small writes back: an answer is one write, so there is nothing to gather.

    Tornado sets and clears the option once a request, two system calls that this saves.
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, read_chunk_size=CHUNK)
        super().set_nodelay(True)

    def set_nodelay(self, value: bool) -> None:
        """Leave it as it is."""


class Server:
    """Carries HTTP/1.1 between sockets and a `Carrier`; to be used within a running event loop.

    Tornado's own `HTTPServer` sets a timer for each request; this one looks for idle connections now and then.
    """

    def __init__(self, settings: Settings, carrier: Carrier, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._carrier = carrier
        self._idle_timeout = idle_timeout
        self._parameters = HTTP1ConnectionParameters(
            chunk_size=CHUNK,
            max_header_size=settings.query_limit + HEADER_LIMIT,
            max_body_size=sys.maxsize,  # the carrier counts, and answers 413
            body_timeout=BODY_TIMEOUT,
        )
        self._listeners: dict[socket.socket, Callable[[], None]] = {}
        self._sweeper: asyncio.TimerHandle | None = None

    def add_sockets(self, listeners: Iterable[socket.socket]) -> None:
        """Accept connections on these sockets, which listen already and are closed by `drain` or `close`."""
        for listener in listeners:
            self._listeners[listener] = add_accept_handler(listener, self._accept)
        if self._sweeper is None:
            self._sweep()

    def _accept(self, connection: socket.socket, address: Any) -> None:
        # A Unix socket's peer has no address. What is given here is what Tornado's messages call the connection.
        peer = address[0] if address else "unix"
        HTTP1ServerConnection(_Stream(connection), self._parameters, peer).start_serving(self._carrier)

    def _sweep(self) -> None:
        """Close connections that do nothing, and look again later."""
        quiet_since = time.perf_counter() - self._idle_timeout
        for connection, exchange in list(self._carrier.connections.items()):
            if exchange.moved < quiet_since and not exchange.answering:
                connection.stream.close()
        self._sweeper = asyncio.get_running_loop().call_later(self._idle_timeout / 5, self._sweep)

    @property
    def busy(self) -> int:
        """Connections on which a request is under way."""
        return sum(1 for exchange in self._carrier.connections.values() if exchange.started)

    async def drain(self, grace: float) -> None:
        """Stop accepting, and wait up to `grace` seconds until all requests are answered.

        A request is answered if its connection was made before the listening sockets closed and it comes within
        `LINGER` seconds; each answer is the last one on its connection. `busy` tells what is left.
        """
        self._carrier.draining = True
        for listener in self._listeners:
            stop_shaking_hands(listener)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(HANDSHAKE)
        self._stop_accepting()
        while True:
            await asyncio.sleep(0.01)  # before all else, so that connections just accepted are known
            connections, waited = self._carrier.connections, loop.time() - begun
            if not connections or waited > grace:
                break
            if waited > LINGER:
                for connection in [c for c, exchange in connections.items() if not exchange.started]:
                    connection.stream.close()

    def _stop_accepting(self) -> None:
        """Take the connections that the kernel has accepted for us, and at once close the listening sockets."""
        listeners, self._listeners = self._listeners, {}
        for listener, unregister in listeners.items():
            unregister()
            with listener, contextlib.suppress(OSError):  # BlockingIOError: there are no more
                while True:
                    self._accept(*listener.accept())

    async def close(self) -> None:
        """Close everything at once, and write the rest of the log."""
        self._stop_accepting()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in list(self._carrier.connections):
            await connection.close()
        if self._carrier.request_log is not None:
            self._carrier.request_log.flush()

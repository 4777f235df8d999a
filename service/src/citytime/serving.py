"""Serving as a process: sockets, start, signals and a stop that loses nothing, whatever carries the requests.

`main` is what the command line calls. What differs between HTTP and gRPC is a `Front`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar, cast

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from citytime import logs, tracing
from citytime.errors import ConfigurationError
from citytime.health import Health, Phase, Ping, make_admin
from citytime.settings import Settings, environment_name
from citytime.telemetry import Metrics

A = TypeVar("A")
"""What answers requests: an HTTP application, gRPC services."""

A_contra = TypeVar("A_contra", contravariant=True)

Close = Callable[[], Awaitable[None]]
Build = Callable[[Settings, Metrics], Awaitable[tuple[A, Mapping[str, Ping], Close]]]
"""Makes what answers, the pings of what it depends on, and what closes it, in the process that serves."""

log = logging.getLogger(__name__)

BACKLOG = 1024
"""Connections that may wait to be accepted (the kernel's somaxconn may allow fewer)."""


class Front(Protocol[A_contra]):
    """What carries requests between the network and what answers them; it listens from when it is made."""

    @property
    def url(self) -> str:
        """Where it can be reached."""

    @property
    def busy(self) -> int:
        """Requests under way."""

    async def start(self, answering: A_contra) -> None:
        """Answer requests from now on."""

    async def drain(self, grace: float) -> None:
        """Take no new requests, and wait up to `grace` seconds for those under way; `busy` tells what is left."""

    async def close(self) -> None:
        """Close everything at once, started or not."""


class Bound(NamedTuple, Generic[A]):
    """What listens for a process: its front and the sockets of its admin port."""

    front: Front[A]
    admin: list[socket.socket]


Bind = Callable[[Settings, Metrics], Bound[A]]
"""Listens as the settings say; called within a running event loop. Raises ConfigurationError."""


def listen(settings: Settings, address_name: str, port_name: str) -> list[socket.socket]:
    """Listening sockets for the settings of these names; a host name may stand for several addresses.

    Raises ConfigurationError naming address, port and settings when they cannot be had.
    """
    address, port = getattr(settings, address_name), getattr(settings, port_name)
    try:
        return bind_sockets(port, address, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        names = f"{environment_name(address_name)} or {environment_name(port_name)}"
        raise ConfigurationError(f"cannot listen on {address} port {port}: {reason}; change {names}") from None


def url(listener: socket.socket) -> str:
    """Where a socket that listens for HTTP can be reached."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"


def on_signals(action: Callable[[], object]) -> None:
    """Do `action` on SIGTERM and SIGINT, in place of what was to be done before."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, action)


async def run(
    settings: Settings, bound: Bound[A], answering: A, metrics: Metrics, dependencies: Mapping[str, Ping]
) -> int:
    """Serve until SIGTERM or SIGINT, then finish the requests under way; a second signal ends them.

    Returns how many requests were cut off, by the second signal or by the end of `settings.shutdown_grace`.
    """
    front = bound.front
    health = Health(dependencies)
    admin = HTTPServer(make_admin(metrics.registry, health))
    admin.add_sockets(bound.admin)
    stop = asyncio.Event()
    on_signals(stop.set)
    try:
        await front.start(answering)
        health.phase = Phase.SERVING
        log.info("listening", extra={"url": front.url, "admin": url(bound.admin[0])})
        await stop.wait()
        health.phase = Phase.STOPPING
        log.info("stopping", extra={"requests": front.busy})
        drain = asyncio.create_task(front.drain(settings.shutdown_grace))
        on_signals(drain.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await drain
        cut_off = front.busy
        log.log(logging.WARNING if cut_off else logging.INFO, "stopped", extra={"cut_off": cut_off})
    finally:
        await front.close()
        admin.stop()
        await admin.close_all_connections()
    return cut_off


async def _serve(settings: Settings, build: Build[A], bind: Bind[A]) -> int:
    metrics = Metrics()
    bound = bind(settings, metrics)
    on_signals(cast("asyncio.Task[int]", asyncio.current_task()).cancel)  # until `run` minds them
    answering, dependencies, close = await build(settings, metrics)
    try:
        return await run(settings, bound, answering, metrics, dependencies)
    finally:
        await close()


def main(role: str, settings: Settings, build: Build[A], bind: Bind[A]) -> int:
    """Serve until told to stop; returns the exit code, 1 if requests were cut off. Traces name the process by its role.

    Raises ConfigurationError, and whatever `build` raises.
    """
    logs.configure(settings.log_level)
    tracing.start(role)
    try:
        return min(1, asyncio.run(_serve(settings, build, bind)))
    except asyncio.CancelledError:
        return 0
    finally:
        tracing.stop()

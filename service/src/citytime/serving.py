"""Serving as a process: sockets, start, signals and a stop that loses nothing.

`main` is what the command line calls. With one worker the process itself serves; with more, `workers` starts as many
processes that come back here with inherited sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from citytime import logs
from citytime.errors import ConfigurationError
from citytime.gateway.http import Application
from citytime.gateway.server import make_server
from citytime.health import Health, Phase, Ping, make_admin
from citytime.settings import Settings, environment_name
from citytime.telemetry import Metrics

Close = Callable[[], Awaitable[None]]
Build = Callable[[Settings, Metrics], Awaitable[tuple[Application, Mapping[str, Ping], Close]]]

log = logging.getLogger(__name__)

BACKLOG = 1024
"""Connections that may wait to be accepted (the kernel's somaxconn may allow fewer)."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """Listening sockets; a host name may stand for several addresses."""

    http: list[socket.socket]
    admin: list[socket.socket]


def _listen(settings: Settings, address_name: str, port_name: str) -> list[socket.socket]:
    address, port = getattr(settings, address_name), getattr(settings, port_name)
    try:
        return bind_sockets(port, address, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        names = f"{environment_name(address_name)} or {environment_name(port_name)}"
        raise ConfigurationError(f"cannot listen on {address} port {port}: {reason}; change {names}") from None


def bind(settings: Settings) -> tuple[Settings, Sockets]:
    """Sockets as the settings say, and the settings with the ports that 0 stood for.

    Raises ConfigurationError naming address, port and settings when one cannot be had.
    """
    http = _listen(settings, "address", "port")
    try:
        admin = _listen(settings, "admin_address", "admin_port")
    except ConfigurationError:
        for listener in http:
            listener.close()
        raise
    ports = {"port": http[0].getsockname()[1], "admin_port": admin[0].getsockname()[1]}
    return dataclasses.replace(settings, **ports), Sockets(http, admin)


def url(listener: socket.socket) -> str:
    """Where a listening socket can be reached."""
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
    settings: Settings,
    app: Application,
    metrics: Metrics,
    dependencies: Mapping[str, Ping],
    *,
    sockets: Sockets | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT, then finish the requests under way; a second signal ends them.

    Returns how many requests were cut off, by the second signal or by the end of `settings.shutdown_grace`.
    Raises ConfigurationError when no `sockets` are given and the configured ones cannot be had.
    """
    if sockets is None:
        settings, sockets = bind(settings)
    health = Health(dependencies)
    admin = HTTPServer(make_admin(metrics.registry, health))
    admin.add_sockets(sockets.admin)
    server = make_server(settings, app, metrics)
    server.add_sockets(sockets.http)
    stop = asyncio.Event()
    on_signals(stop.set)
    health.phase = Phase.SERVING
    log.info("listening", extra={"url": url(sockets.http[0]), "admin": url(sockets.admin[0])})
    try:
        await stop.wait()
        health.phase = Phase.STOPPING
        log.info("stopping", extra={"requests": server.busy})
        drain = asyncio.create_task(server.drain(settings.shutdown_grace))
        on_signals(drain.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await drain
        cut_off = server.busy
        log.log(logging.WARNING if cut_off else logging.INFO, "stopped", extra={"cut_off": cut_off})
    finally:
        await server.close()
        admin.stop()
        await admin.close_all_connections()
    return cut_off


async def _serve(settings: Settings, build: Build, listen: Callable[[Settings], tuple[Settings, Sockets]]) -> int:
    settings, sockets = listen(settings)
    on_signals(cast("asyncio.Task[int]", asyncio.current_task()).cancel)  # until `run` minds them
    metrics = Metrics()
    app, dependencies, close = await build(settings, metrics)
    try:
        return await run(settings, app, metrics, dependencies, sockets=sockets)
    finally:
        await close()


def main(settings: Settings, build: Build) -> int:
    """Serve with `settings.workers` processes until told to stop; returns the exit code, 1 if requests were cut off.

    `build` makes the application, the pings of what it depends on, and what closes it, in the process that serves.
    Raises ConfigurationError, and whatever `build` raises.
    """
    logs.configure(settings.log_level)
    listen = bind
    if settings.workers > 1:
        from citytime import workers  # noqa: PLC0415 (one process alone needs none of it)

        if not workers.is_worker():
            return asyncio.run(workers.supervise(*bind(settings)))
        listen = workers.adopt
    try:
        return min(1, asyncio.run(_serve(settings, build, listen)))
    except asyncio.CancelledError:
        return 0

"""Several processes behind one port: a parent that binds, starts, watches and stops them.

A worker is this very command again, started afresh (prometheus_client chooses its multi-process mode when it is
imported) with the listening sockets inherited. The parent answers no requests; its admin port serves the sum of the
workers' metrics, and is ready when all workers are. Rate limits and caches are each worker's own,
except for what `geocoder.store` shares.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from prometheus_client import CollectorRegistry, PlatformCollector
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket

from citytime.errors import Unavailable
from citytime.gateway.front import Sockets
from citytime.health import PING_TIMEOUT, Health, Phase, make_admin
from citytime.serving import on_signals, url
from citytime.settings import Settings

log = logging.getLogger(__name__)

VARIABLE = "_CITYTIME_SOCKETS"
"""Environment variable that makes a process a worker: its inherited descriptors, as a JSON object like `Sockets`."""

SETTLED = 10.0
"""Seconds after which a worker has proved that it can serve."""

FIRST_DELAY, LAST_DELAY = 0.1, 10.0
"""Seconds between a worker's death and its restart; doubled while it keeps dying before it has settled."""

KILL_AFTER = 2.0
"""Seconds beyond the grace after which a worker that does not stop is killed."""


def is_worker() -> bool:
    """Whether a parent started this process to be a worker."""
    return VARIABLE in os.environ


def adopt() -> Sockets:
    """A worker's counterpart of `gateway.front.listen`: the sockets that the parent left to it.

    From here on the end of standard input, which comes when the parent is gone, stops the worker as SIGTERM would.
    """
    inherited = json.loads(os.environ.pop(VARIABLE))
    sockets = Sockets(**{name: [socket.socket(fileno=n) for n in numbers] for name, numbers in inherited.items()})
    loop, leash = asyncio.get_running_loop(), sys.stdin.fileno()

    def orphaned() -> None:
        loop.remove_reader(leash)
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(leash, orphaned)  # the parent writes nothing, so whatever can be read is the end
    return sockets


class Worker:
    """One place in the row of workers, and the process that fills it."""

    def __init__(self, name: str, http: list[socket.socket], directory: Path) -> None:
        self.name = name
        self._path = directory / f"{name}.sock"
        self._sockets = Sockets(http, [bind_unix_socket(str(self._path))])
        self._directory = directory
        self._process: Process | None = None
        self._stopping = asyncio.Event()

    async def ping(self) -> None:
        """Raise Unavailable, with the reason, unless the worker is ready."""
        if self._process is None or self._process.returncode is not None:
            raise Unavailable("not running", self.name)
        reader, writer = await asyncio.open_unix_connection(self._path)
        try:
            writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
            _, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
        failures = [f"{name}: {answer}" for name, answer in json.loads(body)["checks"].items() if answer != "ok"]
        if failures:
            raise Unavailable("; ".join(failures), self.name)

    async def keep(self) -> int:
        """Start the process, again whenever it dies, until it is told to stop; returns its exit code.

        Returns as well when the first process gives up by itself before it has settled: what it complains about
        (its settings, its data) would not change by starting it again.
        """
        loop, delay, first = asyncio.get_running_loop(), FIRST_DELAY, True
        while True:
            started = loop.time()
            self._process = process = await self._start()
            if self._stopping.is_set():
                self.stop(signal.SIGTERM)
            code = await process.wait()
            mark_process_dead(process.pid, str(self._directory))  # type: ignore[no-untyped-call]
            settled = loop.time() - started > SETTLED
            if self._stopping.is_set() or (first and code > 0 and not settled):
                return code
            first, delay = False, FIRST_DELAY if settled else delay
            log.error("worker died", extra={"worker": self.name, "code": code, "restart_in": delay})
            try:
                await asyncio.wait_for(self._stopping.wait(), delay)
            except TimeoutError:
                delay = min(delay * 2, LAST_DELAY)
            else:
                return 0

    async def _start(self) -> Process:
        numbers = {name: [s.fileno() for s in getattr(self._sockets, name)] for name in ("http", "admin")}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *sys.orig_argv[1:],
            stdin=PIPE,
            pass_fds=[*numbers["http"], *numbers["admin"]],
            env=os.environ | {VARIABLE: json.dumps(numbers), "PROMETHEUS_MULTIPROC_DIR": str(self._directory)},
            start_new_session=True,  # a terminal's Ctrl-C is for the parent, which passes it on once
        )

    def stop(self, number: signal.Signals) -> None:
        """Send the process a signal, and start no other."""
        self._stopping.set()
        if self._process is not None and self._process.returncode is None:
            # Not `Process.send_signal`: it would look whether the process has ended, and so take its exit code away
            # from the one who waits for it (https://github.com/python/cpython/issues/87744).
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


async def supervise(settings: Settings, sockets: Sockets) -> int:
    """Run `settings.workers` workers until SIGTERM or SIGINT; a second signal kills them. Returns the exit code:
    0 when all of them stopped cleanly, else the highest of theirs.
    """
    with tempfile.TemporaryDirectory(prefix="citytime-") as directory:
        workers = [Worker(f"worker-{n}", sockets.http, Path(directory)) for n in range(1, settings.workers + 1)]
        registry = CollectorRegistry()
        MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
        PlatformCollector(registry)
        health = Health({worker.name: worker.ping for worker in workers}, PING_TIMEOUT + 0.5)
        admin = HTTPServer(make_admin(registry, health))
        admin.add_sockets(sockets.admin)
        stop = asyncio.Event()
        on_signals(stop.set)
        health.phase = Phase.SERVING
        log.info("listening", extra={"url": url(sockets.http[0]), "admin": url(sockets.admin[0])})
        keepers = {asyncio.create_task(worker.keep()) for worker in workers}
        await asyncio.wait({asyncio.create_task(stop.wait()), *keepers}, return_when=asyncio.FIRST_COMPLETED)
        health.phase = Phase.STOPPING
        log.info("stopping")
        for listener in sockets.http:
            listener.close()  # or the kernel would go on accepting for a parent that answers nobody
        for worker in workers:
            worker.stop(signal.SIGTERM)

        def kill() -> None:
            for worker in workers:
                worker.stop(signal.SIGKILL)

        on_signals(kill)
        _, late = await asyncio.wait(keepers, timeout=settings.shutdown_grace + KILL_AFTER)
        if late:
            kill()
        codes = await asyncio.gather(*keepers)
        log.info("stopped", extra={"codes": codes})
        admin.stop()
        await admin.close_all_connections()
    # A worker that SIGTERM reached before it could serve, and so before it minded signals, lost nothing.
    return max(1 if code < 0 and code != -signal.SIGTERM else max(0, code) for code in codes)

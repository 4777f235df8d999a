"""A contestant's process: started on one core, watched through /proc, and ended whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.contestants import Contestant, environment
from bench.load import Address, BenchError, exchange, get

PATIENCE = 60.0
"""Seconds that a server may take to its first answer."""


@dataclass(frozen=True, slots=True)
class Start:
    """What it took from `exec` to the first 200, in seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MB (10⁶ bytes): all of it, what is the process's own, what files lend it (shared)."""

    resident: float
    anonymous: float
    files: float


def core_time(core: int) -> float:
    """Seconds that a core has worked since the machine began, for whomever, time that a hypervisor took included."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name == f"cpu{core}":
            user, nice, system, _, _, *others = map(int, ticks[:8])
            return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
    raise BenchError(f"/proc/stat knows no core {core}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


class Server:
    """A running contestant; a context manager. `start` is what it took until it answered."""

    start: Start

    def __init__(self, contestant: Contestant, core: int) -> None:
        self.name = contestant.name
        self._contestant = contestant
        self._core = core

    def __enter__(self) -> Self:
        port = free_port()
        self.address: Address = ("127.0.0.1", port)
        self._errors = tempfile.TemporaryFile()
        mine = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self._core})  # a child inherits it, and Go looks at it once, when it starts
        began = time.perf_counter()
        try:
            self._process = subprocess.Popen(  # noqa: S603
                self._contestant.command(port),
                env=environment(self._contestant, port),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # where request logs go, the same for all
                stderr=self._errors,
                start_new_session=True,  # a terminal's Ctrl-C is for us; we end the servers
            )
        finally:
            os.sched_setaffinity(0, mine)
        try:
            self._await_first_answer(began)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _await_first_answer(self, began: float) -> None:
        request = get("/lisbon")
        while True:
            with contextlib.suppress(ConnectionError):
                if exchange(self.address, request)[0] == 200:
                    self.start = Start(self.cpu(), time.perf_counter() - began)
                    return
            if self._process.poll() is not None:
                raise BenchError(f"{self.name} did not start: {self.complaint()}")
            if time.perf_counter() - began > PATIENCE:
                raise BenchError(f"{self.name} gave no answer in {PATIENCE:g} s: {self.complaint()}")
            time.sleep(0.005)

    def _end(self) -> None:
        """Stop the process and all that it started."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._errors.close()

    def complaint(self) -> str:
        """The end of what it wrote to stderr."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip()[-2000:] or "it said nothing"

    def cpu(self) -> float:
        """Seconds of CPU (user and system) of the process and its children since they began.

        Read from each process's CPU clock (clock_getcpuclockid(3)), which counts nanoseconds; /proc/PID/stat has the
        same sum in hundredths of a second.
        """
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in _family(self._process.pid))

    def memory(self) -> Memory:
        """What it holds now, children included."""
        sizes = {"VmRSS:": 0.0, "RssAnon:": 0.0, "RssFile:": 0.0}
        for pid in _family(self._process.pid):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                name, *rest = line.split()
                if name in sizes:
                    sizes[name] += int(rest[0]) * 1024 / 1e6
        return Memory(*sizes.values())

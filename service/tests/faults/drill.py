"""One fault: what callers of each kind see before, during and after it."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from tests.faults.processes import Role, Services
from tests.wire import Answer, fetch

DELAY = 0.3
"""Seconds by which a slowed service is slowed, each way."""

KINDS: dict[str, tuple[str, ...]] = {
    "popular": (),
    "new": ("geocoder",),
    "point": ("geocoder", "timezones"),
    "picture": ("images",),
}
"""What is asked, and which services it cannot do without: a city that was asked for before, one that was not, a
position, a random picture."""

_NUMBERS = count(1)


def target(kind: str) -> str:
    """A request of a kind: except for `popular` and `picture`, one that was never made before."""
    number = next(_NUMBERS)
    return {
        "popular": "/lisbon",
        "new": f"/paris?near={number % 80}.{number},2",
        "point": f"/{number % 80}.{number},{number % 170}.5",
        "picture": "/homersimpson",
    }[kind]


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was made (seconds, monotonic), its status (0: no connection or no answer) and how long it
    took; `names` is the service that the problem names.
    """

    at: float
    kind: str
    status: int
    seconds: float
    names: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200


async def _sample(port: int, kind: str, limit: float) -> Sample:
    at = time.monotonic()
    try:
        async with asyncio.timeout(limit):
            answer = await fetch(port, target(kind))
    except TimeoutError:
        return Sample(at, kind, -1, time.monotonic() - at)
    except (OSError, EOFError):
        return Sample(at, kind, 0, time.monotonic() - at)
    return Sample(at, kind, answer.status, time.monotonic() - at, _named(answer))


def _named(answer: Answer) -> str:
    if answer.status != 503:
        return ""
    assert "retry-after" in answer.headers, "a 503 without Retry-After"
    return str(json.loads(answer.body)["dependency"])


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a role: how it begins and how it ends. `hard` faults take the role away altogether."""

    name: str
    begin: Callable[[Services, Role], Awaitable[None]]
    end: Callable[[Services, Role], Awaitable[None]]


async def _kill(_: Services, role: Role) -> None:
    await role.kill()


async def _start(_: Services, role: Role) -> None:
    await role.start()


async def _pause(_: Services, role: Role) -> None:
    role.signal(signal.SIGSTOP)


async def _resume(_: Services, role: Role) -> None:
    role.signal(signal.SIGCONT)


async def _slow(services: Services, role: Role) -> None:
    services.proxies[role.name].delay = DELAY


async def _quick(services: Services, role: Role) -> None:
    services.proxies[role.name].delay = 0.0


async def _restart(_: Services, role: Role) -> None:
    assert await role.stop() == 0
    await role.start()


async def _nothing(_: Services, __: Role) -> None:
    pass


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("killed", _kill, _start),
        Fault("paused", _pause, _resume),
        Fault("slowed", _slow, _quick),
        Fault("restarted", _restart, _nothing),
    )
}


@dataclass
class Outcome:
    """What was seen of one fault. Times are seconds, monotonic."""

    fault: str
    role: str
    began: float = 0.0
    ended: float = 0.0
    samples: list[Sample] = field(default_factory=list)

    def during(self, kind: str) -> list[Sample]:
        """Requests under way while the fault lasted."""
        return [
            one
            for one in self.samples
            if one.kind == kind and one.at < self.ended and one.at + one.seconds > self.began
        ]

    def statuses(self, kind: str) -> str:
        """What callers saw meanwhile: `503 × 812, 200 × 3`."""
        seen = Counter(one.status for one in self.during(kind))
        return ", ".join(f"{_STATUS.get(status, status)} × {n}" for status, n in seen.most_common())

    def recovery(self, kind: str) -> float:
        """Seconds from the end of the fault to the first request after which none failed; 0 if none failed then."""
        failed = [one.at + one.seconds for one in self.samples if one.kind == kind and not one.ok]
        return max(0.0, max(failed, default=0.0) - self.ended)

    def slowest(self, kind: str) -> float:
        """Seconds that the slowest answer took, at any time."""
        return max(one.seconds for one in self.samples if one.kind == kind)


_STATUS = {0: "no connection", -1: "hung"}


async def drill(
    services: Services, fault: Fault, role: Role, *, lasting: float, limit: float, after: float = 4.0
) -> Outcome:
    """Ask for all kinds without pause, meanwhile let `role` fail for `lasting` seconds, and look `after` seconds on.

    A request that takes longer than `limit` seconds is taken for hung.
    """
    outcome, port = Outcome(fault.name, role.name), services.gateway.port

    async def ask(kind: str) -> None:
        while True:
            outcome.samples.append(await _sample(port, kind, limit))
            await asyncio.sleep(0.01)

    clients = [asyncio.create_task(ask(kind)) for kind in KINDS for _ in range(2)]
    try:
        await asyncio.sleep(1.0)
        outcome.began = time.monotonic()
        await fault.begin(services, role)
        await asyncio.sleep(max(0.0, outcome.began + lasting - time.monotonic()))
        await fault.end(services, role)
        outcome.ended = time.monotonic()
        await asyncio.sleep(after)
    finally:
        for client in clients:
            client.cancel()
        results = await asyncio.gather(*clients, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return outcome

"""What is asked of whom: how many requests, over how many connections, and what one round of it costs the server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Answers, BenchError, drive, exchange, get, post
from bench.names import Names, path
from bench.server import Server

CONNECTIONS = 16

BATCH = 1000
"""Names in a batch."""

CITY = get("/lisbon")

Supply = Callable[[int], list[bytes]]


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of request. `supply` makes as many as are asked for; `count` are sent in a round, each with `size`
    questions in it.
    """

    name: str
    title: str
    server: str
    supply: Supply
    count: int
    connections: int = CONNECTIONS
    statuses: frozenset[int] = frozenset({200})
    size: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of a workload: CPU seconds of an answer, answers a second, the share of the time that the server
    computed, the share of requests whose status was 200, and the requests' latencies in seconds.
    """

    cpu: float
    rate: float
    busy: float
    found: float
    latencies: list[float]


def _city(count: int) -> list[bytes]:
    return [CITY] * count


def workloads(names: Names, scale: float) -> list[Workload]:
    """All workloads; `scale` shortens them."""

    def batches(count: int) -> list[bytes]:
        return [post("/v1/batch", json.dumps({"queries": names.known(BATCH)}).encode()) for _ in range(count)]

    def known(count: int) -> list[bytes]:
        return [get(path(name)) for name in names.known(count)]

    def misspelt(count: int) -> list[bytes]:
        return [get(path(name)) for name in names.misspelt(count)]

    long, middle, short = int(20_000 * scale), int(1500 * scale), int(300 * scale)
    either = frozenset({200, 404})
    return [
        Workload("bare", "bare Tornado handler, a constant", "bare", _city, long),
        Workload("cached", "citytime, a cached city", "citytime", _city, long),
        Workload("gin", "gin, the seed's job", "gin", _city, long),
        Workload("cached-traced", "  all traced", "traced", _city, long),
        Workload("cached-sampled", "  one in a hundred traced", "sampled", _city, long),
        Workload("cached-four", "  as four processes", "four", _city, long),
        Workload("uncached", "citytime, uncached names", "citytime", known, middle, statuses=either),
        Workload("uncached-traced", "  all traced", "traced", known, middle, statuses=either),
        Workload("uncached-sampled", "  one in a hundred traced", "sampled", known, middle, statuses=either),
        Workload("uncached-four", "  as four processes", "four", known, middle, statuses=either),
        Workload("misspelt", "citytime, misspellings, one by one", "citytime", misspelt, short, 1, either),
        Workload("batch", "citytime, batches of 1,000 names", "citytime", batches, 1, 1, size=BATCH),
    ]


def check(workload: Workload, answers: Answers) -> None:
    """Raise BenchError when the server answered otherwise than it should have."""
    if wrong := {status: n for status, n in answers.statuses.items() if status not in workload.statuses}:
        raise BenchError(f"{workload.title}: unexpected answers, by status: {wrong}")


def warm_up(workload: Workload, server: Server) -> None:
    """A tenth of a round, not counted; a batch is looked into, since its status tells nothing of its answers."""
    requests = workload.supply(max(1, workload.count // 10))
    check(workload, drive(server.address, requests[1:], workload.connections))
    status, body = exchange(server.address, requests[0])
    check(workload, Answers(Counter([status])))
    if workload.name == "batch" and (found := body.count(b'"status":200')) < 0.9 * BATCH:
        raise BenchError(f"{workload.title}: only {found} were answered")


def measure(workload: Workload, server: Server) -> Sample:
    """One round."""
    requests = workload.supply(workload.count)
    before = server.cpu()
    answers = drive(server.address, requests, workload.connections)
    spent = server.cpu() - before
    check(workload, answers)
    return Sample(
        cpu=spent / workload.count / workload.size,
        rate=workload.count * workload.size / answers.seconds,
        busy=spent / answers.seconds,
        found=answers.statuses[200] / workload.count,
        latencies=answers.latencies,
    )

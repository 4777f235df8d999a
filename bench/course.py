"""The course of a benchmark: starts first, then rounds in which all workloads take turns, so that whatever else the
machine does meets them alike. What was measured ends up in `Results`; progress goes to stderr.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.contestants import Contestant
from bench.load import drive, steady
from bench.server import Memory, Server, Start, core_time
from bench.workloads import CITY, Sample, Workload, check, measure, warm_up

STEADY_RATE = 250.0
"""Requests a second of the client that is watched while others misspell."""

START, STEADY = "start", "steady"
"""Names of what is measured besides the workloads."""


@dataclass(slots=True)
class Results:
    """All that was measured, by contestant or workload, one entry a round; latencies in seconds.

    `quiet` is the steady client's latencies when it is alone, `beside` while misspellings are answered. `disturbed` is
    the share of the rounds' time in which the servers' core worked for strangers.
    """

    starts: dict[str, list[Start]] = field(default_factory=dict)
    fresh: dict[str, list[Memory]] = field(default_factory=dict)
    loaded: dict[str, Memory] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    quiet: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    disturbed: float = 0.0


def say(text: str) -> None:
    """Tell whoever waits."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(
    contestants: Sequence[Contestant], workloads: Sequence[Workload], wanted: Collection[str], rounds: int, core: int
) -> Results:
    """Measure what is `wanted` (names of workloads, START, STEADY), with the servers on this core."""
    results = Results()
    if START in wanted:
        _starts(results, contestants, rounds, core)
    present = {contestant.name for contestant in contestants}
    chosen = [w for w in workloads if w.name in wanted and w.server in present]
    slips = next(w for w in workloads if w.name == "misspelt")
    needed = {w.server for w in chosen} | ({slips.server} if STEADY in wanted else set())
    with ExitStack() as stack:
        servers = {c.name: stack.enter_context(Server(c, core)) for c in contestants if c.name in needed}
        for workload in chosen:
            say(f"warming up: {workload.title}")
            warm_up(workload, servers[workload.server])
        began, ours, all_work = time.monotonic(), _cpu(servers.values()), core_time(core)
        for number in range(1, rounds + 1):
            for workload in chosen:
                sample = measure(workload, servers[workload.server])
                results.samples.setdefault(workload.name, []).append(sample)
                say(f"round {number} of {rounds}: {workload.title}: {sample.cpu * 1e6:,.1f} µs CPU an answer")
            if STEADY in wanted:
                _steady(results, servers[slips.server], slips)
                say(f"round {number} of {rounds}: a steady client, alone and beside misspellings")
        strangers = core_time(core) - all_work - (_cpu(servers.values()) - ours)
        results.disturbed = max(0.0, strangers) / (time.monotonic() - began)
        results.loaded = {name: server.memory() for name, server in servers.items()}
    return results


def _cpu(servers: Iterable[Server]) -> float:
    return sum(server.cpu() for server in servers)


def _starts(results: Results, contestants: Sequence[Contestant], rounds: int, core: int) -> None:
    """Start each anew in each round; a first time does not count, since it reads the disk and compiles bytecode."""
    for number in range(rounds + 1):
        for contestant in contestants:
            with Server(contestant, core) as server:
                if number:
                    results.starts.setdefault(contestant.name, []).append(server.start)
                    results.fresh.setdefault(contestant.name, []).append(server.memory())
        say(f"starts, {number} of {rounds}" if number else "starts, the first, not counted")


def _steady(results: Results, server: Server, slips: Workload) -> None:
    requests, end = slips.supply(slips.count), time.monotonic() + slips.count / STEADY_RATE
    results.quiet += steady(server.address, CITY, STEADY_RATE, lambda: time.monotonic() > end).latencies
    with ThreadPoolExecutor(1) as other:
        slipping = other.submit(drive, server.address, requests, slips.connections)
        results.beside += steady(server.address, CITY, STEADY_RATE, slipping.done).latencies
        check(slips, slipping.result())

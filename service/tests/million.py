"""`python -m tests.million`: a million targets of `tests.paths`, none of which may be a 500, hang, or make a series.

Most are put to the application in this process, as the server would put them; the rest go to a service of its own
over a socket, as raw bytes. Prints its progress on stderr and a closing line on stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from citytime.gateway.http import UNMATCHED, Request
from citytime.gateway.routes import ROUTES
from citytime.local import build_local
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.instance import Instance, gazetteer, instance
from tests.paths import targets
from tests.wire import connect

CLOSED = 0
"""Stands for a connection that was closed without an answer, which only a broken request line may bring about."""

STATUSES = {200, 300, 400, 404, 405, 406, 414}
"""What a GET without a body may be answered, while nothing is out."""

CONNECTIONS = 4
SHOWN = 300
"""Bytes of a target that are printed."""

PROGRESS = 10.0
"""Seconds between two lines of progress."""

SERIES = re.compile(r"(citytime_|http_)")


@dataclass
class Tally:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_target: bytes = b""
    failures: list[str] = field(default_factory=list)

    def add(self, target: bytes, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        if seconds > self.slowest:
            self.slowest, self.slowest_target = seconds, target
        if status not in STATUSES and not (status == CLOSED and is_broken(target)):
            self.failures.append(f"{status}: {target[:SHOWN]!r}")

    def __str__(self) -> str:
        return ", ".join(f"{status or 'closed'}: {count:,}" for status, count in sorted(self.statuses.items()))


def is_broken(target: bytes) -> bool:
    """Whether a request line with this target is none."""
    return not target or any(byte <= 0x20 or byte == 0x7F for byte in target)


def request_of(target: bytes) -> Request:
    """The request that the server makes of a target."""
    text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in target)
    path, _, query = text.partition("?")
    return Request("GET", path, query)


async def in_process(some: Iterable[bytes], tally: Tally) -> None:
    """Put targets to the application, and see to it that its metrics have no series but those of the start."""
    settings, metrics = Settings(gazetteer=gazetteer()), Metrics()
    gateway, _, close = await build_local(settings, metrics)
    before = {(sample.name, *sample.labels.items()) for one in metrics.registry.collect() for sample in one.samples}
    for target in some:
        request = request_of(target)
        if len(target) > settings.query_limit or not request.path.startswith("/"):
            tally.add(target, 414 if request.path.startswith("/") else 400, 0.0)  # the server's own answer
            continue
        started = time.perf_counter()
        try:
            response = gateway.cached(request) or await asyncio.wait_for(
                gateway.answer(request), settings.request_timeout
            )
            tally.add(target, response.status, time.perf_counter() - started)
        except Exception as error:
            tally.failures.append(f"{error!r}: {target[:SHOWN]!r}")
    await close()
    after = {(sample.name, *sample.labels.items()) for one in metrics.registry.collect() for sample in one.samples}
    tally.failures += [f"new series {name}" for name in after - before if SERIES.match(name[0])]


async def over_sockets(service: Instance, some: Iterator[bytes], tally: Tally) -> None:
    """Send targets as they are, and see to it that the service's series are those that there may be."""
    port = urlsplit(service.url).port or 0
    await asyncio.gather(*(_over_socket(port, some, tally) for _ in range(CONNECTIONS)))
    tally.failures += [f"new series {labels}" for labels in strange_series(service)]


async def _over_socket(port: int, some: Iterator[bytes], tally: Tally) -> None:
    done = False
    while not done:
        async with connect(port) as connection:
            done = True
            for target in some:
                started = time.perf_counter()
                connection.send(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
                try:
                    answer = await connection.answer()
                except (EOFError, ConnectionError):
                    tally.add(target, CLOSED, time.perf_counter() - started)
                    answer = None
                else:
                    tally.add(target, answer.status, time.perf_counter() - started)
                if answer is None or is_broken(target):
                    done = False  # what is left of a broken line would be read as the next request
                    break


def strange_series(service: Instance) -> list[dict[str, str]]:
    """The labels of requests in a service's metrics that no route, method or status accounts for."""
    with urllib.request.urlopen(f"{service.admin_url}/metrics") as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    templates = {route.template for route in ROUTES} | {UNMATCHED}
    labels = [
        s.labels for family in families for s in family.samples if s.name.endswith("request_duration_seconds_count")
    ]
    return [
        one
        for one in labels
        if one["http_route"] not in templates
        or one["http_request_method"] != "GET"
        or int(one["http_response_status_code"]) not in STATUSES
    ]


def watched(some: Iterable[bytes], total: int, name: str, tally: Tally) -> Iterator[bytes]:
    """The targets, with a line on stderr now and then."""
    started = last = time.monotonic()
    for done, target in enumerate(some):
        now = time.monotonic()
        if now - last > PROGRESS:
            last, rate = now, done / (now - started)
            left = (total - done) / rate
            print(f"{name} {done:,} of {total:,}, {rate:,.0f} a second, {left:,.0f} s left; {tally}", file=sys.stderr)
        yield target


def main() -> int:
    """Returns the exit code: 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.million", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="targets in all (default %(default)s)")
    parser.add_argument(
        "--sockets", type=float, default=0.05, help="share that goes over sockets (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random targets (default %(default)s)")
    args = parser.parse_args()
    os.nice(10)
    started = time.monotonic()
    through = int(args.count * args.sockets)
    inside = args.count - through
    every = targets(args.seed)
    wire, application = Tally(), Tally()
    with instance(log_level="info") as service:
        asyncio.run(over_sockets(service, watched(islice(every, through), through, "sockets", wire), wire))
    asyncio.run(in_process(watched(islice(every, inside), inside, "in process", application), application))
    failures = wire.failures + application.failures
    print(*failures[:50], sep="\n", end="\n" if failures else "")
    for name, count, tally in (("over sockets", through, wire), ("in process", inside, application)):
        slowest = f"slowest {tally.slowest * 1000:.0f} ms, {tally.slowest_target[:SHOWN]!r}"
        print(f"{name} {count:,}: {tally}; {slowest}")
    seconds = time.monotonic() - started
    print(f"{args.count:,} targets of seed {args.seed} in {seconds:,.0f} s: {len(failures):,} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

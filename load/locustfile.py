"""A caller of the service, for locust: asks for what load/mix.py draws, once a second.

So many callers are so many requests a second.
Every 10 s a JSON line says how it goes. A caller waits 10 s for an answer, then gives up.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import gevent
from locust import FastHttpUser, constant_throughput, events, task
from locust.env import Environment
from mix import Mix, read_cities

SUMMARY = 10.0
"""Seconds between two summary lines."""

CITIES = read_cities()


class Summary:
    """What has happened since the last line."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._latencies: list[float] = []
        self._failures: Counter[str] = Counter()

    def add(self, response_time: float, exception: Exception | None, **_: Any) -> None:
        """One request; `response_time` is in milliseconds."""
        self._latencies.append(response_time)
        if exception is not None:
            self._failures[str(exception)] += 1

    def line(self) -> str:
        """The line, and begin anew."""
        now, latencies = time.monotonic(), sorted(self._latencies)
        said = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": "load",
            "requests": len(latencies),
            "rate": round(len(latencies) / (now - self._since), 1),
            "failed": self._failures.total(),
            "failures": dict(self._failures.most_common(5)),
        }
        if latencies:
            said["p50_ms"] = round(latencies[len(latencies) // 2], 1)
            said["p99_ms"] = round(latencies[len(latencies) * 99 // 100], 1)
        self.__init__()  # type: ignore[misc]
        return json.dumps(said)


@events.init.add_listener
def _summarise(environment: Environment, **_: Any) -> None:
    summary = Summary()
    environment.events.request.add_listener(summary.add)

    def say() -> None:
        while True:
            gevent.sleep(SUMMARY)
            print(summary.line(), flush=True)

    gevent.spawn(say)
    environment.events.quitting.add_listener(lambda **_: print(summary.line(), flush=True))


class Caller(FastHttpUser):
    """One caller, on a connection that stays open."""

    wait_time = constant_throughput(1)
    network_timeout = connection_timeout = 10.0

    def on_start(self) -> None:
        """Begin with a mix of one's own."""
        self.mix = Mix(CITIES)

    @task
    def ask(self) -> None:
        """One request of the mix."""
        ask = self.mix.draw()
        headers = {"Accept": ask.accept} | ({"Content-Type": "application/json"} if ask.body else {})
        with self.client.request(
            "POST" if ask.body else "GET",
            ask.target,
            name=ask.kind,
            data=ask.body,
            headers=headers,
            catch_response=True,
            allow_redirects=False,
        ) as answer:
            if answer.status_code in ask.expected:
                answer.success()
            elif answer.status_code:
                answer.failure(f"{ask.kind}: {answer.status_code}")

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from citytime.errors import Unavailable
from citytime.health import Health, Phase, Ping, Tolerated, make_admin
from citytime.telemetry import Metrics
from tests.wire import Answer, fetch


async def well() -> None:
    pass


async def out() -> None:
    raise Unavailable("the breaker is open", "geocoder")


async def broken() -> None:
    raise KeyError


async def hanging() -> None:
    await asyncio.sleep(60)


@asynccontextmanager
async def admin(health: Health, registry: CollectorRegistry | None = None) -> AsyncIterator[int]:
    """The admin port's number."""
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(make_admin(registry or CollectorRegistry(), health))
    server.add_sockets(sockets)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        server.stop()
        await server.close_all_connections()


def families(answer: Answer) -> set[str]:
    """Names of the metrics in an OpenMetrics answer."""
    parsed = text_string_to_metric_families(answer.body.decode())  # type: ignore[no-untyped-call]
    return {family.name for family in parsed}


def serving(timeout: float = 1.0, **dependencies: Ping) -> Health:
    health = Health(dependencies, timeout)
    health.phase = Phase.SERVING
    return health


def test_ready_means_that_every_dependency_answers() -> None:
    async def scenario() -> None:
        async with admin(serving(geocoder=well, timezones=well)) as port:
            answer = await fetch(port, "/readyz")
            assert answer.status == 200
            assert answer.json == {
                "status": "ready",
                "checks": {"server": "ok", "geocoder": "ok", "timezones": "ok"},
            }

    asyncio.run(scenario())


def test_each_dependency_that_fails_is_named_with_its_reason_within_the_deadline() -> None:
    async def scenario() -> None:
        async with admin(serving(0.1, a=well, b=out, c=broken, d=hanging)) as port:
            answer = await fetch(port, "/readyz")
            assert answer.status == 503
            assert answer.json["status"] == "not ready"
            assert answer.json["checks"] == {
                "server": "ok",
                "a": "ok",
                "b": "the breaker is open",
                "c": "KeyError",
                "d": "no answer within 0.1 s",
            }

    asyncio.run(scenario())


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.STOPPING])
def test_before_and_after_serving_it_is_not_ready(phase: Phase) -> None:
    async def scenario() -> None:
        health = serving(geocoder=well)
        health.phase = phase
        async with admin(health) as port:
            answer = await fetch(port, "/readyz")
            assert (answer.status, answer.json["checks"]) == (503, {"server": phase.value})

    asyncio.run(scenario())


def test_a_new_process_is_starting() -> None:
    assert Health({}).phase is Phase.STARTING


def test_liveness_asks_no_dependency() -> None:
    async def scenario() -> None:
        async with admin(Health({"geocoder": out})) as port:
            for method in ("GET", "HEAD"):
                answer = await fetch(port, "/livez", method=method)
                assert (answer.status, answer.body) == (200, b"ok" if method == "GET" else b"")

    asyncio.run(scenario())


def test_metrics_are_openmetrics_when_asked_for_and_text_otherwise() -> None:
    async def scenario() -> None:
        registry = CollectorRegistry()
        Counter("seen", "Things seen.", registry=registry).inc(3)
        async with admin(serving(), registry) as port:
            text = await fetch(port, "/metrics")
            assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
            assert b"seen_total 3.0" in text.body
            accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
            openmetrics = await fetch(port, "/metrics", accept)
            assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
            assert families(openmetrics) == {"seen"}

    asyncio.run(scenario())


def test_the_whole_registry_is_valid_openmetrics_and_describes_the_process() -> None:
    async def scenario() -> None:
        async with admin(serving(), Metrics().registry) as port:
            openmetrics = await fetch(port, "/metrics", "Accept: application/openmetrics-text")
            assert {"process_cpu_seconds", "python_info", "python_gc_collections"} <= families(openmetrics)

    asyncio.run(scenario())


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=x", "*/*", "text/plain; version=9"])
def test_no_accept_header_breaks_the_metrics(accept: str) -> None:
    async def scenario() -> None:
        async with admin(serving()) as port:
            assert (await fetch(port, "/metrics", f"Accept: {accept}")).status == 200

    asyncio.run(scenario())


def test_the_loss_of_what_is_tolerated_is_told_and_makes_nothing_unready() -> None:
    async def scenario() -> None:
        async with admin(serving(geocoder=well, images=Tolerated(out, first=False))) as port:
            answer = await fetch(port, "/readyz")
            assert (answer.status, answer.json["status"]) == (200, "degraded")
            assert answer.json["checks"] == {"server": "ok", "geocoder": "ok", "images": "the breaker is open"}

    asyncio.run(scenario())


def test_what_is_tolerated_later_must_have_answered_once() -> None:
    class Coming:
        """Out until it has come."""

        here = False

        async def __call__(self) -> None:
            if not self.here:
                raise Unavailable("it cannot be reached", "geocoder")

    async def scenario() -> None:
        geocoder = Coming()
        async with admin(serving(geocoder=Tolerated(geocoder, first=True))) as port:
            assert (await fetch(port, "/readyz")).status == 503
            geocoder.here = True
            assert (await fetch(port, "/readyz")).json["status"] == "ready"
            geocoder.here = False
            answer = await fetch(port, "/readyz")
            assert (answer.status, answer.json["status"]) == (200, "degraded")

    asyncio.run(scenario())

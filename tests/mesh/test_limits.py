"""Retries, breakers and deadlines, as a sidecar's own metrics tell them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc

from tests.wire import until

from . import authority
from .fakes import Behaviour, Collector, Dropping, call, status
from .lab import HOSTS, NOWHERE, SECOND_GEOCODER, sidecar
from .loop import in_loop
from .sidecar import Sidecar

TARGET = f"ipv4:{HOSTS['gateway']}:15051"
CLUSTER = 'cluster_name="geocoder"'
UNAVAILABLE, OK = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.OK


@asynccontextmanager
async def between(folder: Path, *ports: int) -> AsyncIterator[Sidecar]:
    """The gateway's sidecar, with the sidecars of one or two geocoders at these ports behind it."""
    authority.once(folder)
    hosts = [HOSTS["geocoder"], SECOND_GEOCODER][: len(ports)]
    peers = {"geocoder": hosts, "timezones": [NOWHERE], "images": [NOWHERE], "collector": [NOWHERE]}
    behind = [sidecar(folder, "geocoder", host) for host in hosts]
    gateway = sidecar(folder, "gateway")
    try:
        starts = [one.start(port, peers) for one, port in zip(behind, ports, strict=True)]
        await asyncio.gather(gateway.start(1, peers), *starts)
        yield gateway
    finally:
        await asyncio.gather(*(one.stop() for one in (gateway, *behind)))


async def many(calls: int, timeout: float = 3.0) -> Counter[grpc.StatusCode]:  # noqa: ASYNC109 - the calls' deadline
    """The statuses of calls made at once, over one connection."""
    async with grpc.aio.insecure_channel(TARGET, [("grpc.enable_retries", 0)]) as channel:
        return Counter(await asyncio.gather(*(status(channel, timeout) for _ in range(calls))))


@in_loop
async def test_a_call_that_was_not_answered_is_tried_once_more(tmp_path: Path) -> None:
    async with Dropping.running(0.0) as dropping, between(tmp_path, dropping.port) as gateway:
        for _ in range(10):
            assert await call(TARGET) is UNAVAILABLE
        assert await gateway.metric("cluster_upstream_rq_retry", CLUSTER) == 10
        assert await gateway.metric("cluster_upstream_rq_total", CLUSTER) == 20
        assert dropping.calls <= 20


@in_loop
async def test_an_error_that_the_service_told_is_not_tried_again(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port) as gateway:
        behaviour.code = UNAVAILABLE
        assert (await many(10))[UNAVAILABLE] == 10
        assert behaviour.calls == 10
        assert await gateway.metric("cluster_upstream_rq_retry", CLUSTER) == 0


@in_loop
async def test_retries_have_a_budget_when_all_fails(tmp_path: Path) -> None:
    async with Dropping.running(0.3) as dropping, between(tmp_path, dropping.port) as gateway:
        assert (await many(90))[UNAVAILABLE] == 90
        # A fifth of what is under way, and never less than three at a time.
        assert 3 <= await gateway.metric("cluster_upstream_rq_retry", CLUSTER) <= 30
        assert await gateway.metric("cluster_upstream_rq_retry_overflow", CLUSTER) >= 60


@in_loop
async def test_the_callers_deadline_holds_for_all_tries_together(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port) as gateway:
        behaviour.delay = 10.0
        begun = time.monotonic()
        assert await call(TARGET, timeout=0.5) is grpc.StatusCode.DEADLINE_EXCEEDED
        assert time.monotonic() - begun < 1.0
        assert behaviour.calls == 1
        await until(lambda: _none_under_way(gateway))


@in_loop
async def test_a_caller_without_a_deadline_gets_one(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port):
        behaviour.delay = 20.0
        begun = time.monotonic()
        assert await call(TARGET, timeout=9.0) is not OK
        assert time.monotonic() - begun < 7.0


async def _none_under_way(one: Sidecar) -> bool:
    return await one.metric("cluster_upstream_rq_active", CLUSTER) == 0


@in_loop
async def test_more_calls_than_a_service_takes_are_refused_at_once(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port) as gateway:
        assert await call(TARGET) is OK
        behaviour.delay = 2.0
        found = await many(1300, timeout=6.0)
        assert found[OK] + found[UNAVAILABLE] == 1300
        assert found[UNAVAILABLE] >= 250
        assert behaviour.calls <= 1050
        assert await gateway.metric("cluster_upstream_rq_active_overflow", CLUSTER) >= 250
        behaviour.delay = 0.0
        assert await call(TARGET) is OK


@in_loop
async def test_a_failing_replica_is_put_aside_and_comes_back(tmp_path: Path) -> None:
    async with (
        Behaviour.running() as good,
        Behaviour.running() as bad,
        between(tmp_path, good.port, bad.port) as gateway,
    ):
        bad.code = UNAVAILABLE
        await many(40)
        assert await gateway.metric("cluster_outlier_detection_ejections_active", CLUSTER) == 1
        assert await many(20) == {OK: 20}
        bad.code, before = OK, bad.calls
        await until(lambda: _none_aside(gateway))
        assert await many(20) == {OK: 20}
        assert bad.calls > before


async def _none_aside(one: Sidecar) -> bool:
    return await one.metric("cluster_outlier_detection_ejections_active", CLUSTER) == 0


@in_loop
async def test_the_only_replica_is_never_put_aside(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port) as gateway:
        behaviour.code = UNAVAILABLE
        await many(40)
        assert behaviour.calls == 40
        assert await gateway.metric("cluster_outlier_detection_ejections_active", CLUSTER) == 0
        behaviour.code = OK
        assert await call(TARGET) is OK


@in_loop
async def test_metrics_do_not_grow_with_what_is_asked(tmp_path: Path) -> None:
    async with Behaviour.running() as behaviour, between(tmp_path, behaviour.port) as gateway:
        for code in grpc.StatusCode:
            behaviour.code = code
            await call(TARGET)
        before = set(await gateway.series())
        for n in range(50):
            await call(TARGET, metadata=(("x-anything", str(n)), ("user-agent", f"agent-{n}")))
        assert set(await gateway.series()) == before
        assert len(before) < 400


@in_loop
async def test_a_trace_that_is_kept_has_spans_of_both_sidecars(tmp_path: Path) -> None:
    kept, dropped = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"
    async with (
        Collector.running(NOWHERE) as collector,
        Behaviour.running() as behaviour,
        between(tmp_path, behaviour.port),
    ):
        for trace, flags in ((dropped, "00"), (kept, "01")):
            assert await call(TARGET, metadata=(("traceparent", f"00-{trace}-00f067aa0ba902b7-{flags}"),)) is OK
        assert await call(TARGET) is OK
        await until(lambda: collector.traces.get(kept) == {"gateway-mesh", "geocoder-mesh"})
        await asyncio.sleep(1.0)
        assert set(collector.traces) == {kept}

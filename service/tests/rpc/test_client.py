"""The call path of a client against real servers that answer, refuse, hang, die and come back."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections import Counter

import grpc
import pytest

from citytime.breaker import CircuitOpen
from citytime.domain import PlaceQuery
from citytime.errors import DeadlineExceeded, Unavailable, UnknownPlace
from citytime.geocoder.client import RemoteGeocoder
from citytime.rpc import server
from citytime.rpc.client import call_timeout
from citytime.telemetry import Metrics
from tests.fakes.dependencies import FailingGeocoder, FakeGeocoder, HangingGeocoder
from tests.process import service
from tests.rpc.live import live, remote, settings
from tests.wire import LONG, until

LISBON, NOWHERE = PlaceQuery("lisbon"), PlaceQuery("nowhere")


def tries(metrics: Metrics, code: str) -> float:
    """How many tries of ResolvePlace were counted with a status."""
    method = "citytime.v1.GeocodingService/ResolvePlace"
    labels = {"rpc_system_name": "grpc", "rpc_method": method, "rpc_response_status_code": code}
    name = "rpc_client_call_duration_seconds_count"
    return metrics.registry.get_sample_value(name, labels | {"server_address": "geocoder"}) or 0.0


def breaker(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("citytime_circuit_breaker_state", {"dependency": "geocoder"})


def unused_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


async def answered(client: RemoteGeocoder) -> bool:
    try:
        await client.resolve(LISBON)
    except Unavailable:
        return False
    return True


def test_a_call_is_counted_once_from_zero() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        async with live(FakeGeocoder()) as served, remote(served.server.url, metrics=metrics) as client:
            assert metrics.registry.get_sample_value("rpc_client_call_duration_seconds_count") is None
            assert (tries(metrics, "OK"), breaker(metrics)) == (0, 0)
            await client.resolve(LISBON)
            with pytest.raises(UnknownPlace):
                await client.resolve(PlaceQuery("atlantis"))
            assert (tries(metrics, "OK"), tries(metrics, "NOT_FOUND")) == (1, 1)

    asyncio.run(scenario())


def test_a_service_that_is_not_there_is_named_after_one_more_try() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        async with remote(unused_address(), metrics=metrics, rpc_retries=2) as client:
            with pytest.raises(Unavailable, match="geocoder cannot be reached") as caught:
                await client.resolve(LISBON)
            assert caught.value.dependency == "geocoder"
            assert tries(metrics, "UNAVAILABLE") == 3
            with pytest.raises(Unavailable, match="geocoder cannot be reached"):
                await client.ping()

    asyncio.run(scenario())


def test_what_the_service_says_on_purpose_is_final_and_no_failure() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        geocoder = FailingGeocoder(lambda: Unavailable("nominatim is out", "nominatim", 7.0))
        async with live(geocoder) as served, remote(served.server.url, metrics=metrics, breaker_failures=1) as client:
            for _ in range(3):
                with pytest.raises(Unavailable, match="nominatim is out") as caught:
                    await client.resolve(LISBON)
                assert (caught.value.dependency, caught.value.retry_after) == ("nominatim", 7.0)
            assert tries(metrics, "UNAVAILABLE") == 3
            assert breaker(metrics) == 0

    asyncio.run(scenario())


def test_a_call_that_hangs_ends_at_its_deadline_and_so_does_its_work() -> None:
    async def scenario() -> None:
        metrics, geocoder = Metrics(), HangingGeocoder()
        async with live(geocoder) as served, remote(served.server.url, metrics=metrics, rpc_timeout=0.1) as client:
            with pytest.raises(DeadlineExceeded, match="geocoder did not answer in time"):
                await client.resolve(NOWHERE)
            assert tries(metrics, "DEADLINE_EXCEEDED") == 2
            await until(lambda: geocoder.given_up == 2)

    asyncio.run(scenario())


def test_all_tries_fit_into_the_request_that_they_are_for() -> None:
    assert call_timeout(settings(rpc_timeout=2, rpc_retries=1, request_timeout=5)) == 2
    assert call_timeout(settings(rpc_timeout=2, rpc_retries=1, request_timeout=2)) == 0.9
    assert call_timeout(settings(rpc_timeout=60, rpc_retries=0, request_timeout=10)) == 9


def test_a_caller_that_leaves_takes_the_call_along() -> None:
    async def scenario() -> None:
        metrics, geocoder = Metrics(), HangingGeocoder()
        async with live(geocoder) as served, remote(served.server.url, metrics=metrics) as client:
            task = asyncio.create_task(client.resolve(NOWHERE))
            await until(lambda: served.server.busy == 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await until(lambda: served.server.busy == 0)
            assert geocoder.given_up == 1
            assert served.calls("ResolvePlace", "CANCELLED") == tries(metrics, "CANCELLED") == 1
            assert await answered(client)

    asyncio.run(scenario())


async def nonsense(raw: bytes, context: object) -> bytes:
    return b"\xff\xff"


def test_an_answer_that_cannot_be_read_is_told_as_such() -> None:
    async def scenario() -> None:
        server = grpc.aio.server()
        handlers = {"ResolvePlace": grpc.unary_unary_rpc_method_handler(nonsense)}
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("citytime.v1.GeocodingService", handlers)]
        )
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with remote(f"127.0.0.1:{port}") as client:
            with pytest.raises(Unavailable, match="geocoder gave no answer of ours"):
                await client.resolve(LISBON)
        await server.stop(None)

    asyncio.run(scenario())


def test_a_service_that_does_not_serve_answers_no_ping() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served, remote(served.server.url) as client:
            await client.ping()
            await served.server._health.enter_graceful_shutdown()
            with pytest.raises(Unavailable, match="geocoder is not serving"):
                await client.ping()

    asyncio.run(scenario())


def test_after_some_timeouts_nobody_waits_and_it_recovers_when_it_answers_again() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        given = {"rpc_timeout": 0.1, "rpc_retries": 0, "breaker_failures": 2}
        async with live(HangingGeocoder()) as served, remote(served.server.url, metrics=metrics, **given) as client:
            for _ in range(2):
                with pytest.raises(DeadlineExceeded):
                    await client.resolve(NOWHERE)
            assert breaker(metrics) == 2
            for _ in range(100):
                with pytest.raises(CircuitOpen) as caught:
                    await client.resolve(NOWHERE)
                assert 0 < caught.value.retry_after <= 1
            assert tries(metrics, "DEADLINE_EXCEEDED") == 2
            await until(lambda: answered(client))
            assert breaker(metrics) == 0

    asyncio.run(scenario())


def test_a_service_that_comes_back_is_used_again_without_a_restart() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        address = unused_address()
        async with remote(address, metrics=metrics) as client:
            until_open = time.monotonic() + LONG
            while breaker(metrics) != 2 and time.monotonic() < until_open:
                assert not await answered(client)
            async with live(FakeGeocoder(), grpc_port=int(address.rpartition(":")[2])):
                back = time.monotonic()
                await until(lambda: answered(client))
                assert time.monotonic() - back < 4  # 2 by its constants: reconnecting and the breaker's trial
                assert breaker(metrics) == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("number", ["SIGKILL", "SIGSTOP", "SIGTERM"])
def test_of_two_behind_one_name_either_can_go_and_no_call_is_lost(number: str) -> None:
    async def scenario() -> None:
        metrics = Metrics()
        quiet = {"FAKE_DELAY": 0.02}
        async with service("geocoder_role", **quiet) as one, service("geocoder_role", **quiet) as other:
            addresses = [f"127.0.0.1:{running.port}" for running in (one, other)]
            async with remote(*addresses, metrics=metrics) as client:
                sources: Counter[str] = Counter()

                async def keep_asking(until: float) -> None:
                    while time.monotonic() < until:
                        sources[(await client.resolve(LISBON)).best.match.source] += 1

                asking = [asyncio.create_task(keep_asking(time.monotonic() + 1.9)) for _ in range(5)]
                await asyncio.sleep(0.5)
                before = dict(sources)
                one.stop(signal.Signals[number])
                await asyncio.gather(*asking)  # would raise what a caller saw
                assert set(before) == {str(one.pid), str(other.pid)}
                assert sources[str(other.pid)] > before[str(other.pid)]
                assert breaker(metrics) == 0

    asyncio.run(scenario())


def test_names_are_looked_up() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            port = served.server.url.rpartition(":")[2]
            client = RemoteGeocoder(settings(geocoder_target=f"dns:///localhost:{port}"), Metrics())
            assert await answered(client)
            await client.close()

    asyncio.run(scenario())


def test_connections_that_are_renewed_lose_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    options = [option for option in server._OPTIONS if "connection_age" not in option[0]]
    monkeypatch.setattr(server, "_OPTIONS", (*options, ("grpc.max_connection_age_ms", 100)))

    async def scenario() -> None:
        metrics = Metrics()
        async with live(HangingGeocoder(0.02)) as served, remote(served.server.url, metrics=metrics) as client:

            async def keep_asking(until: float) -> None:
                while time.monotonic() < until:
                    await client.resolve(LISBON)

            await asyncio.gather(*(keep_asking(time.monotonic() + 1) for _ in range(5)))
            assert tries(metrics, "OK") > 50

    asyncio.run(scenario())

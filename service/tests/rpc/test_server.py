"""A server against whatever comes over the wire, and how it stops."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from citytime.domain import PlaceQuery
from citytime.errors import ConfigurationError, DataError
from citytime.rpc import interceptor
from citytime.rpc.server import bind
from citytime.telemetry import Metrics
from citytime.v1 import geocoding_pb2 as pb
from tests.fakes.dependencies import FailingGeocoder, FakeGeocoder, HangingGeocoder
from tests.rpc.live import RESOLVE, Live, live, remote, settings
from tests.wire import until

SERVICE = "citytime.v1.GeocodingService"


def request(text: str = "lisbon") -> bytes:
    return pb.ResolvePlaceRequest(query=pb.PlaceQuery(text=text, limit=1)).SerializeToString()


async def status(served: Live, path: str, message: bytes, **options: Any) -> tuple[str, str]:
    """Code and sentence of a call; OK where it is answered."""
    try:
        await served.channel.unary_unary(path)(message, **options)
    except grpc.aio.AioRpcError as failure:
        return failure.code().name, failure.details() or ""
    return "OK", ""


async def is_well(served: Live) -> bool:
    return await status(served, RESOLVE, request()) == ("OK", "")


@pytest.mark.parametrize(
    "message", [b"\xff", b"\x0a\xff", b"\x0a\x03\x0a\x01\xff", b"x" * 1000], ids=["tag", "length", "utf-8", "text"]
)
def test_bytes_that_are_no_message_are_an_invalid_argument(message: bytes) -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            assert (await status(served, RESOLVE, message))[0] == "INVALID_ARGUMENT"
            assert served.calls("ResolvePlace", "INVALID_ARGUMENT") == 1
            assert await is_well(served)

    asyncio.run(scenario())


def test_an_empty_message_is_an_invalid_argument_that_names_the_field() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            assert await status(served, RESOLVE, b"") == ("INVALID_ARGUMENT", "text is empty")

    asyncio.run(scenario())


def test_requests_and_metadata_have_a_limit() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            assert (await status(served, RESOLVE, b"x" * 100_000))[0] == "RESOURCE_EXHAUSTED"
            assert (await status(served, RESOLVE, b"", metadata=(("k", "v" * 20_000),)))[0] == "RESOURCE_EXHAUSTED"
            assert await is_well(served)

    asyncio.run(scenario())


@pytest.mark.parametrize("path", [f"/{SERVICE}/Guess", "/citytime.v2.GeocodingService/ResolvePlace", "/x", "/a/b/c"])
def test_methods_that_there_are_not_are_unimplemented_and_one_series(path: str) -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            assert (await status(served, path, b""))[0] == "UNIMPLEMENTED"
            assert served.calls("_OTHER", "UNIMPLEMENTED") == 1
            exposed = [one.labels for one in served.metrics.rpc_server_call_duration.collect()[0].samples]
            assert path.strip("/") not in {labels["rpc_method"] for labels in exposed}

    asyncio.run(scenario())


def test_calls_are_counted_from_zero() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            name = "rpc_server_call_duration_seconds_count"
            for method in pb.DESCRIPTOR.services_by_name["GeocodingService"].methods_by_name:
                labels = {"rpc_method": f"{SERVICE}/{method}", "rpc_response_status_code": "OK"}
                assert served.metrics.registry.get_sample_value(name, labels | {"rpc_system_name": "grpc"}) == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [RuntimeError("secret"), DataError("/secret/path is damaged")])
def test_bugs_are_logged_and_not_told(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Exception:
        return error

    async def scenario() -> None:
        async with live(FailingGeocoder(fail)) as served:
            code, sentence = await status(served, RESOLVE, request())
            assert (code, "secret" in sentence) == ("INTERNAL", False)
            assert served.calls("ResolvePlace", "INTERNAL") == 1
            assert served.server.busy == 0

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert "secret" in caplog.text
    assert caplog.records[0].__dict__["method"] == f"{SERVICE}/ResolvePlace"


def test_too_many_calls_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interceptor, "MAX_BUSY", 2)

    async def scenario() -> None:
        async with live(HangingGeocoder()) as served, remote(served.server.url) as client:
            hanging = [asyncio.create_task(client.resolve(PlaceQuery("nowhere"))) for _ in range(2)]
            await until(lambda: served.server.busy == 2)
            assert (await status(served, RESOLVE, request()))[0] == "UNAVAILABLE"
            for task in hanging:
                task.cancel()
            await until(lambda: served.server.busy == 0)
            assert await is_well(served)

    asyncio.run(scenario())


def test_a_line_is_logged_for_each_call_without_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder(), log_level="info") as served:
            await status(served, RESOLVE, request())
            await status(served, RESOLVE, request("atlantis"))
            await status(served, "/guess", b"")

    asyncio.run(scenario())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["method"], line["status"]) for line in lines] == [
        (f"{SERVICE}/ResolvePlace", "OK"),
        (f"{SERVICE}/ResolvePlace", "NOT_FOUND"),
        ("_OTHER", "UNIMPLEMENTED"),
    ]
    assert all(set(line) >= {"time", "level", "event", "duration_ms"} for line in lines)
    assert not any("atlantis" in str(line) for line in lines)


def test_health_is_told_for_the_server_and_each_service() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            health = HealthStub(served.channel)
            for name in ("", SERVICE):
                assert (await health.Check(HealthCheckRequest(service=name))).status == HealthCheckResponse.SERVING
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await health.Check(HealthCheckRequest(service="citytime.v1.ImageService"))
            assert caught.value.code() is grpc.StatusCode.NOT_FOUND

    asyncio.run(scenario())


def test_the_server_describes_itself() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            call = ServerReflectionStub(served.channel).ServerReflectionInfo(
                iter([ServerReflectionRequest(list_services="")])
            )
            names = {one.name async for answer in call for one in answer.list_services_response.service}
            assert {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"} == names

    asyncio.run(scenario())


def test_a_stop_tells_those_who_watch_and_finishes_what_is_under_way() -> None:
    async def scenario() -> None:
        async with live(HangingGeocoder(delay=0.3)) as served, remote(served.server.url, rpc_retries=0) as client:
            health = HealthStub(served.channel).Watch(HealthCheckRequest(service=SERVICE))
            assert (await health.read()).status == HealthCheckResponse.SERVING
            call = asyncio.create_task(client.resolve(PlaceQuery("lisbon")))
            await until(lambda: served.server.busy == 1)
            loop = asyncio.get_running_loop()
            begun = loop.time()
            await served.server.drain(grace=10)
            await served.server.close()
            assert loop.time() - begun < 3  # whoever only watches does not hold it up
            assert (await health.read()).status == HealthCheckResponse.NOT_SERVING
            assert (await call).best.place.name == "Lisbon"

    asyncio.run(scenario())


def test_a_stop_cuts_off_what_outlasts_the_grace() -> None:
    async def scenario() -> None:
        async with live(geocoder := HangingGeocoder()) as served, remote(served.server.url, rpc_retries=0) as client:
            call = asyncio.create_task(client.resolve(PlaceQuery("nowhere")))
            await until(lambda: served.server.busy == 1)
            await served.server.drain(grace=0.1)
            assert served.server.busy == 1
            await served.server.close()
            assert (served.server.busy, geocoder.given_up) == (0, 1)
            with pytest.raises(Exception, match="geocoder"):
                await call

    asyncio.run(scenario())


def bound(**given: object) -> None:
    async def scenario() -> None:
        result = bind(settings(**given), Metrics())
        for listener in result.admin:
            listener.close()
        await result.front.close()

    asyncio.run(scenario())


# Tornado leaves a socket that it could not bind to the garbage collector.
leaves_a_socket = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


@leaves_a_socket
def test_a_port_in_use_is_a_configuration_error_that_names_it(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1 port {port}: .*CITYTIME_GRPC_PORT"):
            bound(grpc_port=port)


@leaves_a_socket
@pytest.mark.parametrize("address", ["192.0.2.1", "no such host", "x" * 300])
def test_an_address_that_is_not_ours_is_a_configuration_error(address: str) -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_GRPC_ADDRESS"):
        bound(grpc_address=address)


def test_several_workers_are_for_http() -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_WORKERS=2"):
        bound(workers=2)


def test_ipv6_addresses_have_brackets() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder(), grpc_address="::1") as served:
            assert served.server.url.startswith("[::1]:")
            assert await is_well(served)

    asyncio.run(scenario())

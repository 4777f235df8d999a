from __future__ import annotations

import asyncio
import time

import grpc
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client.openmetrics.exposition import generate_latest

from citytime import tracing
from citytime.domain import PlaceQuery
from citytime.errors import DeadlineExceeded, Unavailable, UnknownPlace
from citytime.telemetry import Metrics
from tests.fakes.dependencies import FakeGeocoder, HangingGeocoder
from tests.rpc.live import RESOLVE, live, remote
from tests.tracing.recorded import Recorded, recorded
from tests.wire import until

METHOD = RESOLVE[1:]


def request() -> None:
    """Make a request's span current in this task."""
    spans = tracing.http_spans()
    assert spans is not None
    spans.begin({}, time.perf_counter())


def pair(traced: Recorded) -> tuple[ReadableSpan, ReadableSpan]:
    """The client's span and the server's."""
    client, server = sorted(traced.memory.get_finished_spans(), key=lambda span: span.kind is SpanKind.SERVER)
    assert (client.kind, server.kind) == (SpanKind.CLIENT, SpanKind.SERVER)
    return client, server


def test_a_call_is_a_span_on_either_side_of_one_trace() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        with recorded() as traced:
            async with live(FakeGeocoder()) as server, remote(server.server.url, metrics=metrics) as geocoder:
                request()
                await geocoder.resolve(PlaceQuery("lisbon"))
                await until(lambda: len(traced.memory.get_finished_spans()) == 2)
            client, served = pair(traced)
            assert client.name == served.name == METHOD
            assert served.parent is not None
            assert client.context is not None
            assert served.parent.is_remote
            assert (served.parent.span_id, served.parent.trace_id) == (client.context.span_id, client.context.trace_id)
            common = {"rpc.system.name": "grpc", "rpc.method": METHOD, "rpc.response.status_code": "OK"}
            assert dict(served.attributes or {}) == common
            assert dict(client.attributes or {}) == common | {"server.address": "geocoder"}
            for registry in (metrics.registry, server.metrics.registry):
                assert f'trace_id="{client.context.trace_id:032x}"' in generate_latest(registry).decode()

    asyncio.run(scenario())


def test_what_the_servicer_does_belongs_to_the_call() -> None:
    class Tracing(FakeGeocoder):
        async def version(self) -> str:
            with tracing.span("inside"):
                return "1"

    async def scenario() -> None:
        with recorded() as traced:
            async with live(Tracing()) as server, remote(server.server.url) as geocoder:
                request()
                await geocoder.version()
                await until(lambda: len(traced.memory.get_finished_spans()) == 3)
            spans = {span.kind: span for span in traced.memory.get_finished_spans()}
            assert spans[SpanKind.INTERNAL].parent == spans[SpanKind.SERVER].context

    asyncio.run(scenario())


def test_an_unknown_place_is_no_fault_of_the_server_and_its_name_is_not_told() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(FakeGeocoder()) as server, remote(server.server.url) as geocoder:
                request()
                with pytest.raises(UnknownPlace):
                    await geocoder.resolve(PlaceQuery("some-secret-city"))
                await until(lambda: len(traced.memory.get_finished_spans()) == 2)
            client, served = pair(traced)
            assert (client.status.status_code, served.status.status_code) == (StatusCode.ERROR, StatusCode.UNSET)
            assert (client.attributes or {})["error.type"] == "NOT_FOUND"
            assert "secret" not in client.to_json() + served.to_json()

    asyncio.run(scenario())


def test_a_call_past_its_deadline_ends_both_spans() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with (
                live(HangingGeocoder()) as server,
                remote(server.server.url, rpc_timeout=0.3, rpc_retries=0) as geocoder,
            ):
                request()
                with pytest.raises(DeadlineExceeded):
                    await geocoder.resolve(PlaceQuery("nowhere"))
                await until(lambda: len(traced.memory.get_finished_spans()) == 2)
            client, served = pair(traced)
            assert (client.attributes or {})["rpc.response.status_code"] == "DEADLINE_EXCEEDED"
            assert (served.attributes or {})["rpc.response.status_code"] == "CANCELLED"

    asyncio.run(scenario())


def test_a_cancelled_call_ends_both_spans() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(HangingGeocoder()) as server, remote(server.server.url) as geocoder:
                request()
                call = asyncio.create_task(geocoder.resolve(PlaceQuery("nowhere")))
                await until(lambda: server.server.busy)
                call.cancel()
                await until(lambda: len(traced.memory.get_finished_spans()) == 2)
            for span in pair(traced):
                assert (span.attributes or {})["rpc.response.status_code"] == "CANCELLED"

    asyncio.run(scenario())


def test_each_try_of_a_call_that_does_not_get_through_is_a_span() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with remote("127.0.0.1:1", rpc_retries=1) as geocoder:
                request()
                with pytest.raises(Unavailable):
                    await geocoder.resolve(PlaceQuery("lisbon"))
            spans = traced.memory.get_finished_spans()
            assert [(span.attributes or {})["error.type"] for span in spans] == ["UNAVAILABLE"] * 2

    asyncio.run(scenario())


def test_that_a_trace_is_not_kept_is_passed_on() -> None:
    async def scenario() -> None:
        with recorded(DEFAULT_OFF) as dropping:
            async with remote("127.0.0.1:1", rpc_retries=0) as geocoder:
                request()
                call = geocoder._resolve._spans
                assert call is not None
                ((name, value),) = call.begin().metadata
            assert (name, value[-3:-1], value[-1] in "02") == ("traceparent", "-0", True)
            assert not dropping.spans
        with recorded() as traced:
            async with live(FakeGeocoder()) as server:
                call_resolve = server.channel.unary_unary("/citytime.v1.GeocodingService/GetGazetteer")
                assert await call_resolve(b"", metadata=[(name, value)]) == b"\n\x04fake"
            assert not traced.spans

    asyncio.run(scenario())


def test_calls_outside_of_a_request_tell_nothing() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(FakeGeocoder()) as server, remote(server.server.url) as geocoder:
                await geocoder.version()
                await until(lambda: traced.spans)
            assert (traced.span.kind, traced.span.parent) == (SpanKind.SERVER, None)

    asyncio.run(scenario())


@pytest.mark.parametrize("value", ["", "x", "00-0-0-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "ff-" + "1" * 52])
def test_malformed_traces_in_the_metadata_are_as_none(value: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(FakeGeocoder()) as server:
                call = server.channel.unary_unary("/citytime.v1.GeocodingService/GetGazetteer")
                await call(b"", metadata=[("traceparent", value), ("tracestate", value), ("other-bin", b"\xff")])
                await until(lambda: traced.spans)
            assert traced.span.parent is None

    asyncio.run(scenario())


def test_health_checks_are_not_traced() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with live(FakeGeocoder()) as server, remote(server.server.url) as geocoder:
                request()
                await geocoder.ping()
                with pytest.raises(grpc.aio.AioRpcError):
                    await server.channel.unary_unary("/no/Such")(b"")
            assert not traced.spans

    asyncio.run(scenario())

"""Services that behave as a test wants, to stand behind a sidecar, and a client that tries nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

METHOD = "/citytime.v1.GeocodingService/ResolvePlace"


class Behaviour(grpc.GenericRpcHandler):
    """A service whose every method waits `delay` seconds and ends with `code`; `calls` counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self.delay = 0.0
        self.code = grpc.StatusCode.OK
        self.port = 0

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any]:
        async def answer(request: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
            self.calls += 1
            await asyncio.sleep(self.delay)
            if self.code is not grpc.StatusCode.OK:
                await context.abort(self.code, "as the test wants")
            return request

        return grpc.unary_unary_rpc_method_handler(answer)

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Behaviour]:
        """One on a free port."""
        behaviour = cls()
        server = grpc.aio.server(handlers=(behaviour,), options=[("grpc.http2.max_ping_strikes", 0)])  # as ours
        behaviour.port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            yield behaviour
        finally:
            await server.stop(0)


class Dropping:
    """A server that takes connections, and drops each `delay` seconds after its first bytes; `calls` counts them."""

    def __init__(self, delay: float) -> None:
        self.calls = 0
        self.port = 0
        self._delay = delay

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(100):
            self.calls += 1
            await asyncio.sleep(self._delay)
        writer.transport.abort()

    @classmethod
    @asynccontextmanager
    async def running(cls, delay: float) -> AsyncIterator[Dropping]:
        """One on a free port."""
        dropping = cls(delay)
        server = await asyncio.start_server(dropping._serve, "127.0.0.1", 0)
        dropping.port = server.sockets[0].getsockname()[1]
        try:
            yield dropping
        finally:
            server.close()


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Takes spans over OTLP at `host`, port 4317."""

    def __init__(self) -> None:
        self.received: list[ResourceSpans] = []

    async def Export(self, request: Any, context: Any) -> Any:
        self.received += request.resource_spans
        return trace_service_pb2.ExportTraceServiceResponse()

    @property
    def traces(self) -> dict[str, set[str]]:
        """The services that told spans, by trace id."""
        found: dict[str, set[str]] = {}
        for one in self.received:
            names = [a.value.string_value for a in one.resource.attributes if a.key == "service.name"]
            for span in (span for scope in one.scope_spans for span in scope.spans):
                found.setdefault(span.trace_id.hex(), set()).update(names)
        return found

    @property
    def words(self) -> str:
        """All that the spans say."""
        return " ".join(str(span) for one in self.received for scope in one.scope_spans for span in scope.spans)

    @classmethod
    @asynccontextmanager
    async def running(cls, host: str) -> AsyncIterator[Collector]:
        """One at this address."""
        collector = cls()
        server = grpc.aio.server()
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
        server.add_insecure_port(f"{host}:4317")
        await server.start()
        try:
            yield collector
        finally:
            await server.stop(0)


async def call(
    target: str,
    credentials: grpc.ChannelCredentials | None = None,
    *,
    name: str = "",
    timeout: float = 3.0,  # noqa: ASYNC109 - the call's deadline
    metadata: tuple[tuple[str, str], ...] = (),
) -> grpc.StatusCode:
    """The status of one call on a connection of its own, to a server that must be called `name` under TLS."""
    options = [
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.ssl_target_name_override", name),
    ]
    if credentials:
        channel = grpc.aio.secure_channel(target, credentials, options)
    else:
        channel = grpc.aio.insecure_channel(target, options[:2])
    async with channel:
        return await status(channel, timeout, metadata)


async def status(
    channel: grpc.aio.Channel,
    timeout: float = 3.0,  # noqa: ASYNC109 - the call's deadline
    metadata: tuple[tuple[str, str], ...] = (),
) -> grpc.StatusCode:
    """The status of one call on a channel."""
    try:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)
        await method(b"", timeout=timeout, metadata=metadata)
    except grpc.aio.AioRpcError as failure:
        return failure.code()
    return grpc.StatusCode.OK

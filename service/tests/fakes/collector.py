"""A collector: takes spans by OTLP over gRPC on a real socket, and keeps them; or refuses, or says nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class FakeCollector(TraceServiceServicer):
    """`behaviour` is `take`, `refuse` (an error that no try again mends) or `hang` (no answer until it ends)."""

    def __init__(self, behaviour: str = "take") -> None:
        self.behaviour = behaviour
        self.requests: list[ExportTraceServiceRequest] = []
        self.port = 0
        self.over = threading.Event()

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:
        self.requests.append(request)
        if self.behaviour == "refuse":
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not from you")
        if self.behaviour == "hang":
            self.over.wait()
        return ExportTraceServiceResponse()

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def resource(self) -> dict[str, str]:
        """The attributes of who sent the first spans."""
        attributes = self.requests[0].resource_spans[0].resource.attributes
        return {attribute.key: attribute.value.string_value for attribute in attributes}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def collector(behaviour: str = "take", port: int = 0) -> Iterator[FakeCollector]:
    """A collector that listens."""
    fake = FakeCollector(behaviour)
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
    add_TraceServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    fake.port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield fake
    finally:
        fake.over.set()
        server.stop(0).wait()

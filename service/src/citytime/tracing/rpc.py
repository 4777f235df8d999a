"""The spans of gRPC calls, by the semantic conventions for RPC, and how a trace travels in a call's metadata.

The address of the caller is left out, as it is of HTTP requests, and so are the sentences of errors, which may repeat
the query. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
"""

from __future__ import annotations

from collections.abc import Iterable

import grpc
from opentelemetry.context import Context, attach
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from citytime.tracing.spans import Active, Ended, ended

Metadata = tuple[tuple[str, str], ...]

_FIELDS = ("traceparent", "tracestate")

_SERVERS_FAULT = {
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DATA_LOSS,
}
"""Statuses that are errors of the one who answers; to the one who asked all but OK are."""

_propagator = TraceContextTextMapPropagator()


class ServerSpans:
    """Makes the spans of calls that a server answers. `method` is `citytime.v1.GeocodingService/ResolvePlace`."""

    def __init__(self, active: Active) -> None:
        self._tracer = active.tracer

    def begin(self, method: str, metadata: Iterable[tuple[str, str | bytes]]) -> Span:
        """The span of a call, current in this task until its end; its parent is what the metadata says."""
        carrier = {key: value for key, value in metadata if key in _FIELDS and isinstance(value, str)}
        parent = _propagator.extract(carrier, Context())
        span = self._tracer.start_span(
            method, parent, SpanKind.SERVER, {"rpc.system.name": "grpc", "rpc.method": method}
        )
        attach(set_span_in_context(span))
        return span

    def end(self, span: Span, code: grpc.StatusCode) -> Ended:
        """End the span with the call's status."""
        _end(span, code, code in _SERVERS_FAULT)
        return ended(span)


class ClientSpans:
    """Makes the spans of calls of one method of the service called `server`."""

    def __init__(self, active: Active, method: str, server: str) -> None:
        self._tracer = active.tracer
        self._method = method
        self._attributes = {"rpc.system.name": "grpc", "rpc.method": method, "server.address": server}

    def begin(self) -> tuple[Span, Metadata]:
        """The span of a call, and what tells the service of it. Outside of a request there is nothing to tell."""
        span = get_current_span()
        if span.is_recording():
            span = self._tracer.start_span(self._method, kind=SpanKind.CLIENT, attributes=self._attributes)
        carrier: dict[str, str] = {}
        _propagator.inject(carrier, set_span_in_context(span))
        return span, tuple(carrier.items())

    def end(self, span: Span, code: grpc.StatusCode) -> Ended:
        """End the span with the call's status."""
        _end(span, code, code is not grpc.StatusCode.OK)
        return ended(span)


def _end(span: Span, code: grpc.StatusCode, failed: bool) -> None:
    if span.is_recording():
        span.set_attribute("rpc.response.status_code", code.name)
        if failed:
            span.set_attribute("error.type", code.name)
            span.set_status(StatusCode.ERROR)
        span.end()

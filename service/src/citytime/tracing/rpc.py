"""The spans of gRPC calls, by the semantic conventions for RPC, and how a trace travels in a call's metadata.

The address of the caller is left out, as it is of HTTP requests, and so are the sentences of errors, which may repeat
the query. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
"""

from __future__ import annotations

from typing import Any, NamedTuple

import grpc
from opentelemetry.context import attach
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from citytime.tracing import Ids
from citytime.tracing.spans import Active, Ended, ended

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
    """Makes the spans of calls that a server answers."""

    def __init__(self, active: Active) -> None:
        self._tracer = active.tracer

    def begin(self, method: str, context: grpc.aio.ServicerContext[Any, Any]) -> Span:
        """The span of a call of `citytime.v1.GeocodingService/ResolvePlace`, say, current in this task until its end.

        What its metadata says of a trace is its parent.
        """
        metadata = context.invocation_metadata() or ()
        carrier = {key: value for key, value in metadata if key in _FIELDS and isinstance(value, str)}
        attributes = {"rpc.system.name": "grpc", "rpc.method": method}
        span = self._tracer.start_span(method, _propagator.extract(carrier), SpanKind.SERVER, attributes)
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

    def begin(self) -> ClientCall:
        """A call that begins now; not recorded where what it is for is not."""
        span = get_current_span()
        if span.is_recording():
            span = self._tracer.start_span(self._method, kind=SpanKind.CLIENT, attributes=self._attributes)
        carrier: dict[str, str] = {}
        _propagator.inject(carrier, set_span_in_context(span))
        return ClientCall(span, tuple(carrier.items()))


class ClientCall(NamedTuple):
    """A call under way: its span, and what tells the service of it."""

    span: Span
    metadata: tuple[tuple[str, str], ...]

    def end(self, code: grpc.StatusCode) -> Ids | None:
        """End the span with the call's status; returns its ids if its trace is kept."""
        _end(self.span, code, code is not grpc.StatusCode.OK)
        return ended(self.span).exemplar


def _end(span: Span, code: grpc.StatusCode, failed: bool) -> None:
    if span.is_recording():
        span.set_attribute("rpc.response.status_code", code.name)
        if failed:
            span.set_attribute("error.type", code.name)
            span.set_status(StatusCode.ERROR)
        span.end()

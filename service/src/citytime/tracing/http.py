"""The span of an HTTP request, by the semantic conventions for HTTP servers, some of which are left out on purpose:
`url.path` and `url.query` say what was asked, `client.address` and `user_agent.original` who asked.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opentelemetry.context import Context, attach
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from citytime.gateway.http import UNMATCHED
from citytime.tracing.spans import UNTRACED, Active, Ended, ended

if TYPE_CHECKING:
    from citytime.gateway.carrier import Outcome

_LONGEST_HOST = 255
"""Of a Host header, the most characters that are taken for a name and a port."""


class HttpSpans:
    """Makes the spans of a server's requests. `started` is when a request's headers had come (`perf_counter`)."""

    def __init__(self, active: Active) -> None:
        self._tracer = active.tracer
        self._sampler = active.provider.sampler
        self._drawn = active.drawn
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, headers: Mapping[str, str], started: float) -> Span:
        """The span of a request that is being answered, current in this task until its end.

        The caller's `traceparent` and `tracestate` are its parent; malformed ones are as none (W3C Trace Context).
        """
        span = self._start(headers, started)
        attach(set_span_in_context(span))
        return span

    def end(
        self, span: Span | None, headers: Mapping[str, str], started: float, outcome: Outcome, version: str
    ) -> Ended:
        """End the span of a request with its outcome; None is that of a request that was answered at once.

        Most of those are sampled out, and a span for nothing would cost three times as much as the question whether
        it is one.
        """
        if span is None:
            if "Traceparent" not in headers and not self._next_is_kept():
                return UNTRACED
            span = self._start(headers, started)
        if span.is_recording():
            _describe(span, outcome, version, headers.get("Host", ""))
            span.end()
        return ended(span)

    def lose(self, span: Span) -> None:
        """End the span of a request that got no answer."""
        if span.is_recording():
            span.set_attribute("error.type", "lost")
            span.set_status(StatusCode.ERROR)
            span.end()

    def _next_is_kept(self) -> bool:
        """Whether a trace that begins now is kept; if not, it counts as having begun."""
        decision = self._sampler.should_sample(_NO_PARENT, self._drawn.next, "HTTP", SpanKind.SERVER).decision
        kept = decision is Decision.RECORD_AND_SAMPLE
        if not kept:
            self._drawn.generate_trace_id()
        return kept

    def _start(self, headers: Mapping[str, str], started: float) -> Span:
        parent = self._propagator.extract(headers) if "Traceparent" in headers else _NO_PARENT
        waited = int((time.perf_counter() - started) * 1e9)
        return self._tracer.start_span("HTTP", parent, SpanKind.SERVER, start_time=time.time_ns() - waited)


_NO_PARENT = Context()


def _describe(span: Span, outcome: Outcome, version: str, host: str) -> None:
    method, route, status = outcome.method, outcome.route, outcome.status
    attributes: dict[str, AttributeValue] = {
        "http.request.method": method,
        "http.response.status_code": status,
        "network.protocol.version": version.removeprefix("HTTP/"),
        "url.scheme": "http",
        **_server(host),
    }
    name = "HTTP" if method == "_OTHER" else method
    if route != UNMATCHED:
        attributes["http.route"] = route
        name = f"{name} {route}"
    if status >= 500:
        attributes["error.type"] = str(status)
        span.set_status(StatusCode.ERROR)
    span.update_name(name)
    span.set_attributes(attributes)


def _server(host: str) -> dict[str, AttributeValue]:
    """What a Host header says of the server; nothing if it makes no sense."""
    try:
        parts = urlsplit(f"//{host[:_LONGEST_HOST]}")
        address, port = parts.hostname, parts.port
    except ValueError:
        return {}
    named = {"server.address": address} if address else {}
    return named | ({"server.port": port} if port else {})

"""The SDK as citytime uses it: who we are, how traces are sampled, how spans leave the process.

What the environment leaves open is the SDK's: the sampler (parent-based, all traces kept), batches, limits, TLS.
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

from citytime import __version__
from citytime.errors import ConfigurationError
from citytime.tracing.delivery import Delivery

LAST_MOMENT = 1.5
"""Seconds that a stopping process gives a collector to take the last spans."""


class Batches(BatchSpanProcessor):
    """Spans in batches, sent from a thread of its own; when it stops, what is left has `LAST_MOMENT` to leave."""

    def shutdown(self) -> None:
        """Send the rest. The exporter, once shut down, gives up what it is at and drops what comes after."""
        end = threading.Timer(LAST_MOMENT, self.span_exporter.shutdown)
        end.daemon = True
        end.start()
        super().shutdown()  # type: ignore[no-untyped-call]
        end.cancel()


def make_provider(role: str, exporters: Sequence[str]) -> TracerProvider:
    """The provider of spans for a process of this role, sending to what `exporters` names (`otlp`, `console`)."""
    try:
        provider = TracerProvider(resource=_resource(role), shutdown_on_exit=False)
        for name in exporters:
            provider.add_span_processor(Batches(_EXPORTERS[name]()))
    except (ValueError, OSError) as error:  # what no pattern can tell: limits that contradict each other, say
        raise ConfigurationError(f"OpenTelemetry cannot be set up as the OTEL_ variables say: {error}") from None
    return provider


def _resource(role: str) -> Resource:
    """Who sends: `service.name` has the values of Prometheus' `job`. What the environment says goes before."""
    attributes = {
        "service.namespace": "citytime",
        "service.name": role,
        "service.version": __version__,
        "service.instance.id": str(uuid.uuid4()),
    }
    return Resource.create(attributes).merge(OTELResourceDetector().detect())


def _console() -> SpanExporter:
    """A span a line, as JSON, to stderr: stdout is for the request log."""
    return ConsoleSpanExporter(out=sys.stderr, formatter=lambda span: f"{span.to_json(indent=None)}\n")


_EXPORTERS = {"otlp": lambda: Delivery(OTLPSpanExporter()), "console": _console}

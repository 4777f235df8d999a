"""Spans kept in memory, as the code under test ends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Sampler

from citytime import tracing


@dataclass(frozen=True)
class Recorded:
    """What has been recorded so far."""

    memory: InMemorySpanExporter

    @property
    def spans(self) -> dict[str, ReadableSpan]:
        """The spans by their names, the latest of each."""
        return {span.name: span for span in self.memory.get_finished_spans()}

    @property
    def span(self) -> ReadableSpan:
        """The only span."""
        (span,) = self.memory.get_finished_spans()
        return span


@contextmanager
def recorded(sampler: Sampler = DEFAULT_ON) -> Iterator[Recorded]:
    """Tracing on, for servers and calls made meanwhile."""
    memory = InMemorySpanExporter()
    provider = TracerProvider(sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    tracing.use(provider)
    try:
        yield Recorded(memory)
    finally:
        tracing.stop()

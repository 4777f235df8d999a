"""Spans on their way to a collector: whether they arrive is told when it changes, not each time."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

log = logging.getLogger(__name__)


class _Overhear(logging.Filter):
    """Keeps what a logger has to say from the log, and the last of it at hand."""

    message = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Remember the record, and drop it."""
        self.message = record.getMessage()
        return False


_overheard = _Overhear()


class Delivery(SpanExporter):
    """Hands spans to `exporter`, and logs a line when they begin to be lost and one when they arrive again.

    The SDK and its exporters log each try, each batch and each span that a full queue drops; they are silenced.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = 0
        self._shut = False
        filters = logging.getLogger("opentelemetry.exporter.otlp.proto.grpc.exporter").filters
        if _overheard not in filters:
            filters.insert(0, _overheard)  # before the exporter's own, which hides what it takes for repetition
        # A level in place of a filter: no record is made, which would cost a request more than its span does.
        logging.getLogger("opentelemetry.sdk._shared_internal").setLevel(logging.CRITICAL)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Called in the processor's thread; may take as long as the exporter's timeout."""
        try:
            result = self._exporter.export(spans)
        except Exception as error:  # its text may repeat the headers, which hold secrets
            _overheard.message = type(error).__name__
            result = SpanExportResult.FAILURE
        if result is not SpanExportResult.SUCCESS:
            if not self._lost:
                log.warning("traces are being lost", extra={"reason": _overheard.message})
            self._lost += len(spans)
        elif self._lost:
            log.info("traces arrive again", extra={"lost": self._lost})
            self._lost = 0
        return result

    def shutdown(self) -> None:
        """End the exporter, and what it is at; again, do nothing."""
        if not self._shut:
            self._shut = True
            self._exporter.shutdown()

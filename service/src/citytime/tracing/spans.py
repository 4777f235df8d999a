"""Spans while tracing is on: steps of a request, and who they belong to."""

from __future__ import annotations

import contextlib
from contextvars import Token
from types import TracebackType
from typing import NamedTuple, Self

from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    format_span_id,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)

from citytime import __version__
from citytime.errors import CitytimeError
from citytime.kinds import kind_of
from citytime.tracing import UNRECORDED, Ids, Step, Value


class Ended(NamedTuple):
    """What metrics and logs have of a span: an exemplar if its trace is kept, JSON members after a comma."""

    exemplar: Ids | None
    log_fields: str


UNTRACED = Ended(None, "")


class DrawnIds(RandomIdGenerator):
    """Random ids, of which the next trace's is known in advance, so that a sampler can be asked before there is a span.

    For one thread: that of the event loop, where traces begin.
    """

    def __init__(self) -> None:
        self.next = super().generate_trace_id()

    def generate_trace_id(self) -> int:
        """The id known as `next`, which from now on is another."""
        drawn, self.next = self.next, super().generate_trace_id()
        return drawn


class Active:
    """A tracer and what is current. Spans belong to the asyncio task that opens them, and to those it makes."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self.drawn = provider.id_generator = DrawnIds()
        self.tracer = provider.get_tracer("citytime", __version__)

    def step(self, name: str, client: bool, attributes: dict[str, Value]) -> Step:
        """See `tracing.span`. Below a span that is not recorded no sampler would record one: none is asked."""
        if not get_current_span().is_recording():
            return UNRECORDED
        span = self.tracer.start_span(name, kind=SpanKind.CLIENT if client else SpanKind.INTERNAL)
        return _Recorded(span, attributes)

    def ids(self) -> Ids | None:
        """See `tracing.ids`."""
        return _ids(get_current_span().get_span_context())


class _Recorded(Step):
    """A span that is recorded, and current from entering to leaving the context."""

    def __init__(self, span: Span, attributes: dict[str, Value]) -> None:
        self._span = span
        self._token: Token[Context] | None = None
        self.set(**attributes)

    def __enter__(self) -> Self:
        self._token = attach(set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._token is not None:
            detach(self._token)
        if error is not None:
            tell(self._span, error)
        self._span.end()

    def set(self, **attributes: Value) -> None:
        self._span.set_attributes({f"citytime.{name}": value for name, value in attributes.items()})


def tell(span: Span, error: BaseException) -> None:
    """Say how a span ended that an error left: what is an answer to the caller (unknown, ambiguous, …), and
    cancellation, is an outcome; everything else is a failure.
    """
    name, failed = type(error).__qualname__, isinstance(error, Exception)
    if isinstance(error, CitytimeError):
        with contextlib.suppress(KeyError):  # those that no caller ever sees
            kind = kind_of(error)
            name, failed = kind.name, kind.status >= 500
    if failed:
        span.set_attribute("error.type", name)
        span.set_status(StatusCode.ERROR)
    else:
        span.set_attribute("citytime.outcome", name)


def ended(span: Span) -> Ended:
    """What is left of a span that has ended."""
    context = span.get_span_context()
    ids = _ids(context)
    if ids is None:
        return UNTRACED
    fields = f',"trace_id":"{ids["trace_id"]}","span_id":"{ids["span_id"]}"'
    return Ended(ids if context.trace_flags.sampled else None, fields)


def _ids(context: SpanContext) -> Ids | None:
    if not context.is_valid:
        return None
    return {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}

"""Tracing: what a request does, as spans of OpenTelemetry; no more than a look at a variable where it is off.

`start` alone imports OpenTelemetry, and only where the standard `OTEL_…` variables turn tracing on. Whatever they say,
spans never tell what was asked: their attributes are kinds, counts and outcomes, and exceptions, whose messages repeat
the query, are not recorded.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self

from citytime.tracing.variables import exporters

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from citytime.tracing.http import HttpSpans
    from citytime.tracing.rpc import ClientSpans, ServerSpans
    from citytime.tracing.spans import Active

Value = str | int | float | bool
Ids = dict[str, str]
"""`trace_id` and `span_id`, in hexadecimal digits."""


class Step:
    """A step of a request, from entering to leaving the context. This one is for where nothing is recorded."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def set(self, **attributes: Value) -> None:
        """Add attributes, each called `citytime.` and its name; never text that a caller chose."""


UNRECORDED = Step()

_active: Active | None = None


def span(name: str, *, client: bool = False, **attributes: Value) -> Step:
    """A step below the current span, if that is recorded; `client` where another service does the work."""
    return UNRECORDED if _active is None else _active.step(name, client, attributes)


def ids() -> Ids | None:
    """The current trace and span; None outside of any."""
    return None if _active is None else _active.ids()


def http_spans() -> HttpSpans | None:
    """What makes the spans of an HTTP server's requests."""
    if _active is None:
        return None
    from citytime.tracing.http import HttpSpans  # noqa: PLC0415 - as all below, imports OpenTelemetry

    return HttpSpans(_active)


def rpc_server_spans() -> ServerSpans | None:
    """What makes the spans of the calls that a gRPC server answers."""
    if _active is None:
        return None
    from citytime.tracing.rpc import ServerSpans  # noqa: PLC0415

    return ServerSpans(_active)


def rpc_client_spans(method: str, server: str) -> ClientSpans | None:
    """What makes the spans of calls of a method such as `citytime.v1.GeocodingService/ResolvePlace`."""
    if _active is None:
        return None
    from citytime.tracing.rpc import ClientSpans  # noqa: PLC0415

    return ClientSpans(_active, method, server)


def use(provider: TracerProvider | None) -> None:
    """Record with this provider from now on; None records nothing."""
    global _active  # noqa: PLW0603 - one process, one provider
    if provider is None:
        _active = None
    else:
        from citytime.tracing.spans import Active  # noqa: PLC0415

        _active = Active(provider)


def start(role: str) -> None:
    """Record and send spans if the environment says so; `role` is the service's name unless it names another.

    Raises ConfigurationError for a variable whose value OpenTelemetry would misread or only complain about.
    """
    if names := exporters(os.environ):
        from citytime.tracing.sdk import make_provider  # noqa: PLC0415

        use(make_provider(role, names))


def stop() -> None:
    """Send what has been recorded, for a moment at most, and record no more."""
    if _active is not None:
        _active.provider.shutdown()
    use(None)

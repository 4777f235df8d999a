"""What happens around every call that a server answers: reading, errors, counting, the log.

Messages are read and written here and not by gRPC, which would call bytes that are no message INTERNAL or UNKNOWN.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError

from citytime import tracing
from citytime.errors import CitytimeError, InvalidInput, Unavailable
from citytime.logs import RequestLog
from citytime.rpc.errors import Outcome, write_error
from citytime.telemetry import Metrics

if TYPE_CHECKING:
    from opentelemetry.trace import Span

log = logging.getLogger(__name__)

MAX_BUSY = 1000
"""Calls under way at once; more would only wait past their deadlines."""

OTHER = "_OTHER"
"""All methods that we do not have, in metrics and logs (OpenTelemetry, rpc.method)."""

_OK = Outcome(grpc.StatusCode.OK, "")
_CANCELLED = Outcome(grpc.StatusCode.CANCELLED, "")
_UNIMPLEMENTED = Outcome(grpc.StatusCode.UNIMPLEMENTED, "there is no such method here")
_BUG = Outcome(grpc.StatusCode.INTERNAL, "the service failed on this call; the failure was logged")

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
_Read: TypeAlias = Callable[[bytes], Any]


class _Kind(NamedTuple):
    """What all calls of the same method and status share."""

    observe: Callable[[float, tracing.Ids | None], None]
    log_fields: str


class Interceptor(grpc.aio.ServerInterceptor):
    """Wraps the methods of our services; health and reflection pass as they are.

    `busy` counts the calls under way; `idle` is set while there are none.
    """

    def __init__(self, metrics: Metrics, request_log: RequestLog | None) -> None:
        self.busy = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self._durations = metrics.rpc_server_call_duration
        self._request_log = request_log
        self._spans = tracing.rpc_server_spans()
        self._kinds: dict[tuple[str, grpc.StatusCode], _Kind] = {}
        self._handlers: dict[str, Handler] = {}
        self._ours: set[str] = set()
        self._unknown: Handler = grpc.unary_unary_rpc_method_handler(self._refuse)

    def add(self, service: ServiceDescriptor) -> None:
        """Take charge of a service's methods, whose calls are counted from zero."""
        for method in service.methods:
            name = f"{service.full_name}/{method.name}"
            self._ours.add(f"/{name}")
            self._kind(name, grpc.StatusCode.OK)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """The handler of a call."""
        path = handler_call_details.method
        known = self._handlers.get(path)
        if known is not None:
            return known
        found = await continuation(handler_call_details)
        if found is None:
            return self._unknown
        if path not in self._ours:
            return found
        handler = self._handlers[path] = self._around(path[1:], found)
        return handler

    def _around(self, method: str, handler: Handler) -> Handler:
        """A method's handler with what happens around it; takes and gives bytes."""
        read, answer, write = cast(
            tuple[_Read, Callable[[Any, Context], Awaitable[Any]], Callable[[Any], bytes]],
            (handler.request_deserializer, handler.unary_unary, handler.response_serializer),
        )

        async def handle(raw: bytes, context: Context) -> bytes:
            begun = time.perf_counter()
            span = self._spans.begin(method, context) if self._spans else None
            self.busy += 1
            self.idle.clear()
            outcome = _CANCELLED  # what it is if nothing below says otherwise: the caller is gone
            try:
                if self.busy > MAX_BUSY:
                    raise Unavailable("too many calls are under way", method.partition("/")[0])
                message = write(await answer(_read(read, raw), context))
                outcome = _OK
                return message
            except CitytimeError as error:
                outcome = _outcome(error, method)
            except Exception:
                log.exception("bug in a method", extra={"method": method})
                outcome = _BUG
            finally:
                self.busy -= 1
                if not self.busy:
                    self.idle.set()
                self._record(method, outcome.code, time.perf_counter() - begun, span)
            return await _abort(context, outcome)

        return grpc.unary_unary_rpc_method_handler(handle)

    async def _refuse(self, raw: bytes, context: Context) -> bytes:
        """The answer to a call of a method that we do not have."""
        self._record(OTHER, grpc.StatusCode.UNIMPLEMENTED, 0.0)
        return await _abort(context, _UNIMPLEMENTED)

    def _record(self, method: str, code: grpc.StatusCode, duration: float, span: Span | None = None) -> None:
        """Count and log a call that ends now after `duration` seconds."""
        kind = self._kind(method, code)
        exemplar, trace = None, ""
        if self._spans is not None and span is not None:
            exemplar, trace = self._spans.end(span, code)
        kind.observe(duration, exemplar)
        if self._request_log is not None:
            self._request_log.add(time.time(), f'{kind.log_fields},"duration_ms":{duration * 1000:.3f}{trace}')

    def _kind(self, method: str, code: grpc.StatusCode) -> _Kind:
        found = self._kinds.get((method, code))
        if found is None:
            fields = {"method": method, "status": code.name}
            found = self._kinds[method, code] = _Kind(
                self._durations.labels("grpc", method, code.name).observe,
                "," + json.dumps(fields, separators=(",", ":"))[1:-1],
            )
        return found


def _read(read: _Read, raw: bytes) -> Any:
    try:
        return read(raw)
    except DecodeError:
        raise InvalidInput("the request is no message of its type", "request") from None


def _outcome(error: CitytimeError, method: str) -> Outcome:
    try:
        return write_error(error)
    except KeyError:  # not for callers: wrong settings or data, found too late
        log.error("call failed", extra={"method": method}, exc_info=error)
        return _BUG


async def _abort(context: Context, outcome: Outcome) -> bytes:
    await context.abort(outcome.code, outcome.message, outcome.metadata)
    raise AssertionError("unreachable")  # abort raises

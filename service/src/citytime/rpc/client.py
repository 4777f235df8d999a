"""Calling another service: deadlines, further tries, the breaker, and connections that come back by themselves."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from citytime import tracing
from citytime.breaker import CircuitBreaker
from citytime.errors import CitytimeError, Unavailable
from citytime.rpc.errors import read_error, transport_error
from citytime.settings import Settings
from citytime.telemetry import Metrics

if TYPE_CHECKING:
    from citytime.tracing.rpc import ClientSpans

ANSWER_LIMIT = 4_194_304
"""Bytes of an answer, by default."""

PING_TIMEOUT = 0.8
"""Seconds for a ping, less than what readiness gives it, so that its error says more than that it was late."""

TRIAL_INTERVAL = 1.0
"""Seconds between an open breaker's trials. Our own services are back within seconds, and a trial costs them little;
`breaker_reset` is for online geocoders, which ban those who insist."""

FIRST_BACKOFF = 0.05
"""Seconds before the first further try, doubled for each one more, give or take half."""

TIME_SHARE = 0.9
"""Of a request's time, what a call's tries may take."""

_LOST = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
"""Statuses of calls that did not get through, where our services did not give them on purpose."""

_OPTIONS = (
    ("grpc.service_config", json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.use_local_subchannel_pool", 1),  # else who closes and reopens a channel inherits its backoff
    ("grpc.enable_http_proxy", 0),  # proxies are for the way out, not for our own services
    # Back within about a second of a service's return: gRPC's own backoff goes up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.min_reconnect_backoff_ms", 1000),  # which is also what a connection may take to be made
    ("grpc.dns_min_time_between_resolutions_ms", 1000),
    # A peer that vanished or stands still is found out between calls too, and within the time of a call's first try,
    # whose next one then goes to another replica.
    ("grpc.keepalive_time_ms", 1000),
    ("grpc.http2.ping_timeout_ms", 800),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
)

Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)
Observe = Callable[[float, tracing.Ids | None], None]


def call_timeout(settings: Settings) -> float:
    """Seconds for one try of a call; all of its tries end before the request that they are for."""
    return min(settings.rpc_timeout, TIME_SHARE * settings.request_timeout / (1 + settings.rpc_retries))


class Remote:
    """One service of another process, called `name` in metrics and messages; to be made within a running event loop.

    `target` is a gRPC name such as `dns:///geocoder:50051` or `ipv4:10.0.0.1:50051,10.0.0.2:50051`; its addresses are
    used in turn. An answer has up to `answer_limit` bytes.
    """

    def __init__(
        self,
        name: str,
        service: ServiceDescriptor,
        target: str,
        settings: Settings,
        metrics: Metrics,
        *,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        self._name = name
        self._service = service
        self._settings = settings
        self._durations = metrics.rpc_client_call_duration
        state = metrics.circuit_breaker_state.labels(name)
        self._breaker = CircuitBreaker(name, settings.breaker_failures, TRIAL_INTERVAL, state.set)
        options = (*_OPTIONS, ("grpc.max_receive_message_length", answer_limit))
        self._channel = grpc.aio.insecure_channel(target, options)
        self._check = self._channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            HealthCheckRequest.SerializeToString,
            HealthCheckResponse.FromString,
        )

    def method(self, request: type[Q], answer: type[A]) -> Method[Q, A]:
        """The method that takes this type of request (each has its own), ready to be called."""
        taken = request.DESCRIPTOR.full_name
        name = next(method.name for method in self._service.methods if method.input_type.full_name == taken)
        path = f"{self._service.full_name}/{name}"

        def observe(code: grpc.StatusCode) -> Observe:
            return self._durations.labels("grpc", path, code.name, self._name).observe

        # Bytes, since the method itself reads and writes messages.
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(f"/{path}")
        spans = tracing.rpc_client_spans(path, self._name)
        return Method(
            dependency=self._name,
            call=call,
            answer=answer,
            breaker=self._breaker,
            observe=observe,
            spans=spans,
            settings=self._settings,
        )

    async def ping(self) -> None:
        """Return if the service says that it serves; raise Unavailable if not."""
        try:
            found = await self._check(HealthCheckRequest(service=self._service.full_name), timeout=PING_TIMEOUT)
        except grpc.aio.AioRpcError as failure:
            raise Unavailable(str(transport_error(failure, self._name)), self._name) from None
        if found.status != HealthCheckResponse.SERVING:
            raise Unavailable(f"{self._name} is not serving", self._name)

    async def close(self) -> None:
        """Close the connections, and cancel the calls under way."""
        await self._channel.close()


class Method(Generic[Q, A]):
    """One method of a remote service: the path that every call takes."""

    def __init__(
        self,
        *,
        dependency: str,
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes],
        answer: type[A],
        breaker: CircuitBreaker,
        observe: Callable[[grpc.StatusCode], Observe],
        spans: ClientSpans | None,
        settings: Settings,
    ) -> None:
        self._dependency = dependency
        self._call = call
        self._answer = answer
        self._breaker = breaker
        self._spans = spans
        self._observe = cache(observe)
        self._observe(grpc.StatusCode.OK)  # counted from zero
        self._timeout = call_timeout(settings)
        self._retries = settings.rpc_retries

    async def __call__(self, request: Q) -> A:
        """The answer. Raises what the service told (CitytimeError); Unavailable or DeadlineExceeded where it told
        nothing.
        """
        message = request.SerializeToString()
        try:
            # Whatever the service says, it is there: only a call that did not get through is a failure to the breaker,
            # with all its tries, or the death of one of several replicas would cut off the others.
            with self._breaker.attempt():
                answer = await self._insist(message)
        except grpc.aio.AioRpcError as failure:
            raise transport_error(failure, self._dependency) from None
        if isinstance(answer, CitytimeError):
            raise answer
        return answer

    async def _insist(self, message: bytes) -> A | CitytimeError:
        """The answer to one of the tries. Raises AioRpcError where none got through."""
        for tried in range(self._retries):
            try:
                return await self._try(message)
            except grpc.aio.AioRpcError:
                await asyncio.sleep(FIRST_BACKOFF * 2**tried * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        return await self._try(message)

    async def _try(self, message: bytes) -> A | CitytimeError:
        """The answer, or the error that the service told. Raises AioRpcError where the call did not get through."""
        begun, code = time.perf_counter(), grpc.StatusCode.CANCELLED
        traced = self._spans.begin() if self._spans else None
        try:
            raw = await self._call(message, timeout=self._timeout, metadata=traced and traced.metadata)
            code = grpc.StatusCode.OK
            return self._answer.FromString(raw)
        except DecodeError:
            return Unavailable(f"{self._dependency} gave no answer of ours", self._dependency)
        except grpc.aio.AioRpcError as failure:
            code = failure.code()
            told = read_error(failure)
            if told is None and code in _LOST:
                raise
            return told or transport_error(failure, self._dependency)
        finally:
            exemplar = traced.end(code) if traced else None
            self._observe(code)(time.perf_counter() - begun, exemplar)

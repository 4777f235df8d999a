"""Errors over gRPC: our tree as statuses with details, and back, by the one table in `kinds`.

A status that one of our services gives on purpose carries a google.rpc.Status in `grpc-status-details-bin` with an
ErrorInfo of the domain `citytime` (https://google.aip.dev/193); a status without one is the transport's, or a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from citytime.errors import (
    AmbiguousPlace,
    CitytimeError,
    DeadlineExceeded,
    InvalidInput,
    NotFound,
    TooManyRequests,
    Unavailable,
)
from citytime.geocoder.messages import read_candidate, write_candidate
from citytime.kinds import KINDS, kind_of
from citytime.v1.geocoding_pb2 import NameSuggestions, PlaceCandidates

DOMAIN = "citytime"
DETAILS = "grpc-status-details-bin"

MAX_MESSAGE, MAX_NAME = 1024, 128
"""Bytes of UTF-8 in an error's sentence, and in the name of what is at fault."""

MAX_STATUS = 3072
"""Bytes of the details. Peers take 8 KiB of metadata by default: these may come as Base64, which is a third more, and
the sentence comes once more with three bytes for one."""

_BY_REASON = {kind.reason: cls for cls, kind in KINDS.items()}
_BY_CODE = {kind.code: cls for cls, kind in KINDS.items()}  # the last one of a code is its most general

_TRANSPORT = {
    grpc.StatusCode.UNAVAILABLE: "cannot be reached",
    grpc.StatusCode.CANCELLED: "stopped before it answered",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "is overloaded, or an answer of it is too large",
    grpc.StatusCode.UNIMPLEMENTED: "is of a version that does not offer this",
}

M = TypeVar("M", bound=Message)
Part = TypeVar("Part", bound=str | Message)


class Outcome(NamedTuple):
    """How a call that failed ends: code, sentence and trailing metadata."""

    code: grpc.StatusCode
    message: str
    metadata: tuple[tuple[str, str | bytes], ...] = ()


def write_error(error: CitytimeError) -> Outcome:
    """The outcome that tells an error. Raises KeyError for one that is no answer to a caller.

    What would make the metadata too large is left out: the end of a sentence, and the last of a list.
    """
    kind = kind_of(error)
    code: grpc.StatusCode = grpc.StatusCode[kind.code]
    message = _cut(str(error), MAX_MESSAGE)
    status = Status(code=code.value[0], message=message)
    info = ErrorInfo(reason=kind.reason, domain=DOMAIN)
    if isinstance(error, Unavailable):
        info.metadata["dependency"] = _cut(error.dependency, MAX_NAME)
    status.details.add().Pack(info)
    for detail in _details(error, MAX_STATUS - status.ByteSize() - 100):  # 100 for the names of the types
        status.details.add().Pack(detail)
    return Outcome(code, message, ((DETAILS, status.SerializeToString()),))


def read_error(failure: grpc.aio.AioRpcError) -> CitytimeError | None:
    """The error that one of our services told; None where the status is not one that it gave on purpose."""
    raw = (failure.trailing_metadata() or {}).get(DETAILS)
    try:
        status = Status.FromString(raw if isinstance(raw, bytes) else b"")
    except DecodeError:
        return None
    info = _detail(status, ErrorInfo)
    # A reason that only newer versions know is told by its code, as AIP-193 has it.
    cls = _BY_REASON.get(info.reason) or _BY_CODE.get(failure.code().name)
    if info.domain != DOMAIN or cls is None:
        return None
    if issubclass(cls, InvalidInput):
        violations = _detail(status, BadRequest).field_violations
        return cls(status.message, violations[0].field if violations else "")
    if issubclass(cls, NotFound):
        return cls(status.message, tuple(_detail(status, NameSuggestions).names))
    if issubclass(cls, AmbiguousPlace):
        return cls(status.message, tuple(map(read_candidate, _detail(status, PlaceCandidates).candidates)))
    retry_after = _detail(status, RetryInfo).retry_delay.ToNanoseconds() / 1e9
    if issubclass(cls, Unavailable):
        return cls(status.message, info.metadata["dependency"], retry_after)
    if issubclass(cls, TooManyRequests):
        return cls(status.message, retry_after)
    return cls(status.message)


def transport_error(failure: grpc.aio.AioRpcError, dependency: str) -> CitytimeError:
    """What a status means that none of our services gave on purpose."""
    if failure.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded(f"{dependency} did not answer in time")
    return Unavailable(f"{dependency} {_TRANSPORT.get(failure.code(), 'failed to answer')}", dependency)


def _details(error: CitytimeError, room: int) -> Iterator[Message]:
    """What there is to say besides the reason, in up to `room` bytes."""
    if isinstance(error, InvalidInput):
        yield BadRequest(field_violations=[BadRequest.FieldViolation(field=_cut(error.parameter, MAX_NAME))])
    elif isinstance(error, NotFound):
        names = (_cut(name, room) for name in error.suggestions)
        yield NameSuggestions(names=_fitting(names, room))
    elif isinstance(error, AmbiguousPlace):
        yield PlaceCandidates(candidates=_fitting(map(write_candidate, error.candidates), room))
    elif isinstance(error, Unavailable | TooManyRequests):
        delay = Duration()
        delay.FromNanoseconds(round(error.retry_after * 1e9))
        yield RetryInfo(retry_delay=delay)


def _fitting(parts: Iterable[Part], room: int) -> Iterator[Part]:
    """The first of the members of a list that fit into a number of bytes."""
    for part in parts:
        room -= 4 + (len(part.encode()) if isinstance(part, str) else part.ByteSize())  # 4 for tag and length
        if room < 0:
            return
        yield part


def _cut(text: str, limit: int) -> str:
    """The text's first bytes as what can be encoded."""
    return text.encode(errors="replace")[:limit].decode(errors="ignore")


def _detail(status: Status, cls: type[M]) -> M:
    """The first detail of a type, an empty one where there is none or it is damaged."""
    found = cls()
    for detail in status.details:
        if detail.Is(cls.DESCRIPTOR):
            try:
                detail.Unpack(found)
            except DecodeError:
                return cls()
            break
    return found

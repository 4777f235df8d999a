"""Errors as answers: RFC 9457 problem details, one shape, made here alone."""

from __future__ import annotations

import math
from typing import NamedTuple

from citytime.errors import (
    AmbiguousPlace,
    CitytimeError,
    DeadlineExceeded,
    InvalidInput,
    NotFound,
    TooManyRequests,
    Unavailable,
    UnknownPlace,
    UnknownZone,
)
from citytime.gateway.answers import Facts, candidate_facts

TYPE_PREFIX = "urn:citytime:problem:"

Headers = tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """A kind of problem: its HTTP status, the last part of its type, its title."""

    status: int
    name: str
    title: str


KINDS: dict[type[CitytimeError], Kind] = {
    AmbiguousPlace: Kind(300, "ambiguous-place", "Several places answer to this name"),
    InvalidInput: Kind(400, "invalid-input", "The request cannot be understood"),
    UnknownPlace: Kind(404, "unknown-place", "No such place"),
    UnknownZone: Kind(404, "unknown-zone", "No such time zone"),
    NotFound: Kind(404, "not-found", "Nothing here"),
    TooManyRequests: Kind(429, "too-many-requests", "Too many requests"),
    Unavailable: Kind(503, "unavailable", "A service that is needed is out"),
    DeadlineExceeded: Kind(504, "deadline-exceeded", "The answer took too long"),
}
"""What each error of the tree is over HTTP."""

_BY_STATUS = {
    kind.status: kind
    for kind in (
        *KINDS.values(),
        Kind(405, "method-not-allowed", "Not by this method"),
        Kind(406, "not-acceptable", "Not in a format that the client takes"),
        Kind(413, "content-too-large", "The request is too large"),
        Kind(414, "uri-too-long", "The request's target is too long"),
        Kind(415, "unsupported-media-type", "Not a content type that is read here"),
        Kind(500, "internal-error", "The service failed"),
    )
}


class Refused(Exception):
    """A request that HTTP has a status of its own for, such as 405; `headers` go with the answer."""

    def __init__(self, status: int, detail: str, headers: Headers = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


ANSWERED: tuple[type[Exception], ...] = (*KINDS, Refused)
"""The errors that are answers; any other is a fault of ours."""


def of_status(status: int, detail: str) -> Facts:
    """The problem of a status."""
    return _problem(_BY_STATUS[status], detail)


def of_error(error: Exception) -> tuple[Facts, Headers]:
    """The problem that one of `ANSWERED` is, and the headers that go with it."""
    if isinstance(error, Refused):
        return of_status(error.status, str(error)), error.headers
    facts = _problem(next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS), str(error))
    headers: Headers = ()
    if isinstance(error, InvalidInput):
        facts["parameter"] = error.parameter
    if isinstance(error, NotFound):
        facts["suggestions"] = list(error.suggestions)
    if isinstance(error, AmbiguousPlace):
        facts["alternatives"] = [candidate_facts(candidate) for candidate in error.candidates]
    if isinstance(error, Unavailable):
        facts["dependency"] = error.dependency
    if isinstance(error, Unavailable | TooManyRequests):
        headers = (("Retry-After", str(max(1, math.ceil(error.retry_after)))),)
    return facts, headers


def _problem(kind: Kind, detail: str) -> Facts:
    return {"type": TYPE_PREFIX + kind.name, "title": kind.title, "status": kind.status, "detail": detail}

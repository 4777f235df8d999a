"""Errors as answers: RFC 9457 problem details, one shape, made here alone."""

from __future__ import annotations

import math

from citytime.errors import (
    AmbiguousPlace,
    InvalidInput,
    NotFound,
    TooManyRequests,
    Unavailable,
)
from citytime.gateway.answers import Facts, candidate_facts
from citytime.kinds import KINDS, kind_of

TYPE_PREFIX = "urn:citytime:problem:"

Headers = tuple[tuple[str, str], ...]


_OF_HTTP_ALONE = {
    405: ("method-not-allowed", "Not by this method"),
    406: ("not-acceptable", "Not in a format that the client takes"),
    412: ("precondition-failed", "Not on the condition that was set"),
    413: ("content-too-large", "The request is too large"),
    414: ("uri-too-long", "The request's target is too long"),
    415: ("unsupported-media-type", "Not a content type that is read here"),
    416: ("range-not-satisfiable", "There is no such part"),
    500: ("internal-error", "The service failed"),
}
_BY_STATUS = {kind.status: (kind.name, kind.title) for kind in KINDS.values()} | _OF_HTTP_ALONE


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
    return _problem(status, *_BY_STATUS[status], detail)


def of_error(error: Exception) -> tuple[Facts, Headers]:
    """The problem that one of `ANSWERED` is, and the headers that go with it."""
    if isinstance(error, Refused):
        return of_status(error.status, str(error)), error.headers
    kind = kind_of(error)
    facts = _problem(kind.status, kind.name, kind.title, str(error))
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


def _problem(status: int, name: str, title: str, detail: str) -> Facts:
    return {"type": TYPE_PREFIX + name, "title": title, "status": status, "detail": detail}

"""Errors as answers: RFC 9457 problem details, one shape, made here alone."""

from __future__ import annotations

import math
from http import HTTPStatus

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

STATUSES: dict[type[CitytimeError], tuple[int, str, str]] = {
    AmbiguousPlace: (300, "ambiguous-place", "Several places answer to this name"),
    InvalidInput: (400, "invalid-input", "The request cannot be understood"),
    UnknownPlace: (404, "unknown-place", "No such place"),
    UnknownZone: (404, "unknown-zone", "No such time zone"),
    NotFound: (404, "not-found", "Nothing here"),
    TooManyRequests: (429, "too-many-requests", "Too many requests"),
    Unavailable: (503, "unavailable", "A service that is needed is out"),
    DeadlineExceeded: (504, "deadline-exceeded", "The answer took too long"),
}
"""What each error of the tree is over HTTP: status, last part of the problem's type, title."""

TYPE_PREFIX = "urn:citytime:problem:"

Headers = tuple[tuple[str, str], ...]


class Refused(Exception):
    """A request that HTTP has a status of its own for, such as 405; `headers` go with the answer."""

    def __init__(self, status: int, detail: str, headers: Headers = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


ANSWERED: tuple[type[Exception], ...] = (*STATUSES, Refused)
"""The errors that are answers; any other is a fault of ours."""


def problem(status: int, detail: str, kind: str | None = None, title: str | None = None) -> Facts:
    """A problem of a status that has no class of its own, such as 405."""
    phrase = HTTPStatus(status).phrase
    return {
        "type": TYPE_PREFIX + (kind or phrase.lower().replace(" ", "-")),
        "title": title or phrase,
        "status": status,
        "detail": detail,
    }


def of_error(error: Exception) -> tuple[Facts, Headers]:
    """The problem that one of `ANSWERED` is, and the headers that go with it."""
    if isinstance(error, Refused):
        return problem(error.status, str(error)), error.headers
    status, kind, title = next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)
    facts = problem(status, str(error), kind, title)
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

"""What each error of the tree is on the wire: one table for HTTP and gRPC, and for both directions of the latter."""

from __future__ import annotations

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


class Kind(NamedTuple):
    """A kind of error.

    `status` is HTTP's (RFC 9110), `code` the name of gRPC's. `name` is the last part of a problem's type (RFC 9457)
    and, in capitals with underscores, the reason of a google.rpc.ErrorInfo; `title` is for people.
    """

    status: int
    code: str
    name: str
    title: str

    @property
    def reason(self) -> str:
        """The kind as a google.rpc.ErrorInfo names it: `UNKNOWN_PLACE`."""
        return self.name.replace("-", "_").upper()


KINDS: dict[type[CitytimeError], Kind] = {
    AmbiguousPlace: Kind(300, "FAILED_PRECONDITION", "ambiguous-place", "Several places answer to this name"),
    InvalidInput: Kind(400, "INVALID_ARGUMENT", "invalid-input", "The request cannot be understood"),
    UnknownPlace: Kind(404, "NOT_FOUND", "unknown-place", "No such place"),
    UnknownZone: Kind(404, "NOT_FOUND", "unknown-zone", "No such time zone"),
    NotFound: Kind(404, "NOT_FOUND", "not-found", "Nothing here"),
    TooManyRequests: Kind(429, "RESOURCE_EXHAUSTED", "too-many-requests", "Too many requests"),
    Unavailable: Kind(503, "UNAVAILABLE", "unavailable", "A service that is needed is out"),
    DeadlineExceeded: Kind(504, "DEADLINE_EXCEEDED", "deadline-exceeded", "The answer took too long"),
}


def kind_of(error: Exception) -> Kind:
    """The kind of an error: that of its class, or of the nearest class above it. Raises KeyError for faults of ours."""
    for cls in type(error).__mro__:
        if cls in KINDS:
            return KINDS[cls]
    raise KeyError(type(error))

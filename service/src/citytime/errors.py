"""The error tree: everything citytime may tell a caller, whatever carries it.

One class a meaning. How an error looks on the wire (HTTP status, gRPC code) is decided by the tables of the
transports; nothing here knows about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citytime.domain import Candidate


class CitytimeError(Exception):
    """Base of all errors that are part of the interface. `str(error)` is a sentence for the caller."""


class InvalidInput(CitytimeError):
    """The request cannot be understood. `parameter` names the part at fault."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class NotFound(CitytimeError):
    """What was asked for does not exist; `suggestions` are names that do, best first."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class UnknownPlace(NotFound):
    """No place answers to the name, code or id."""


class UnknownZone(NotFound):
    """No IANA zone has this name."""


class AmbiguousPlace(CitytimeError):
    """Several places answer to the name and the caller asked for no guess (`strict`)."""

    def __init__(self, message: str, candidates: tuple[Candidate, ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


class Unavailable(CitytimeError):
    """A dependency is out. `dependency` names it, `retry_after` is in seconds."""

    def __init__(self, message: str, dependency: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.dependency = dependency
        self.retry_after = retry_after


class DeadlineExceeded(CitytimeError):
    """The answer did not come within the time that was given for it."""


class TooManyRequests(CitytimeError):
    """The caller is over its rate. `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigurationError(CitytimeError):
    """A setting is wrong; the message names the key, the value and what is allowed."""


class DataError(CitytimeError):
    """A data file is missing, damaged or of another version; the message names it and the way out."""

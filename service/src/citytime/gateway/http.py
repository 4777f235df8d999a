"""A request and a response as plain values: what answers is a function from one to the other.

Tornado's side (`server.py`) makes the one from its connection and writes the other to it; tests, the command line
and any faster front can do the same without a socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

UNMATCHED = "unmatched"
"""The route of whatever matches no route, so that scans make no metric series."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `path` and `query` are as they stood in the request target, still percent-encoded.

    `headers` finds a header by its name in any case; `accept` is one of them, at hand for the hot path. A `head` is a
    GET of which only the headers of the answer are sent.
    """

    method: str
    path: str
    query: str = ""
    accept: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)
    head: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; `route` is the template that answered (`/{city}`), for metrics and logs.

    `headers` has neither Content-Length nor Date nor Server: the carrier adds those.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    route: str = UNMATCHED


class Application(Protocol):
    """What a carrier needs: an answer at once where one is at hand, and an answer in any case."""

    def cached(self, request: Request) -> Response | None:
        """The answer if it needs no waiting and no look-up; None where `answer` must be asked. Never raises."""

    async def answer(self, request: Request) -> Response:
        """The answer, errors included, within the deadline. Never raises but for cancellation."""

    def refuse(self, request: Request, status: int, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        """A problem response for what the carrier itself must turn down (413, 414, 429, 503, …)."""

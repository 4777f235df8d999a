"""An application that says what it was asked, or misbehaves as its path says."""

from __future__ import annotations

import asyncio
import json

from citytime.gateway.http import Request, Response


class FakeApplication:
    """`/cached…` is answered at once, everything else after a turn of the event loop: `/sleep?<seconds>` late,
    `/status?<code>` with that status, `/raise` and `/cached/raise` not at all, `/unwritable` with an illegal header.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.cancelled: list[Request] = []

    def cached(self, request: Request) -> Response | None:
        if not request.path.startswith("/cached"):
            return None
        if request.path == "/cached/raise":
            raise RuntimeError("cached failed")
        return self._say(request, route="/cached")

    async def answer(self, request: Request) -> Response:
        try:
            await asyncio.sleep(float(request.query) if request.path == "/sleep" else 0)
        except asyncio.CancelledError:
            self.cancelled.append(request)
            raise
        if request.path == "/raise":
            raise RuntimeError("answer failed")
        if request.path == "/status":
            return self._say(request, status=int(request.query))
        if request.path == "/unwritable":
            return Response(200, (("X-Bad", "a\r\nb"),), b"")
        return self._say(request)

    def refuse(self, request: Request, status: int, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        body = json.dumps({"status": status, "detail": detail}).encode()
        return Response(status, (("Content-Type", "application/problem+json"), *headers), body)

    def _say(self, request: Request, status: int = 200, route: str = "/{path}") -> Response:
        self.requests.append(request)
        said = {name: getattr(request, name) for name in ("method", "path", "query", "accept")}
        said |= {"body": request.body.decode("latin-1"), "language": request.headers.get("accept-language", "")}
        return Response(status, (("Content-Type", "application/json"),), json.dumps(said).encode(), route)

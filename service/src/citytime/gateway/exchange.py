"""One request and its response on a Tornado connection: what the connection says becomes a `Request`, the
application's `Response` becomes bytes.

Tornado's connection delegates are used instead of its `RequestHandler`, which costs more CPU than everything that a
cached answer needs. There is one mechanism for all routes; the application alone knows them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import re
import time
from typing import TYPE_CHECKING, cast

from tornado import httputil
from tornado.http1connection import HTTP1Connection

from citytime.gateway.http import UNMATCHED, Request, Response
from citytime.gateway.throttle import client_of

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from citytime.gateway.carrier import Carrier, Outcome

log = logging.getLogger(__name__)

CLIENT_GONE = 499
"""Status in metrics and logs of a request whose client left before its answer (nginx's number for it)."""

_ABSOLUTE_FORM = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


def _field(headers: httputil.HTTPHeaders, name: str) -> str:
    return headers[name] if name in headers else ""  # noqa: SIM401 (`get` raises and catches KeyError on its way)


class Exchange(httputil.HTTPMessageDelegate):
    """One request and its response; Tornado calls the methods in the order in which they stand here."""

    def __init__(self, carrier: Carrier, connection: HTTP1Connection) -> None:
        self._carrier = carrier
        self._connection = connection
        self._body = bytearray()
        self._oversize = False
        self._task: asyncio.Task[None] | None = None
        self._span: Span | None = None
        self.started = 0.0
        """When the request's headers had come (`perf_counter`); 0.0 while there is no request."""
        self.moved = time.perf_counter()
        """When the exchange last took a step."""

    @property
    def answering(self) -> bool:
        """Whether the application is at work on it."""
        return self._task is not None and not self._task.done()

    def headers_received(
        self, start_line: httputil.RequestStartLine | httputil.ResponseStartLine, headers: httputil.HTTPHeaders
    ) -> None:
        """The request line and the headers have come."""
        self.started = self.moved = time.perf_counter()
        self._line = cast(httputil.RequestStartLine, start_line)
        self._headers = headers
        if "Content-Length" in headers:
            length = headers["Content-Length"]
            # Anything but a plain number is Tornado's to refuse.
            if length.isdecimal() and len(length) < 19 and int(length) > self._carrier.settings.body_limit:
                self._refuse_body()
                if _field(headers, "Expect").lower() == "100-continue":
                    self._end()  # the client has not begun to send

    def data_received(self, chunk: bytes) -> None:
        """A part of the body has come."""
        if self._oversize:
            return
        self._body += chunk
        if len(self._body) > self._carrier.settings.body_limit:
            self._refuse_body()

    def finish(self) -> None:
        """The request is complete: answer it."""
        if self._oversize:
            self._end()
            return
        request = self._request(self._line.path)
        response = self._refusal(request)
        if response is None:
            try:
                response = self._carrier.app.cached(request)
            except Exception:
                response = self._bug(request)
        if response is None:
            self._task = asyncio.create_task(self._answer(request))
            self._connection.set_close_callback(self.on_connection_close)
        else:
            self._write(response)
            self._end()

    def on_connection_close(self) -> None:
        """The client has left before its answer."""
        if self._task is not None:
            self._task.cancel()

    def _request(self, target: str) -> Request:
        """The request to `target`, whose bytes came decoded as Latin-1. HEAD is asked as GET."""
        if not target.isascii():
            target = _NON_ASCII.sub(lambda byte: f"%{ord(byte[0]):02X}", target)
        if not target.startswith("/") and (absolute := _ABSOLUTE_FORM.match(target)):
            target = target[absolute.end() :]
            target = target if target.startswith("/") else "/" + target
        path, _, query = target.partition("?")
        method, headers = self._line.method, self._headers
        return Request(
            "GET" if method == "HEAD" else method,
            path,
            query,
            _field(headers, "Accept"),
            bytes(self._body),
            headers,
            method == "HEAD",
        )

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that the application need not see."""
        carrier, refuse = self._carrier, self._carrier.app.refuse
        limit, rate = carrier.settings.query_limit, carrier.settings.rate_limit
        if len(self._line.path) > limit:
            return refuse(request, 414, f"The request target is longer than {limit} bytes.")
        if not request.path.startswith("/"):
            return refuse(request, 400, "The request target must be a path or an http URL.")
        if self._line.version == "HTTP/1.1" and len(self._headers.get_list("Host")) != 1:
            return refuse(request, 400, "A request must have one Host header (RFC 9112, section 3.2).")
        if carrier.throttle is not None:
            forwarded_for = self._headers.get("X-Forwarded-For") if carrier.settings.trust_proxy else None
            wait = carrier.throttle.wait(client_of(str(self._connection.context), forwarded_for))
            if wait:
                detail = f"A client may ask {rate:g} times a second."
                return refuse(request, 429, detail, (("Retry-After", str(math.ceil(wait))),))
        return None

    def _refuse_body(self) -> None:
        """Answer 413 before the body has come, and drop the rest of it.

        Closing while the client still sends would reset the connection before it has read the answer.
        """
        self._oversize = True
        self._body.clear()
        limit = self._carrier.settings.body_limit
        request = self._request(self._line.path)
        self._write(self._carrier.app.refuse(request, 413, f"The request body is longer than {limit} bytes."))

    async def _answer(self, request: Request) -> None:
        """Ask the application, within the deadline, and write what it says."""
        timeout = self._carrier.settings.request_timeout
        if self._carrier.spans is not None:
            self._span = self._carrier.spans.begin(self._headers, self.started)
        try:
            try:
                async with asyncio.timeout(timeout) as deadline:
                    response = await self._carrier.app.answer(request)
            except asyncio.CancelledError:
                self._record(self._carrier.outcome(self._line.method, UNMATCHED, CLIENT_GONE), time.time(), 0)
                raise
            except Exception:
                if deadline.expired():
                    response = self._carrier.app.refuse(request, 504, f"There was no answer within {timeout:g} s.")
                else:
                    response = self._bug(request)
            self._write(response)
            self._end()
        except Exception:
            # Not even the error could be rendered or written: closing is what keeps the client from waiting.
            log.exception("answer lost")
            if self._carrier.spans is not None and self._span is not None:
                self._carrier.spans.lose(self._span)
            self._connection.close()

    def _bug(self, request: Request) -> Response:
        """The answer to a request on which the application failed; call it while handling the exception."""
        log.exception("bug in the application")
        return self._carrier.app.refuse(request, 500, "The service failed on this request; the failure was logged.")

    def _write(self, response: Response) -> None:
        """Write the response, with the headers that all have in common."""
        carrier, status, body, now = self._carrier, response.status, response.body, time.time()
        headers = httputil.HTTPHeaders()
        for name, value in response.headers:
            if name in headers:
                headers.add(name, value)
            else:
                headers[name] = value
        headers["Date"] = carrier.date(now)
        headers["Server"] = "citytime"
        headers["X-Content-Type-Options"] = "nosniff"
        if status in (204, 304):
            body = b""
        else:
            headers["Content-Length"] = str(len(body))
        if self._line.method == "HEAD":
            body = b""
        self._last = self._oversize or carrier.draining
        if self._last:
            headers["Connection"] = "close"
        outcome = carrier.outcome(self._line.method, response.route, status)
        self._written = self._connection.write_headers(outcome.start_line, headers, body)
        self._record(outcome, now, len(body))

    def _end(self) -> None:
        """Leave the connection to its next request, or close it once the response is out."""
        self._connection.finish()
        if self._last:
            self._written.add_done_callback(lambda _: self._connection.close())

    def _record(self, outcome: Outcome, now: float, size: int) -> None:
        """Count and log the request, answered at `now` (seconds since the epoch) with `size` bytes of body."""
        self.moved = time.perf_counter()
        duration = self.moved - self.started
        carrier = self._carrier
        exemplar, trace = None, ""
        if carrier.spans is not None:
            exemplar, trace = carrier.spans.end(self._span, self._headers, self.started, outcome, self._line.version)
        outcome.observe(duration, exemplar)
        if carrier.request_log is not None:
            fields = f'{outcome.log_fields},"duration_ms":{duration * 1000:.3f},"bytes":{size}{trace}'
            if carrier.log_targets:
                fields += f',"target":{json.dumps(self._line.path)}'
            carrier.request_log.add(now, fields)

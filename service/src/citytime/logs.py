"""Logs as JSON lines: one line a request to stdout, what the program itself has to say to stderr.

Every line has `time` (RFC 3339, UTC, milliseconds), `level` and `event`. A request's line names the route's template
and never the path, the query or the client's address; at level debug it adds `target`, and `trace_id` and `span_id`
where the request is traced. Request lines are collected
and written every `FLUSH_AFTER` seconds, or as soon as `BATCH` bytes are due, and when the server stops; a process
that is killed outright loses no more than that. Everything else goes through `logging` and is written at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from typing import TextIO

from citytime import tracing

FLUSH_AFTER = 0.2
"""Seconds that a request's line may wait."""

BATCH = 4096
"""Bytes written at once: PIPE_BUF, up to which POSIX keeps writes whole, so workers that share a pipe mix no lines."""

_BUILT_IN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


def rfc3339(moment: float) -> str:
    """Seconds since the epoch as `2026-01-31T12:00:00.000Z`."""
    second, fraction = divmod(moment, 1)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{int(fraction * 1000):03d}Z"


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON; what was passed as `extra=` becomes members of the object,
    as do the ids of the trace and the span within which it was made.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        fields: dict[str, object] = {
            "time": rfc3339(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _BUILT_IN}
        fields |= tracing.ids() or {}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send all of `logging` from `level` on to `stream` (stderr by default) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Tornado reports malformed requests at level info and quotes their headers, which may hold secrets.
    logging.getLogger("tornado").setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


class RequestLog:
    """Lines about requests, collected and written to `stream` in batches; needs a running event loop."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._second = -1
        self._stamp = ""

    def add(self, moment: float, fields: str) -> None:
        """Log a request answered at `moment` (seconds since the epoch); `fields` are JSON members after a comma.

        The line is put together by hand: `json.dumps` would cost as much as a tenth of the whole request.
        """
        second = int(moment)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime('{"time":"%Y-%m-%dT%H:%M:%S.', time.gmtime(second))
        line = f'{self._stamp}{int((moment - second) * 1000):03d}Z","level":"info","event":"request"{fields}}}\n'
        if self._size + len(line) > BATCH:
            self.flush()
        self._lines.append(line)
        self._size += len(line)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER, self.flush)

    def flush(self) -> None:
        """Write what has been collected. A log that cannot be written must not stop the service: it is dropped."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            try:
                self._stream.write("".join(lines))
                self._stream.flush()
            except (OSError, ValueError):
                logging.getLogger(__name__).warning("request log cannot be written", extra={"lost": len(lines)})

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime import logs
from citytime.logs import BATCH, FLUSH_AFTER, JsonFormatter, RequestLog, rfc3339


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root, tornado = logging.getLogger(), logging.getLogger("tornado")
    before = root.handlers[:], root.level, tornado.level
    yield
    root.handlers[:], root.level, tornado.level = before[0], before[1], before[2]


class Pipe(io.StringIO):
    """A stream that keeps the batches apart in which it was written."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[str] = []

    def write(self, text: str) -> int:
        self.batches.append(text)
        return len(text)


class BrokenPipe(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@given(st.floats(0, 4e9))
def test_moments_are_rfc_3339_in_utc_to_the_millisecond(moment: float) -> None:
    text = rfc3339(moment)
    assert text.endswith("Z")
    assert len(text) == 24
    assert abs((datetime.fromisoformat(text) - datetime.fromtimestamp(moment, UTC)).total_seconds()) < 0.0011


def test_a_log_record_is_one_json_line_with_its_extras() -> None:
    record = logging.LogRecord("citytime.x", logging.WARNING, __file__, 1, "two\nlines %s", ("é",), None)
    record.url = "http://localhost"
    line = JsonFormatter().format(record)
    assert "\n" not in line
    fields = json.loads(line)
    assert fields.pop("time").endswith("Z")
    assert fields == {
        "level": "warning",
        "event": "two\nlines é",
        "logger": "citytime.x",
        "url": "http://localhost",
    }


@pytest.mark.usefixtures("restored_logging")
def test_configured_logging_writes_json_with_tracebacks_from_its_level_on() -> None:
    stream = io.StringIO()
    logs.configure("info", stream)
    log = logging.getLogger("citytime.test")
    log.debug("no")
    try:
        raise ValueError("what went wrong")
    except ValueError:
        log.exception("yes")
    (fields,) = map(json.loads, stream.getvalue().splitlines())
    assert (fields["level"], fields["event"]) == ("error", "yes")
    assert fields["traceback"].endswith("ValueError: what went wrong")


@pytest.mark.usefixtures("restored_logging")
def test_what_tornado_quotes_of_malformed_requests_is_logged_at_debug_only() -> None:
    stream = io.StringIO()
    for level in ("info", "debug"):
        logs.configure(level, stream)
        logging.getLogger("tornado.general").info("Malformed HTTP message: %s", f"seen at {level}")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "Malformed HTTP message: seen at debug"
    ]


def test_request_lines_are_written_within_their_delay() -> None:
    async def scenario() -> None:
        pipe = Pipe()
        log = RequestLog(pipe)
        log.add(1_750_000_000.25, ',"status":200')
        log.add(1_750_000_001.999, ',"status":404')
        assert pipe.batches == []
        await asyncio.sleep(FLUSH_AFTER + 0.1)
        (batch,) = pipe.batches
        assert [json.loads(line) for line in batch.splitlines()] == [
            {"time": "2025-06-15T15:06:40.250Z", "level": "info", "event": "request", "status": 200},
            {"time": "2025-06-15T15:06:41.999Z", "level": "info", "event": "request", "status": 404},
        ]
        log.add(1_750_000_002, "")
        log.flush()
        assert len(pipe.batches) == 2

    asyncio.run(scenario())


def test_batches_are_small_enough_for_a_pipe_that_workers_share() -> None:
    async def scenario() -> None:
        pipe = Pipe()
        log = RequestLog(pipe)
        for n in range(1000):
            log.add(1_750_000_000, f',"n":{n}')
        log.flush()
        assert len(pipe.batches) > 10
        assert all(len(batch) <= BATCH and batch.endswith("\n") for batch in pipe.batches)
        assert [json.loads(line)["n"] for line in "".join(pipe.batches).splitlines()] == list(range(1000))

    asyncio.run(scenario())


def test_a_log_that_cannot_be_written_does_not_stop_the_service(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        log = RequestLog(BrokenPipe())
        log.add(1_750_000_000, "")
        log.flush()

    asyncio.run(scenario())
    assert [record.message for record in caplog.records] == ["request log cannot be written"]

from __future__ import annotations

import contextvars
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from citytime import tracing
from citytime.errors import ConfigurationError
from citytime.tracing.sdk import LAST_MOMENT
from tests.fakes.collector import collector
from tests.wire import LONG


@contextmanager
def delivering(monkeypatch: pytest.MonkeyPatch, port: int, **variables: str) -> Iterator[None]:
    """Tracing that sends to a port of this machine; the variables' names without `OTEL_`."""
    given = {"EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "BSP_SCHEDULE_DELAY": "20"} | variables
    for name, value in given.items():
        monkeypatch.setenv(f"OTEL_{name}", value)
    tracing.start("gateway")
    try:
        yield
    finally:
        tracing.stop()


def record(count: int = 1) -> None:
    """Record spans as requests make them."""
    spans = tracing.http_spans()
    assert spans is not None
    for _ in range(count):
        span = contextvars.copy_context().run(spans.begin, {}, time.perf_counter())
        spans.lose(span)


def wait(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What has been logged, by whom."""
    return [f"{record.name}: {record.message}" for record in caplog.records]


def test_spans_arrive_with_who_sent_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as taking:
        with delivering(monkeypatch, taking.port, RESOURCE_ATTRIBUTES="deployment.environment.name=lab"):
            record(3)
        assert len(taking.spans) == 3
        assert taking.resource["service.name"] == "gateway"
        assert taking.resource["service.namespace"] == "citytime"
        assert taking.resource["deployment.environment.name"] == "lab"
        assert taking.resource["service.version"]
        assert len(taking.resource["service.instance.id"]) == 36


def test_the_environments_name_goes_before_the_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as taking:
        with delivering(
            monkeypatch, taking.port, SERVICE_NAME="front", RESOURCE_ATTRIBUTES="service.name=x,service.instance.id=pod"
        ):
            record()
        assert (taking.resource["service.name"], taking.resource["service.instance.id"]) == ("front", "pod")


def test_a_collector_that_is_out_is_told_of_once_and_its_return_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = free_port()
    with delivering(monkeypatch, port, EXPORTER_OTLP_TIMEOUT="0.4"):
        record()
        wait(lambda: caplog.records)
        for _ in range(4):
            record()
            time.sleep(0.1)
        with collector(port=port) as taking:

            def taken() -> bool:
                record()
                time.sleep(0.05)
                return bool(taking.spans)

            wait(taken)
            wait(lambda: len(caplog.records) == 2)
    lost, again = caplog.records
    assert told(caplog) == [f"citytime.tracing.delivery: traces {what}" for what in ("are being lost", "arrive again")]
    assert "UNAVAILABLE" in vars(lost)["reason"]
    assert vars(again)["lost"] >= 1


def test_a_collector_that_refuses_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with collector("refuse") as refusing, delivering(monkeypatch, refusing.port):
        for count in range(1, 4):
            record()
            wait(lambda count=count: len(refusing.requests) >= count)
    assert told(caplog) == ["citytime.tracing.delivery: traces are being lost"]
    assert "PERMISSION_DENIED" in vars(caplog.records[0])["reason"]


def test_more_spans_than_the_queue_holds_are_dropped_in_silence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limits = {"BSP_MAX_QUEUE_SIZE": "10", "BSP_MAX_EXPORT_BATCH_SIZE": "5"}
    with collector("hang") as hanging, delivering(monkeypatch, hanging.port, **limits):
        record(5)
        wait(lambda: hanging.requests)
        record(200)
        hanging.behaviour = "take"
        hanging.over.set()
    assert len(hanging.spans) == 15
    assert not told(caplog)


@pytest.mark.parametrize("behaviour", ["hang", "refuse", "out"])
def test_no_collector_keeps_a_process_from_stopping(monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    with collector(behaviour) as bad:
        port = free_port() if behaviour == "out" else bad.port
        with delivering(monkeypatch, port):
            record(2000)
            begun = time.monotonic()
        assert time.monotonic() - begun < LAST_MOMENT + 0.5


def test_batches_that_contradict_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="max_queue_size"), delivering(monkeypatch, 1, BSP_MAX_QUEUE_SIZE="10"):
        pass


def test_the_console_gets_a_line_a_span(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    with delivering(monkeypatch, 1, TRACES_EXPORTER="console"):
        record(2)
    out, err = capfd.readouterr()
    assert (out, len(err.splitlines())) == ("", 2)

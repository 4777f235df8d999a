"""Tracing in a real process, from its environment to a collector on a real socket."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.collector import collector
from tests.instance import environment
from tests.process import Service, event, service
from tests.wire import LONG, Answer, fetch, until

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
OPENMETRICS = "Accept: application/openmetrics-text; version=1.0.0"
SECRET = "some-secret-city"


@asynccontextmanager
async def serve(**variables: str) -> AsyncIterator[Service]:
    """The real service; the variables' names without `OTEL_`."""
    env = environment() | {f"OTEL_{name}": value for name, value in variables.items()}
    command = (sys.executable, "-m", "citytime", "serve")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=env)
    try:
        listening = await event(process, "listening")
        yield Service(process, *(int(listening[name].rpartition(":")[2]) for name in ("url", "admin")))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def exemplar(port: int, route: str) -> str:
    """The trace that a bucket of a route names on `/metrics`."""
    metrics = (await fetch(port, "/metrics", OPENMETRICS)).body.decode()
    label = re.escape(f'http_route="{route}"')
    found = re.search(rf'http_server_request_duration_seconds_bucket{{.*{label}.*trace_id="(\w+)"', metrics)
    assert found, metrics
    return found[1]


def test_what_is_asked_of_a_service_arrives_at_the_collector_but_for_the_question() -> None:
    async def scenario() -> None:
        with collector() as taking:
            async with serve(EXPORTER_OTLP_ENDPOINT=taking.url, BSP_SCHEDULE_DELAY="50") as running:

                async def ask(target: str) -> Answer:
                    return await fetch(running.port, target, f"traceparent: 00-{TRACE}-{PARENT}-01", "X: y")

                assert (await ask("/lisbon")).status == 200
                assert (await ask("/lisbon")).status == 200  # from the cache
                assert (await ask("/38.7,-9.1")).status == 200
                assert (await ask(f"/{SECRET}?near=1.234567,2")).status == 404
                own = await fetch(running.port, "/v1/zones/UTC")
                assert own.status == 200
                named = await exemplar(running.admin_port, "/v1/zones/{zone}")
                await until(lambda: any(span.name == "GET /v1/zones/{zone}" for span in taking.spans))
                running.stop()
                code, lines, _ = await running.end()
            assert code == 0
            spans = {span.span_id: span for span in taking.spans}
            requests = [span for span in spans.values() if span.name == "GET /{city}"]
            assert [span.parent_span_id.hex() for span in requests] == [PARENT] * 4
            assert {span.trace_id.hex() for span in requests} == {TRACE}
            steps = {
                span.name: spans[span.parent_span_id].name for span in spans.values() if span.parent_span_id in spans
            }
            assert steps["resolve"] == steps["zone lookup"] == "GET /{city}"
            assert steps["geocode gazetteer"] == "resolve"
            (other,) = (span for span in spans.values() if span.name == "GET /v1/zones/{zone}")
            assert other.trace_id.hex() == named
            assert [line["trace_id"] for line in lines] == [TRACE] * 4 + [named]
            assert {line["span_id"] for line in lines} <= {span.hex() for span in spans}
            assert taking.resource["service.name"] == "citytime"
            exported = b"".join(request.SerializeToString() for request in taking.requests).lower()
            for text in (SECRET, "secret", "lisbon", "38.7", "1.234567", "127.0.0.1:"):
                assert text.encode() not in exported, text

    asyncio.run(scenario())


def test_off_opentelemetry_is_not_even_imported() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "citytime", "serve"]
    with subprocess.Popen(
        command, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        seen = ""
        for line in process.stderr:
            seen += line
            if line.startswith("{"):
                break
        port = int(json.loads(line)["url"].rpartition(":")[2])
        asked = asyncio.run(fetch(port, "/lisbon", f"traceparent: 00-{TRACE}-{PARENT}-01"))
        process.terminate()
        out, rest = process.communicate(timeout=LONG)
    assert (asked.status, process.returncode) == (200, 0), rest
    assert "trace_id" not in out
    assert "citytime.tracing" in seen  # that imports are seen
    assert "opentelemetry" not in seen + rest


def test_a_collector_that_is_out_neither_delays_the_start_nor_the_stop() -> None:
    async def scenario() -> None:
        async with serve(EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", BSP_SCHEDULE_DELAY="50") as running:
            assert (await fetch(running.port, "/lisbon")).status == 200
            running.stop()
            begun = asyncio.get_running_loop().time()
            code, _, _ = await running.end()
            assert code == 0
            assert asyncio.get_running_loop().time() - begun < 4

    asyncio.run(scenario())


def test_a_wrong_variable_stops_the_start() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "citytime", "serve"],
        env=environment() | {"OTEL_TRACES_EXPORTER": "zipkin"},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "citytime: OTEL_TRACES_EXPORTER='zipkin' is not allowed: it must be otlp, console, both with a comma, or none\n"
    )


def test_workers_trace_each_for_itself_and_their_metrics_go_without_exemplars() -> None:
    async def scenario() -> None:
        with collector() as taking:
            variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": taking.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}
            async with service(CITYTIME_WORKERS=2, **variables) as running:
                await until(lambda: ready(running.admin_port))
                for _ in range(20):
                    assert (await fetch(running.port)).status == 200
                metrics = (await fetch(running.admin_port, "/metrics", OPENMETRICS)).body.decode()
                assert re.search(r'http_server_request_duration_seconds_count{.*"/cached".*} 20', metrics)
                assert "trace_id" not in metrics
                running.stop(signal.SIGTERM)
                code, lines, _ = await running.end()
            assert code == 0
            assert {span.name for span in taking.spans} == {"GET /cached"}
            assert {span.trace_id.hex() for span in taking.spans} == {line["trace_id"] for line in lines}

    async def ready(port: int) -> bool:
        return (await fetch(port, "/readyz")).status == 200

    asyncio.run(scenario())

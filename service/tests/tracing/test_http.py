from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, DEFAULT_OFF, ParentBasedTraceIdRatio
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client.openmetrics.exposition import generate_latest

from tests.gateway.serve import Running, running
from tests.tracing.recorded import recorded
from tests.wire import connect, fetch, until

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED, DROPPED = (f"traceparent: 00-{TRACE}-{PARENT}-{flag}" for flag in ("01", "00"))


def ids(span: ReadableSpan) -> dict[str, str]:
    assert span.context is not None
    return {"trace_id": f"{span.context.trace_id:032x}", "span_id": f"{span.context.span_id:016x}"}


def log_lines(server: Running, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    log = server.server._carrier.request_log
    assert log is not None
    log.flush()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(("target", "route"), [("/cached/secret?secret", "/cached"), ("/secret?secret", "/{path}")])
def test_a_request_is_a_span_named_by_its_route_that_does_not_tell_what_was_asked(target: str, route: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, target)
            span = traced.span
            assert (span.name, span.kind, span.status.status_code) == (
                f"GET {route}",
                SpanKind.SERVER,
                StatusCode.UNSET,
            )
            assert dict(span.attributes or {}) == {
                "http.request.method": "GET",
                "http.route": route,
                "http.response.status_code": 200,
                "network.protocol.version": "1.1",
                "server.address": "localhost",
                "url.scheme": "http",
            }
            assert "secret" not in span.to_json()

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/cached", "/answered"])
def test_the_callers_trace_is_continued(target: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, target, SAMPLED, "tracestate: vendor=1")
            span = traced.span
            assert ids(span)["trace_id"] == TRACE
            assert span.parent is not None
            assert f"{span.parent.span_id:016x}" == PARENT
            assert span.context is not None
            assert span.context.trace_state["vendor"] == "1"

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/cached", "/answered"])
def test_a_trace_that_the_caller_does_not_keep_is_not_kept_but_logged(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, target, DROPPED)
                (line,) = log_lines(server, capsys)
                assert line["trace_id"] == TRACE
            assert not traced.spans

    asyncio.run(scenario())


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=70))
@settings(max_examples=40, deadline=None)
def test_malformed_traceparents_are_as_none(text: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running(log_level="warning") as server:
                assert (await fetch(server.port, "/cached", f"traceparent: {text}")).status == 200
            assert traced.span.parent is None

    asyncio.run(scenario())


def test_two_traceparents_are_as_none() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, "/cached", SAMPLED, SAMPLED)
            assert traced.span.parent is None

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("method", "name", "recorded_as"), [("HEAD", "HEAD /{path}", "HEAD"), ("BREW", "HTTP /{path}", "_OTHER")]
)
def test_methods_that_nobody_knows_are_other(method: str, name: str, recorded_as: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, "/answered", method=method)
            assert traced.span.name == name
            assert (traced.span.attributes or {})["http.request.method"] == recorded_as

    asyncio.run(scenario())


@pytest.mark.parametrize(("status", "failed"), [(404, False), (503, True)])
def test_only_our_own_failures_are_errors(status: int, failed: bool) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, f"/status?{status}")
            assert (traced.span.status.status_code is StatusCode.ERROR) is failed
            assert (traced.span.attributes or {}).get("error.type") == (str(status) if failed else None)

    asyncio.run(scenario())


def test_what_matches_no_route_is_named_by_its_method_alone() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running(query_limit=100) as server:
                await fetch(server.port, "/" + "x" * 200)
            assert traced.span.name == "GET"
            assert "http.route" not in (traced.span.attributes or {})

    asyncio.run(scenario())


def test_a_request_whose_client_leaves_ends_with_499() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                async with connect(server.port) as connection:
                    connection.get("/sleep?5")
                    await until(lambda: server.app.requests or server.server.busy)
                await until(lambda: traced.spans)
            assert (traced.span.attributes or {})["http.response.status_code"] == 499

    asyncio.run(scenario())


def test_an_answer_that_is_lost_still_ends_its_span() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                with pytest.raises(EOFError):
                    await fetch(server.port, "/unwritable")
            assert (traced.span.attributes or {})["error.type"] == "lost"

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/cached", "/answered"])
def test_the_log_line_and_the_exemplar_name_the_trace(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server:
                await fetch(server.port, target)
                (line,) = log_lines(server, capsys)
            expected = ids(traced.span)
            assert {name: line[name] for name in expected} == expected
            assert f'trace_id="{expected["trace_id"]}"' in generate_latest(server.metrics.registry).decode()

    asyncio.run(scenario())


def test_lines_that_are_logged_within_a_request_carry_its_ids(caplog: pytest.LogCaptureFixture) -> None:
    from citytime.logs import JsonFormatter

    async def scenario() -> None:
        with recorded() as traced:
            caplog.handler.setFormatter(JsonFormatter())
            async with running() as server:
                assert (await fetch(server.port, "/raise")).status == 500
            assert json.loads(caplog.text)["trace_id"] == ids(traced.span)["trace_id"]

    asyncio.run(scenario())


def test_traces_that_are_sampled_out_leave_no_exemplar(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        for sampler in (ALWAYS_OFF, DEFAULT_OFF):
            with recorded(sampler) as traced:
                async with running() as server:
                    for target in ("/cached", "/answered"):
                        assert (await fetch(server.port, target)).status == 200
                    cached, answered = log_lines(server, capsys)
                    assert "trace_id" not in cached
                    assert "trace_id" in answered
                assert not traced.spans
                assert b"trace_id" not in generate_latest(server.metrics.registry)

    asyncio.run(scenario())


def test_a_sampler_that_minds_no_parent_decides_for_itself() -> None:
    async def scenario() -> None:
        with recorded(ALWAYS_ON) as traced:
            async with running() as server:
                await fetch(server.port, "/cached", DROPPED)
            assert ids(traced.span)["trace_id"] == TRACE

    asyncio.run(scenario())


def test_the_share_of_traces_is_kept_that_was_asked_for() -> None:
    async def scenario() -> None:
        sampler = ParentBasedTraceIdRatio(0.25)
        with recorded(sampler) as traced:
            async with running(log_level="warning") as server, connect(server.port) as connection:
                for _ in range(800):
                    connection.get("/cached")
                    await connection.answer()
            spans = traced.memory.get_finished_spans()
            assert 120 < len(spans) < 290  # six standard deviations
            traces = {span.context.trace_id for span in spans if span.context}
            assert len(traces) == len(spans)
            assert all(trace & sampler._root.TRACE_ID_LIMIT < sampler._root.bound for trace in traces)

    asyncio.run(scenario())


@pytest.mark.parametrize("host", ["[::1", "a:b:c", "a:99999999", "", "x" * 3000, "user:secret@example.org:80"])
def test_any_host_header_is_taken(host: str) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            async with running() as server, connect(server.port) as connection:
                connection.send(f"GET /cached HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                assert (await connection.answer()).status == 200
            assert "secret" not in traced.span.to_json()
            assert len(traced.span.to_json()) < 3000

    asyncio.run(scenario())

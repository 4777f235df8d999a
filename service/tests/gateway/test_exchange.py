from __future__ import annotations

import asyncio
import json
import logging
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.gateway.serve import running
from tests.wire import Connection, connect, fetch, until


def post(connection: Connection, body: bytes, *headers: str) -> None:
    connection.get("/echo", f"Content-Length: {len(body)}", *headers, method="POST")
    connection.send(body)


def chunked(connection: Connection, *chunks: bytes) -> None:
    connection.get("/echo", "Transfer-Encoding: chunked", method="POST")
    for chunk in [*chunks, b""]:
        connection.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))


def test_the_application_sees_the_request_as_it_was_sent() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get(
                "/S%C3%A3o%20Paulo/x?at=%32&near=1,2?",
                "Accept: text/html, */*;q=0.1",
                "accept-language: pt",
                "Accept-Language: en",
                "Content-Type: text/plain",
                "Content-Length: 2",
                method="POST",
            )
            connection.send(b"hi")
            assert (await connection.answer()).json == {
                "method": "POST",
                "path": "/S%C3%A3o%20Paulo/x",
                "query": "at=%32&near=1,2?",
                "accept": "text/html, */*;q=0.1",
                "body": "hi",
                "language": "pt,en",
            }

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/cached", "/answered"])
def test_all_answers_carry_the_common_headers(target: str) -> None:
    async def scenario() -> None:
        async with running() as server:
            answer = await fetch(server.port, target)
            assert answer.status == 200
            assert answer.headers["server"] == "citytime"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-type"] == "application/json"
            assert int(answer.headers["content-length"]) == len(answer.body) > 0
            assert parsedate_to_datetime(answer.headers["date"]).year >= 2025

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/cached", "/answered"])
def test_head_is_get_without_its_body(target: str) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get(target, method="HEAD")
            head = await connection.answer(head=True)
            connection.get(target)
            get = await connection.answer()
            assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.body))
            assert [request.method for request in server.app.requests] == ["GET", "GET"]

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_content_has_neither_body_nor_length(status: int) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get(f"/status?{status}")
            assert "content-length" not in (await connection.answer()).headers
            connection.get("/cached")
            assert (await connection.answer()).status == 200

    asyncio.run(scenario())


def test_pipelined_requests_are_answered_in_order() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            targets = ["/sleep?0.05", "/cached/1", "/echo", "/cached/2"]
            for target in targets:
                connection.get(target)
            paths = [(await connection.answer()).json["path"] for _ in targets]
            assert paths == ["/sleep", "/cached/1", "/echo", "/cached/2"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("version", "header", "kept"),
    [
        ("1.1", "Accept: */*", True),
        ("1.1", "Connection: close", False),
        ("1.0", "Accept: */*", False),
        ("1.0", "Connection: keep-alive", True),
    ],
)
def test_the_client_decides_whether_the_connection_is_kept(version: str, header: str, kept: bool) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get("/cached", header, version=version)
            first = await connection.answer()
            if kept:
                assert first.headers.get("connection", "Keep-Alive") == "Keep-Alive"
                connection.get("/cached", "Connection: close")
                assert (await connection.answer()).headers["connection"] == "close"
            assert await connection.rest() == b""

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("http://example.org/lisbon?at=1", "/lisbon", "at=1"),
        ("HTTPS://example.org:8080/", "/", ""),
        ("http://example.org", "/", ""),
        ("http://example.org?format=text", "/", "format=text"),
        ("//lisbon", "//lisbon", ""),
        ("/http://x/", "/http://x/", ""),
    ],
)
def test_absolute_targets_are_reduced_to_their_path(target: str, path: str, query: str) -> None:
    async def scenario() -> None:
        async with running() as server:
            said = (await fetch(server.port, target)).json
            assert (said["path"], said["query"]) == (path, query)

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["*", "example.org:443", "lisbon", "?at=1", "http://", "ftp://example.org/"])
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    async def scenario() -> None:
        async with running() as server:
            assert (await fetch(server.port, target, method="OPTIONS")).status == 400
            assert not server.app.requests

    asyncio.run(scenario())


def test_bytes_beyond_ascii_in_a_target_arrive_percent_encoded() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.send("GET /東京?q=ã%20\xa0 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            said = (await connection.answer()).json
            assert (said["path"], said["query"]) == ("/%E6%9D%B1%E4%BA%AC", "q=%C3%A3%20%C2%A0")

    asyncio.run(scenario())


@pytest.mark.parametrize("hosts", [[], ["Host: a", "Host: b"]])
def test_http_1_1_needs_exactly_one_host(hosts: list[str]) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.send("\r\n".join(["GET /cached HTTP/1.1", *hosts, "", ""]).encode())
            assert (await connection.answer()).status == 400

    asyncio.run(scenario())


def test_a_target_over_the_limit_is_414() -> None:
    async def scenario() -> None:
        async with running(query_limit=64) as server:
            assert (await fetch(server.port, "/".ljust(64, "x"))).status == 200
            assert (await fetch(server.port, "/".ljust(65, "x"))).status == 414
            assert (await fetch(server.port, "/".ljust(30_000, "x"))).status == 414
            assert len(server.app.requests) == 1

    asyncio.run(scenario())


def test_headers_without_end_close_the_connection() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get("/cached", "X: " + "x" * 100_000)
            with pytest.raises((EOFError, ConnectionError)):
                await connection.answer()

    asyncio.run(scenario())


@pytest.mark.parametrize("send", [post, chunked])
def test_a_body_up_to_the_limit_is_taken_whole(send: object) -> None:
    async def scenario() -> None:
        async with running(body_limit=100_000) as server, connect(server.port) as connection:
            body = bytes(range(33, 83)) * 2000
            send(connection, body)  # type: ignore[operator]
            assert (await connection.answer()).json["body"] == body.decode()
            send(connection, b"again")  # type: ignore[operator]
            assert (await connection.answer()).json["body"] == "again"

    asyncio.run(scenario())


@pytest.mark.parametrize("send", [post, chunked])
@pytest.mark.parametrize("size", [1025, 3_000_000])
def test_a_body_over_the_limit_is_413_which_the_client_gets_to_read(send: object, size: int) -> None:
    async def scenario() -> None:
        async with running(body_limit=1024) as server, connect(server.port) as connection:
            send(connection, b"x" * size)  # type: ignore[operator]
            await connection.flush()
            answer = await connection.answer()
            assert (answer.status, answer.headers["connection"]) == (413, "close")
            assert answer.headers["content-type"] == "application/problem+json"
            assert await connection.rest() == b""
            assert not server.app.requests
            assert server.count("POST", "unmatched", 413) == 1

    asyncio.run(scenario())


def test_the_413_comes_before_the_body_has() -> None:
    async def scenario() -> None:
        async with running(body_limit=1024) as server, connect(server.port) as connection:
            connection.get("/echo", "Content-Length: 5000000", method="POST")
            assert (await connection.answer()).status == 413

    asyncio.run(scenario())


def test_expect_100_continue_is_answered_before_the_body() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get("/echo", "Content-Length: 5", "Expect: 100-continue", method="POST")
            assert (await connection.answer()).status == 100
            connection.send(b"hello")
            assert (await connection.answer()).json["body"] == "hello"

    asyncio.run(scenario())


def test_who_waits_for_100_continue_with_too_large_a_body_is_told_413_instead() -> None:
    async def scenario() -> None:
        async with running(body_limit=1024) as server, connect(server.port) as connection:
            connection.get("/echo", "Content-Length: 2000", "Expect: 100-continue", method="POST")
            assert (await connection.answer()).status == 413
            assert await connection.rest() == b""

    asyncio.run(scenario())


def test_who_was_told_to_continue_and_never_ends_gets_to_read_the_413_too() -> None:
    async def scenario() -> None:
        async with running(body_limit=1024) as server, connect(server.port) as connection:
            connection.get("/echo", "Transfer-Encoding: chunked", "Expect: 100-continue", method="POST")
            assert (await connection.answer()).status == 100
            for _ in range(50):
                connection.send(b"%x\r\n%b\r\n" % (50_000, b"x" * 50_000))
                await connection.flush()
            assert (await connection.answer()).status == 413

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_malformed_requests_are_400(request_bytes: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.send(request_bytes)
            assert (await connection.rest()).startswith(b"HTTP/1.1 400 ")

    asyncio.run(scenario())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_past_the_deadline_the_answer_is_504() -> None:
    async def scenario() -> None:
        async with running(request_timeout=0.05) as server:
            assert (await fetch(server.port, "/sleep?9")).status == 504
            assert len(server.app.cancelled) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("target", ["/raise", "/cached/raise"])
def test_a_bug_is_answered_with_500_and_logged_once_with_its_traceback(
    target: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get(target)
            answer = await connection.answer()
            assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
            assert b"RuntimeError" not in answer.body
            connection.get("/cached")
            assert (await connection.answer()).status == 200

    asyncio.run(scenario())
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert record.exc_info
    assert record.exc_info[0] is RuntimeError


def test_an_answer_that_cannot_be_written_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get("/unwritable")
            assert await connection.rest() == b""
            assert (await fetch(server.port)).status == 200

    asyncio.run(scenario())
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == ["answer lost"]


def test_a_client_that_leaves_cancels_its_request_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with running() as server:
            async with connect(server.port) as connection:
                connection.get("/sleep?9")
                await until(lambda: server.server.busy)
            await until(lambda: server.count("GET", "unmatched", 499))
            assert [request.path for request in server.app.cancelled] == ["/sleep"]

    asyncio.run(scenario())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_client_that_leaves_amid_its_body_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with running() as server:
            async with connect(server.port) as connection:
                connection.get("/echo", "Content-Length: 10", method="POST")
                connection.send(b"half")
                await until(lambda: server.server.busy)
            await until(lambda: not server.server.busy)

    asyncio.run(scenario())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_client_over_its_rate_is_told_when_to_come_back() -> None:
    async def scenario() -> None:
        async with running(rate_limit=2) as server:
            answers = [await fetch(server.port, "/cached", "X-Forwarded-For: 192.0.2.1") for _ in range(3)]
            assert [answer.status for answer in answers] == [200, 200, 429]
            assert answers[2].headers["retry-after"] == "1"
            # Nobody's word is taken for their address unless the settings say so.
            assert (await fetch(server.port, "/cached", "X-Forwarded-For: 192.0.2.2")).status == 429

    asyncio.run(scenario())


def test_behind_a_proxy_clients_are_told_apart_by_the_last_forwarded_address() -> None:
    async def scenario() -> None:
        async with running(rate_limit=1, trust_proxy=True) as server:
            forwarded = ["192.0.2.1", "192.0.2.2", "203.0.113.9, 192.0.2.1", "192.0.2.1, 192.0.2.3"]
            answers = [await fetch(server.port, "/cached", f"X-Forwarded-For: {value}") for value in forwarded]
            assert [answer.status for answer in answers] == [200, 200, 429, 200]

    asyncio.run(scenario())


def test_metrics_name_routes_and_known_methods_only() -> None:
    async def scenario() -> None:
        async with running(query_limit=64) as server:
            for n in range(5):
                await fetch(server.port, f"/cached/{n}")
                await fetch(server.port, f"/echo/{n}", method=f"M{n}")
                await fetch(server.port, f"/{n}".ljust(99))
            await fetch(server.port, "/cached", method="HEAD")
            assert server.count("GET", "/cached", 200) == 5
            assert server.count("HEAD", "/cached", 200) == 1
            assert server.count("_OTHER", "/{path}", 200) == 5
            names = server.metrics.registry.collect()
            (durations,) = [metric for metric in names if metric.name == "http_server_request_duration_seconds"]
            assert len([sample for sample in durations.samples if sample.name.endswith("_count")]) <= 4

    asyncio.run(scenario())


def log_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_request_is_one_json_line_without_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> int:
        async with running() as server:
            await fetch(server.port, "/sleep?0.05")
            return len((await fetch(server.port, "/cached/secret?q=secret")).body)

    size = asyncio.run(scenario())
    written = capsys.readouterr().out
    slow, cached = log_lines(written)
    assert isinstance(slow["duration_ms"], float)
    assert 50 <= slow["duration_ms"] < 5000
    del cached["time"], cached["duration_ms"]
    shared = {"level": "info", "event": "request", "method": "GET", "status": 200}
    assert cached == shared | {"route": "/cached", "bytes": size}
    assert "secret" not in written


def test_at_level_debug_the_target_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        async with running(log_level="debug") as server, connect(server.port) as connection:
            connection.send('GET /cached/"東"?x HTTP/1.1\r\nHost: x\r\n\r\n'.encode())
            await connection.answer()

    asyncio.run(scenario())
    (line,) = log_lines(capsys.readouterr().out)
    assert str(line["target"]).encode("latin-1").decode() == '/cached/"東"?x'


def test_above_level_info_requests_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    async def scenario() -> None:
        async with running(log_level="warning") as server:
            await fetch(server.port)

    asyncio.run(scenario())
    assert capsys.readouterr().out == ""


VISIBLE = st.integers(0x21, 0xFF).filter(lambda byte: byte != 0x7F)


@given(st.lists(VISIBLE, min_size=1, max_size=200).map(bytes))
@settings(max_examples=150, deadline=None)
def test_any_target_that_http_allows_gets_an_answer_and_arrives_as_ascii(target: bytes) -> None:
    async def scenario() -> None:
        async with running(log_level="error") as server, connect(server.port) as connection:
            connection.send(b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\nGET %b HTTP/1.1\r\nHost: x\r\n\r\n" % (target, target))
            connection.get("/cached")
            answers = [await connection.answer() for _ in range(3)]
            assert [answer.status for answer in answers[::2]] == [200, 200]
            assert answers[1].status in (200, 400)
            for request in server.app.requests:
                assert (request.path + request.query).isascii()
                assert request.path.startswith("/")

    # These are the fake's own commands; no other target must make it fail.
    assume(not target.startswith((b"raise", b"cached/raise", b"status", b"sleep", b"unwritable")))
    asyncio.run(scenario())


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda b: b"POST / HTTP/1.1\r\nHost: x\r\n" + b)))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_a_500_or_break_the_server(data: bytes) -> None:
    async def scenario() -> None:
        async with running(log_level="error", body_limit=1024) as server:
            async with connect(server.port) as connection:
                connection.send(data + b"\r\n\r\n")
                connection.close()
            assert (await fetch(server.port)).status == 200
            assert all(server.count(method, "unmatched", 500) is None for method in ("GET", "POST", "_OTHER"))

    asyncio.run(scenario())

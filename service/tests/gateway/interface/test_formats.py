"""Formats and methods: what Accept and `format=` choose, HEAD, OPTIONS, CORS, and what is refused."""

from __future__ import annotations

import pytest

from tests.gateway.interface.client import Client

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
ROUTES = [
    "/lisbon",
    "/v1/time?city=lisbon",
    "/v1/places?q=lisb",
    "/v1/places/geonames:2267057",
    "/v1/nearest?lat=38.7&lng=-9.1",
    "/v1/timezone?lat=38.7&lng=-9.1",
    "/v1/zones",
    "/v1/zones/Europe/Lisbon",
    "/v1/convert?from=lisbon&to=tokyo",
]
ERRORS = ["/nirgendwoxyz", "/91,0", "/springfield?strict=true", "/v1/nothing", "/v1/nearest", "/lisbon?at=x"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        (BROWSER, "text/html"),
        ("text/plain", "text/plain"),
        ("text/html;q=0.5, text/plain;q=0.6", "text/plain"),
        ("application/json;q=0, text/*;q=0.1", "text/html"),
    ],
)
def test_accept_chooses_the_format(client: Client, accept: str | None, kind: str) -> None:
    for path in ("/lisbon", "/nirgendwoxyz"):
        answer = client.get(path, {"Accept": accept} if accept else {})
        assert answer.kind.replace("problem+", "") == kind
        assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("target", ROUTES + ERRORS)
def test_every_answer_comes_in_every_format(client: Client, target: str) -> None:
    status = client.request("GET", target).status
    for form, kind, begins in (("text", "text/plain", b""), ("html", "text/html", b"<!doctype html>")):
        answer = client.request("GET", f"{target}{'&' if '?' in target else '?'}format={form}", {"Accept": "image/png"})
        assert (answer.status, answer.kind) == (status, kind)
        assert answer.body.startswith(begins)
        assert answer.body.endswith(b"\n")


@pytest.mark.parametrize("target", ["/lisbon", "/nirgendwoxyz", "/v1/zones/Europe/Lisbon", "/v1/timezone?lat=1&lng=1"])
def test_text_is_one_line(client: Client, target: str) -> None:
    answer = client.request("GET", target, {"Accept": "text/plain"})
    assert answer.text.count("\n") == 1
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_text_begins_with_the_local_time(client: Client) -> None:
    line = client.get("/lisbon", format="text").text
    assert line[:10] == client.time("/lisbon")["local_time"][:10]
    assert "Europe/Lisbon · Lisbon, Portugal (geonames:2267057)" in line


def test_format_wins_over_accept(client: Client) -> None:
    assert client.get("/lisbon", {"Accept": "text/html"}, format="json").kind == "application/json"


@pytest.mark.parametrize("accept", ["image/webp", "application/xml", "text/html;q=0"])
def test_a_client_that_takes_none_of_ours_is_told(client: Client, accept: str) -> None:
    for target in ROUTES:
        answer = client.request("GET", target, {"Accept": accept})
        assert (answer.status, answer.kind) == (406, "application/problem+json")
        assert "text/plain" in answer.json["detail"]


def test_a_page_shows_names_and_runs_nothing(client: Client) -> None:
    answer = client.get("/<script>alert(1)</script>", format="html")
    assert b"<script" not in answer.body
    assert "東京" in client.get("/東京", format="html").text


@pytest.mark.parametrize("target", [*ROUTES, *ERRORS, "/", "/docs", "/openapi.json"])
def test_head_is_get_without_its_body(client: Client, target: str) -> None:
    get, head = client.request("GET", target), client.request("HEAD", target)
    assert head.body == b""
    assert head.status == get.status
    varying = {"date", "content-length"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in get.headers.items() if k not in varying
    }
    assert abs(int(head.headers["content-length"]) - int(get.headers["content-length"])) < 3


@pytest.mark.parametrize(
    ("target", "allow"),
    [("/lisbon", "GET, HEAD, OPTIONS"), ("/v1/zones", "GET, HEAD, OPTIONS"), ("/v1/batch", "POST, OPTIONS")],
)
def test_options_says_what_a_page_of_another_origin_may_do(client: Client, target: str, allow: str) -> None:
    answer = client.request("OPTIONS", target, {"Origin": "https://example.org"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == allow
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "Content-Type, If-Match, If-None-Match, If-Range, Range"


@pytest.mark.parametrize("target", [*ROUTES, *ERRORS, "/", "/docs", "/openapi.json"])
def test_any_page_may_read_any_answer(client: Client, target: str) -> None:
    headers = client.request("GET", target).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert "cache-control" in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_another_method_is_told_what_is_allowed(client: Client, method: str) -> None:
    for target in ("/lisbon", "/v1/places?q=x", "/", "/v1/zones/UTC"):
        answer = client.request(method, target)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json["type"] == "urn:citytime:problem:method-not-allowed"


def test_a_batch_is_posted(client: Client) -> None:
    for method in ("GET", "HEAD", "PUT"):
        answer = client.request(method, "/v1/batch")
        assert (answer.status, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_a_target_over_the_limit_is_refused(client: Client) -> None:
    assert client.get("/lisbon", x="y" * 3000).status == 200
    answer = client.get("/lisbon", x="y" * 5000)
    assert (answer.status, answer.json["type"]) == (414, "urn:citytime:problem:uri-too-long")
    assert client.get("/lisbon", x="y" * 5000, format="text").kind == "text/plain"


def test_nothing_is_told_of_what_runs_inside(client: Client) -> None:
    for target in ROUTES + ERRORS:
        answer = client.request("GET", target)
        assert answer.headers["server"] == "citytime"
        assert b"Traceback" not in answer.body

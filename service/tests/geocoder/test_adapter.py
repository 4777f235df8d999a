from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from geopy.adapters import AdapterHTTPError, get_retry_after
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable
from tornado.httpclient import AsyncHTTPClient
from tornado.testing import bind_unused_port

from citytime.errors import ConfigurationError
from citytime.geocoder.adapter import MAX_BODY, TornadoAdapter
from tests.fakes.nominatim import Behaviour, FakeNominatim, after, hangs, hangs_up, says, status, writes

HEADERS = {"User-Agent": "citytime tests"}


def ask(
    *script: Behaviour,
    how: Callable[[TornadoAdapter, str], Awaitable[Any]],
) -> tuple[Any, FakeNominatim]:
    async def scenario() -> tuple[Any, FakeNominatim]:
        async with FakeNominatim(*script) as server, TornadoAdapter(proxies={}, ssl_context=None) as adapter:
            return await how(adapter, f"{server.url}/search?q=x"), server

    return asyncio.run(scenario())


async def get_json(adapter: TornadoAdapter, url: str) -> Any:
    return await adapter.get_json(url, timeout=5.0, headers=HEADERS)


async def get_text(adapter: TornadoAdapter, url: str) -> str:
    return await adapter.get_text(url, timeout=5.0, headers=HEADERS)


async def get_soon(adapter: TornadoAdapter, url: str) -> Any:
    return await adapter.get_json(url, timeout=0.25, headers=HEADERS)


def test_it_gets_json_with_the_headers_given() -> None:
    answer, server = ask(says([{"name": "Lisboa é"}]), how=get_json)
    assert answer == [{"name": "Lisboa é"}]
    assert server.requests[0].headers["User-Agent"] == "citytime tests"
    assert server.requests[0].arguments == {"q": "x"}


def test_it_gets_text_in_the_charset_stated() -> None:
    body = "<name>Covilhã</name>"
    assert ask(says(body.encode(), Content_Type="text/xml"), how=get_text)[0] == body
    latin = says(body.encode("latin-1"), Content_Type="text/xml; charset=iso-8859-1")
    assert ask(latin, how=get_text)[0] == body


@pytest.mark.parametrize("content_type", ["text/xml; charset=klingon", "text/xml; charset=utf-8"])
def test_text_that_cannot_be_decoded_is_a_parse_error(content_type: str) -> None:
    with pytest.raises(GeocoderParseError):
        ask(says(b"\xff\xfe\xfa", Content_Type=content_type), how=get_text)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>It works!</html>", b'{"lat": ', b'[{"lat": NaN}]', b"[-Infinity]", b"\xff\xff", b"[" * 100_000],
    ids=["empty", "html", "cut", "nan", "infinity", "bytes", "deep"],
)
def test_what_is_not_json_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(GeocoderParseError) as error:
        ask(says(body), how=get_json)
    assert len(str(error.value)) < 100


@pytest.mark.parametrize("code", [302, 404, 429, 500, 599])
def test_any_other_status_than_success_is_an_http_error_with_headers_and_text(code: int) -> None:
    with pytest.raises(AdapterHTTPError) as error:
        ask(says(b"sorry", code, Retry_After="7"), how=get_json)
    assert error.value.status_code == code
    assert error.value.text == "sorry"
    assert get_retry_after(error.value.headers) == 7


def test_redirects_are_followed() -> None:
    answer, server = ask(status(302, Location="/elsewhere"), says([1]), how=get_json)
    assert answer == [1]
    assert [asked.path for asked in server.requests] == ["/search", "/elsewhere"]
    assert server.requests[1].headers["User-Agent"] == "citytime tests"


def test_a_redirect_in_circles_ends() -> None:
    async def scenario() -> int:
        async with FakeNominatim(status(302, Location="/search")) as server:
            with pytest.raises(AdapterHTTPError) as error:
                await get_json(TornadoAdapter(proxies={}, ssl_context=None), server.url)
            assert error.value.status_code == 302
            return len(server.requests)

    assert asyncio.run(scenario()) == 4


@pytest.mark.parametrize(
    "behaviour",
    [hangs, after(1.0, says([])), after(0.1, status(302, Location="/search"))],
    ids=["never", "too late", "redirects in small steps"],
)
def test_what_takes_longer_than_the_timeout_has_timed_out(behaviour: Behaviour) -> None:
    with pytest.raises(GeocoderTimedOut):
        ask(behaviour, how=get_soon)


def test_a_timeout_leaves_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def get_and_stay(adapter: TornadoAdapter, url: str) -> None:
        with pytest.raises(GeocoderTimedOut):
            await get_soon(adapter, url)
        await asyncio.sleep(0.1)

    ask(hangs, how=get_and_stay)
    assert caplog.text == ""


def test_no_timeout_means_to_wait() -> None:
    async def get_whenever(adapter: TornadoAdapter, url: str) -> Any:
        return await adapter.get_json(url, timeout=None, headers=HEADERS)

    assert ask(after(0.1, says([1])), how=get_whenever)[0] == [1]


@pytest.mark.parametrize(
    "behaviour",
    [hangs_up, writes(b"junk\r\n\r\n"), writes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]")],
    ids=["closes", "is no http", "stops halfway"],
)
def test_a_broken_connection_is_unavailable(behaviour: Behaviour) -> None:
    with pytest.raises(GeocoderUnavailable):
        ask(behaviour, how=get_json)


def test_a_refused_connection_is_unavailable() -> None:
    async def scenario() -> None:
        socket, port = bind_unused_port()
        socket.close()
        async with TornadoAdapter(proxies={}, ssl_context=None) as adapter:
            with pytest.raises(GeocoderUnavailable):
                await get_json(adapter, f"http://127.0.0.1:{port}/")

    asyncio.run(scenario())


CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


@pytest.mark.parametrize(
    "behaviour",
    [
        says(b" " * (MAX_BODY + 1)),
        writes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK * 17 + b"0\r\n\r\n"),
        writes(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (MAX_BODY + 100_000)),
        writes(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\nContent-Length: 2\r\n\r\n[]"),
    ],
    ids=["announced", "in chunks", "to the end", "headers"],
)
def test_a_huge_answer_is_cut_off(behaviour: Behaviour) -> None:
    with pytest.raises(GeocoderServiceError) as error:
        ask(behaviour, how=get_json)
    assert not isinstance(error.value, GeocoderParseError)  # as if it had been read


def test_compression_is_neither_asked_for_nor_undone() -> None:
    async def scenario() -> None:
        bomb = gzip.compress(json.dumps([" " * MAX_BODY]).encode())
        async with (
            FakeNominatim(says(bomb, Content_Encoding="gzip")) as server,
            TornadoAdapter(proxies={}, ssl_context=None) as adapter,
        ):
            with pytest.raises(GeocoderParseError):
                await get_json(adapter, server.url)
            assert "Accept-Encoding" not in server.requests[0].headers

    asyncio.run(scenario())


def anonymous(protocol: int) -> ssl.SSLContext:
    """A TLS context that needs no certificate, and agrees only with its like."""
    context = ssl.SSLContext(protocol)
    if protocol == ssl.PROTOCOL_TLS_CLIENT:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


def test_the_tls_context_given_is_used_and_failed_handshakes_are_service_errors() -> None:
    async def scenario() -> None:
        tls = anonymous(ssl.PROTOCOL_TLS_SERVER)
        async with FakeNominatim(says([1]), tls=tls) as server:
            ours = TornadoAdapter(proxies={}, ssl_context=anonymous(ssl.PROTOCOL_TLS_CLIENT))
            assert await get_json(ours, server.url) == [1]
            with pytest.raises(GeocoderServiceError):
                await get_json(TornadoAdapter(proxies={}, ssl_context=None), server.url)

    asyncio.run(scenario())


def test_an_address_of_no_known_scheme_is_a_service_error() -> None:
    with pytest.raises(GeocoderServiceError):
        ask(status(302, Location="gopher://127.0.0.1/"), how=get_json)


def test_proxies_are_refused_by_name_without_showing_their_passwords() -> None:
    with pytest.raises(ConfigurationError, match="http and https") as error:
        TornadoAdapter(proxies={"http": "user:secret@proxy", "https": "user:secret@proxy"}, ssl_context=None)
    assert "secret" not in str(error.value)


def test_proxies_of_the_environment_are_refused_unless_told_to_go_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    with pytest.raises(ConfigurationError, match=r'"proxies": \{\}'):
        TornadoAdapter(proxies=None, ssl_context=None)
    TornadoAdapter(proxies={}, ssl_context=None)


def test_its_client_is_its_own() -> None:
    async def scenario() -> None:
        async with FakeNominatim(says([])) as server:
            async with TornadoAdapter(proxies={}, ssl_context=None) as adapter:
                await get_json(adapter, server.url)
            shared = AsyncHTTPClient()
            assert (await shared.fetch(server.url)).code == 200
            shared.close()

    asyncio.run(scenario())

"""geopy's transport on Tornado's own HTTP client, so that one HTTP stack serves the whole process.

Fills the seam `geopy.adapters.BaseAsyncAdapter`, with the errors geopy's own adapters raise. Answers are bounded in
size and time whatever the server does, redirects included. Importing this module imports geopy (a quarter of a second).
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from email.message import Message
from typing import Any, NoReturn
from urllib.request import getproxies

from geopy.adapters import AdapterHTTPError, BaseAsyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable
from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.simple_httpclient import HTTPStreamClosedError, HTTPTimeoutError, SimpleAsyncHTTPClient

from citytime.errors import ConfigurationError

MAX_BODY = 1_048_576
"""Bytes of a body; ten places take some twenty thousand."""

MAX_REDIRECTS = 3

_MAX_CLIENTS = 100


class TornadoAdapter(BaseAsyncAdapter):  # type: ignore[misc]  # geopy has no types
    """An adapter with a client of its own, made on the first call since it belongs to the loop that runs then.

    `proxies` is urllib's mapping, None for the system's. Tornado's client has no proxies, so one that is set raises
    ConfigurationError: to go past it in silence could send queries where they must not go.
    """

    def __init__(self, *, proxies: Mapping[str, str] | None, ssl_context: ssl.SSLContext | None) -> None:
        _refuse(getproxies() if proxies is None else proxies)
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._ssl_context = ssl_context
        self._client: SimpleAsyncHTTPClient | None = None

    async def __aexit__(self, *exc_info: object) -> None:
        if self._client is not None:
            self._client.close()

    async def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> Any:  # noqa: ASYNC109
        """The parsed body of a GET; GeocoderParseError if it is not JSON (RFC 8259, so neither NaN nor Infinity)."""
        response = await self._get(url, timeout, headers)
        try:
            return json.loads(response.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise GeocoderParseError("The service's answer is not JSON") from None

    async def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:  # noqa: ASYNC109
        """The body of a GET, decoded; GeocoderParseError if it cannot be."""
        return _decode(await self._get(url, timeout, headers))

    async def _get(self, url: str, limit: float | None, headers: Mapping[str, str]) -> HTTPResponse:
        try:
            fetch = self._fetch(url, limit, headers)
            # The client's own limit begins anew with each redirect; this one is for all of them together. It does not
            # cancel the fetch, which ends by its own limit: Tornado would log that as an error.
            await asyncio.wait({fetch}, timeout=limit)
            if not fetch.done():
                raise TimeoutError
            response = fetch.result()
        except (TimeoutError, HTTPTimeoutError):
            raise GeocoderTimedOut("Service timed out") from None
        except ssl.SSLError as error:
            raise GeocoderServiceError(str(error)) from error
        except (OSError, HTTPStreamClosedError) as error:
            raise GeocoderUnavailable(str(error)) from error
        except Exception as error:
            raise GeocoderServiceError(str(error)) from error
        if not 200 <= response.code < 300:
            raise AdapterHTTPError(
                f"Non-successful status code {response.code}",
                status_code=response.code,
                headers=response.headers,
                text=response.body.decode("utf-8", "replace"),
            )
        return response

    def _fetch(self, url: str, limit: float | None, headers: Mapping[str, str]) -> asyncio.Future[HTTPResponse]:
        if self._client is None:
            self._client = SimpleAsyncHTTPClient(force_instance=True, max_body_size=MAX_BODY, max_clients=_MAX_CLIENTS)
        request = HTTPRequest(
            url,
            headers=dict(headers),
            connect_timeout=limit or 0,
            request_timeout=limit or 0,
            max_redirects=MAX_REDIRECTS,
            ssl_options=self._ssl_context,
            # The body's limit counts what came over the wire: compressed, a small body could be a huge one.
            decompress_response=False,
        )
        fetch = self._client.fetch(request, raise_error=False)
        fetch.add_done_callback(lambda done: done.cancelled() or done.exception())  # perhaps nobody waits any more
        return fetch


def _refuse(proxies: Mapping[str, str]) -> None:
    schemes = [scheme for scheme in ("http", "https") if proxies.get(scheme)]
    if schemes:
        raise ConfigurationError(
            f"a proxy is set for {' and '.join(schemes)} (in proxies or the environment), and online geocoders cannot "
            'use one; "proxies": {} goes without'
        )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _decode(response: HTTPResponse) -> str:
    message = Message()
    message["Content-Type"] = response.headers.get("Content-Type", "")
    try:
        return response.body.decode(message.get_content_charset() or "utf-8")
    except (ValueError, LookupError):
        raise GeocoderParseError("The service's answer cannot be decoded") from None

"""Pictures as responses: those of the library, and postcards of cities."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from citytime.domain import Image, Images
from citytime.gateway.api import Api
from citytime.gateway.conditional import select
from citytime.gateway.http import Request, Response
from citytime.gateway.problems import Headers

_KEPT = "public, max-age=300, must-revalidate"
"""For what changes only when the library or the data does."""

_POLICY = ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
"""An SVG that is opened by itself is a document: it may neither run nor load anything."""


class Pictures:
    """The routes that answer with pictures. `now` gives Unix time."""

    def __init__(self, images: Images, api: Api, now: Callable[[], float] = time.time) -> None:
        self._images = images
        self._api = api
        self._now = now

    async def picture(self, request: Request, template: str, values: Mapping[str, Any]) -> Response:
        """A picture of the library; only what a `seed` chose is there again to be cached and asked for in parts."""
        seed = values.get("seed")
        image = await self._images.pick(seed)
        caching = ("Cache-Control", "no-store" if seed is None else _KEPT)
        return _response(request, template, image, (caching,), ranges=seed is not None)

    async def postcard(
        self, request: Request, template: str, values: Mapping[str, Any], headers: Headers = ()
    ) -> Response:
        """A city's postcard, good until the next minute, or for long where it is of a given moment."""
        image = await self._images.postcard(await self._api.postcard(values))
        left = math.ceil(60 - self._now() % 60)
        caching = ("Cache-Control", _KEPT if "at" in values else f"public, max-age={left}")
        return _response(request, template, image, (caching, *headers), ranges=False)


def _response(request: Request, template: str, image: Image, headers: Headers, *, ranges: bool) -> Response:
    """What the request selects of a picture. Raises Refused with 412 or 416."""
    size = len(image.content)
    selection = select(request.headers, image.etag, size, ranges=ranges and not request.head)
    headers = (
        ("Content-Type", image.content_type),
        ("ETag", f'"{image.etag}"'),
        ("Accept-Ranges", "bytes" if ranges else "none"),
        ("Access-Control-Allow-Origin", "*"),
        *headers,
    )
    if selection.status == 304:  # its client has the rest
        return Response(304, tuple(header for header in headers if header[0] != "Content-Type"), b"", template)
    if selection.status == 206:
        headers += (("Content-Range", f"bytes {selection.start}-{selection.stop - 1}/{size}"),)
    if image.content_type == "image/svg+xml":
        headers += (_POLICY,)
    return Response(selection.status, headers, image.content[selection.start : selection.stop], template)

"""The answers that never change: pages and documents."""

from __future__ import annotations

from importlib import resources

from citytime.gateway import openapi
from citytime.gateway.http import Response
from citytime.gateway.pages import reference_page, start_page
from citytime.gateway.render import CONTENT_TYPES

_ROBOTS = b"User-agent: *\nAllow: /$\nAllow: /docs$\nAllow: /*.png$\nDisallow: /\n"
"""Crawlers stay out of the endless number of cities; postcards are for those that make link previews."""


def static_answers(batch_limit: int) -> dict[str, Response]:
    """The answers by the names of their routes."""
    icon = (resources.files("citytime.gateway") / "favicon.svg").read_bytes()
    return {
        "home": _answer("/", CONTENT_TYPES["html"], start_page()),
        "docs": _answer("/docs", CONTENT_TYPES["html"], reference_page()),
        "openapi": _answer("/openapi.json", CONTENT_TYPES["json"], openapi.document_bytes(batch_limit)),
        "robots": _answer("/robots.txt", CONTENT_TYPES["text"], _ROBOTS),
        "favicon": _answer("/favicon.ico", "image/svg+xml", icon),
    }


def _answer(route: str, content_type: str, body: bytes) -> Response:
    headers = (
        ("Content-Type", content_type),
        ("Cache-Control", "public, max-age=3600"),
        ("Access-Control-Allow-Origin", "*"),
    )
    return Response(200, headers, body, route)

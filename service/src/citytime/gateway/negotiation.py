"""Which format an answer takes: `format=` if it is given, else the Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

PNG = "image/png"

TYPES = {"json": "application/json", "html": "text/html", "text": "text/plain"}
"""Formats and their media types; the first is for those who take anything."""

CITY_TYPES = TYPES | {"png": PNG}
"""Those of a city's time, which is to be had as a postcard too."""

_ALSO_JSON = {"application/problem+json"}


@lru_cache(maxsize=512)
def negotiate(accept: str) -> str | None:
    """The format that an Accept header likes best; None if it takes none of ours.

    >>> [negotiate(accept) for accept in ("", "*/*", "text/html,*/*;q=0.8", "text/plain", "image/png")]
    ['json', 'json', 'html', 'text', None]
    """
    return _best(accept, TYPES)


@lru_cache(maxsize=512)
def negotiate_city(accept: str) -> str | None:
    """The same where there is a postcard to be had: it is for those who ask for pictures, such as an `<img>`.

    >>> [negotiate_city(accept) for accept in ("*/*", "image/png", "image/avif,image/webp,image/*,*/*;q=0.8")]
    ['json', 'png', 'png']
    """
    return _best(accept, CITY_TYPES)


def _best(accept: str, types: Mapping[str, str]) -> str | None:
    if not accept.strip():
        return "json"
    weights: dict[str, float] = {}
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[media] = max(_quality(parameters), weights.get(media, 0.0))
    best = max(types, key=lambda name: _weight(types[name], weights))
    return best if _weight(types[best], weights) > (0, 0) else None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0


def _weight(media: str, weights: dict[str, float]) -> tuple[float, int]:
    """Quality and how precisely the type is named; `text/html;q=0` refuses it though `*/*` takes it."""
    names = [media, *(_ALSO_JSON if media == TYPES["json"] else ())]
    for precision, candidates in ((2, names), (1, [media.partition("/")[0] + "/*"]), (0, ["*/*"])):
        named = [weights[name] for name in candidates if name in weights]
        if named:
            quality = max(named)
            return (quality, precision + 1) if quality else (0, 0)
    return (0, 0)

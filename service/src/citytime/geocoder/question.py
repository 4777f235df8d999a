"""The question put to an online geocoder: a place query brought to one form, and as arguments of a geopy class."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from citytime.domain import PlaceQuery, Point

LIMIT = 10
"""Places asked for. The same for all, so that one kept answer serves all."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_COUNTRY_CODE = re.compile(r"[a-z]{2}")
_COUNTRY_SLANG = {"uk": "gb"}

# Photon answers 400 for a language that it has no index of.
_LANGUAGES = {"photon": {"en", "de", "fr"}}


def normalise(query: PlaceQuery) -> PlaceQuery:
    """The query as it may leave the house.

    The text has single spaces between words and can be encoded; `country` is an alpha-2 code in lower case where one
    was given; `lang` is a language tag or None; `near` is rounded to 0.1° (some 11 km), which is all that a bias
    needs: a caller's position is nobody else's business, and near neighbours share a kept answer.
    """
    text = query.text.replace("_", " ").replace("+", " ").encode(errors="replace").decode()
    country = " ".join((query.country or "").encode(errors="replace").decode().split())
    if _COUNTRY_CODE.fullmatch(country.lower()):
        country = _COUNTRY_SLANG.get(country.lower(), country.lower())
    near = query.near and Point(round(query.near.latitude, 1), round(query.near.longitude, 1))
    lang = query.lang if query.lang and _LANGUAGE.fullmatch(query.lang) else None
    return PlaceQuery(" ".join(text.split()), near, country or None, lang, LIMIT)


def country_code(query: PlaceQuery) -> str | None:
    """The country of a normalised query in upper case, if it is a code that an answer can be held against."""
    return query.country.upper() if query.country and _COUNTRY_CODE.fullmatch(query.country) else None


def arguments(service: str, geocode: Callable[..., Any], query: PlaceQuery) -> dict[str, Any]:
    """Keyword arguments for a geopy class's `geocode`: what this one has of language, country, position and limit.

    Names come in English unless another language is asked for, as the gazetteer's do. A country that cannot be said
    otherwise is said in the text.
    """
    accepted = inspect.signature(geocode).parameters
    language = query.lang or "en"
    if service in _LANGUAGES:
        language = language.partition("-")[0].lower()
        language = language if language in _LANGUAGES[service] else "en"
    offered: dict[str, Any] = {"language": language, "limit": LIMIT, "addressdetails": True}
    text = query.text
    if query.country:
        by_code = {"country_codes": query.country, "country": query.country, "components": {"country": query.country}}
        fitting = next((name for name in by_code if name in accepted), None)
        if fitting and country_code(query):
            offered[fitting] = by_code[fitting]
        else:
            text = f"{text}, {query.country}"
    if query.near:
        offered["location_bias"] = (query.near.latitude, query.near.longitude)
        offered["viewbox"] = _around(query.near)
    chosen = {name: value for name, value in offered.items() if name in accepted}
    return {"query": text, "exactly_one": False, **chosen}


def _around(point: Point) -> list[tuple[float, float]]:
    """Opposite corners of a box of two degrees around a point, cut off at the poles and the antimeridian."""
    return [
        (max(-90.0, point.latitude - 1), max(-180.0, point.longitude - 1)),
        (min(90.0, point.latitude + 1), min(180.0, point.longitude + 1)),
    ]

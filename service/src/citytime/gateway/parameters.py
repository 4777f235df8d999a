"""Parameters: each read, described and documented in one place, whatever route takes it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from citytime.domain import Point
from citytime.errors import InvalidInput
from citytime.gateway.negotiation import CITY_TYPES, TYPES
from citytime.timezones.rfc3339 import parse_moment

MAX_TEXT = 200
"""Characters of a name; the longest place name has 168 (Bangkok's full one)."""

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
DEFAULT_BATCH_LIMIT, MAX_BATCH_LIMIT = 3, 10
"""Alternatives in each of a thousand answers: more would make megabytes of a few letters."""

_DECIMAL = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_NUMBER = re.compile(rf"\s*{_DECIMAL}(?:[Ee][+-]?\d{{1,3}})?\s*", re.ASCII)
_POINT = re.compile(rf"\s*({_DECIMAL})\s*,\s*({_DECIMAL})\s*", re.ASCII)

# For the schemas: the form of values that are mostly right; the parsers say more of what is wrong.
_LATITUDE = r"[+-]?(90(\.0*)?|[0-8]?[0-9](\.[0-9]*)?|\.[0-9]+)"
_LONGITUDE = r"[+-]?(180(\.0*)?|(1[0-7][0-9]|[0-9]?[0-9])(\.[0-9]*)?|\.[0-9]+)"
_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_OFFSET = "([Zz]|[ +-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)"
_TIME = rf"([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?{_OFFSET}?"
_LANG = "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$"
_BOOLEANS = {"true": True, "1": True, "yes": True, "": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query string or a path. `parse` raises InvalidInput; `schema` is JSON Schema, for OpenAPI."""

    name: str
    parse: Callable[[str], Any]
    schema: dict[str, Any]
    description: str
    required: bool = False
    repeated: bool = False


def read_point(text: str, parameter: str = "coordinates") -> Point | None:
    """Coordinates as `latitude,longitude` in decimal degrees; None if the text is nothing of that kind.

    Raises InvalidInput where it is, but lies off the earth.
    """
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    return Point(_degrees(match[1], "latitude", 90, parameter), _degrees(match[2], "longitude", 180, parameter))


def _degrees(text: str, name: str, limit: int, parameter: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not -limit <= value <= limit:
        raise InvalidInput(f"{name} must be a number from -{limit} to {limit}, not {text[:40]!r}", parameter)
    return value


def _near(text: str) -> Point:
    point = read_point(text, "near")
    if point is None:
        raise InvalidInput(f"near must be latitude,longitude such as 38.72,-9.14, not {text[:40]!r}", "near")
    return point


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise InvalidInput(f"strict must be true or false, not {text[:40]!r}", "strict")
    return value


def _lang(text: str) -> str:
    if not re.fullmatch(_LANG, text):
        raise InvalidInput(f"lang must be a language tag such as pt or zh-Hant, not {text[:40]!r}", "lang")
    language, *rest = text.replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _text(name: str, description: str, *examples: str, required: bool = True, repeated: bool = False) -> Parameter:
    def parse(text: str) -> str:
        if not text.strip():
            raise InvalidInput(f"{name} is empty", name)
        if len(text) > MAX_TEXT:
            raise InvalidInput(f"{name} has more than {MAX_TEXT} characters", name)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise InvalidInput(f"{name} holds half of a surrogate pair, which is no character", name)
        return text

    schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S", "examples": list(examples)}
    return Parameter(name, parse, schema, description, required, repeated)


def _limit(description: str, default: int, maximum: int) -> Parameter:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= maximum):
            raise InvalidInput(f"limit must be a whole number from 1 to {maximum}, not {text[:40]!r}", "limit")
        return int(text)

    schema = {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
    return Parameter("limit", parse, schema, description)


def _format(types: Collection[str]) -> Parameter:
    def parse(text: str) -> str:
        if text not in types:
            raise InvalidInput(f"format must be one of {', '.join(types)}, not {text[:40]!r}", "format")
        return text

    schema = {"type": "string", "enum": list(types)}
    return Parameter("format", parse, schema, "Format of the answer; without it, Accept decides.")


def _coordinate(name: str, meaning: str, limit: int) -> Parameter:
    schema = {"type": "number", "minimum": -limit, "maximum": limit}
    description = f"{meaning.capitalize()} in degrees."
    return Parameter(name, lambda text: _degrees(text, meaning, limit, name), schema, description, required=True)


_PLACE = "a name (`paris, texas`), a zone (`Europe/Lisbon`), coordinates (`38.72,-9.14`) or a code (`iata:LIS`)"

CITY = _text("city", f"What to look up: {_PLACE}.", "lisbon")
ID = _text("id", "The stable id of a place.", "geonames:2267057")
ZONE = _text("zone", "The name of an IANA zone, its slashes as they are or as `%2F`.", "Europe/Lisbon")
FROM = _text("from", f"Whose clock `at` is read on: {_PLACE}.", "lisbon")
TO = _text("to", "Where to tell the time; may be repeated.", "tokyo", repeated=True)
Q = _text("q", "The beginning of a name, or a name.", "lisb")
COUNTRY = _text("country", "Only places of this country: a code (`PT`) or a name.", "PT", required=False)
LAT = _coordinate("lat", "latitude", 90)
LNG = _coordinate("lng", "longitude", 180)
LIMIT = _limit("How many places or alternatives, at most.", DEFAULT_LIMIT, MAX_LIMIT)
BATCH_LIMIT = _limit("How many alternatives, at most.", DEFAULT_BATCH_LIMIT, MAX_BATCH_LIMIT)
AT = Parameter(
    "at",
    parse_moment,
    {
        "type": "string",
        "pattern": f"^{_DATE}([Tt ]{_TIME})?$",
        "examples": ["2026-07-01T12:00:00Z", "2026-07-01T12:00"],
    },
    "The moment asked for instead of now: RFC 3339, or without an offset a reading of the local clock.",
)
NEAR = Parameter(
    "near",
    _near,
    {"type": "string", "pattern": f"^ *{_LATITUDE} *, *{_LONGITUDE} *$", "examples": ["38.72,-9.14"]},
    "Prefer places near this latitude,longitude.",
)
STRICT = Parameter("strict", _boolean, {"type": "boolean"}, "Refuse (300) instead of guessing which place is meant.")
LANG = Parameter(
    "lang",
    _lang,
    {"type": "string", "pattern": _LANG, "examples": ["pt", "zh-Hant"]},
    "Language of names, where the data has them.",
)
FORMAT = _format(TYPES)
CITY_FORMAT = _format(CITY_TYPES)
SEED = _text("seed", "Any text: the same one always gets the same picture.", "lisbon", required=False)

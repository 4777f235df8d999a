"""Query parameters: each read, described and documented in one place, whatever route takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from citytime.domain import PlaceQuery, Point
from citytime.errors import InvalidInput
from citytime.timezones.rfc3339 import parse_moment

MAX_TEXT = 200
"""Characters of a name; the longest place name has 168 (Bangkok's full one)."""

_POINT = re.compile(r"\s*([+-]?\d{1,9}(?:\.\d{0,30})?)\s*,\s*([+-]?\d{1,9}(?:\.\d{0,30})?)\s*", re.ASCII)
_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "yes": True, "": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. `parse` raises InvalidInput; `schema` is JSON Schema, for OpenAPI."""

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
    return None if match is None else Point(_latitude(match[1], parameter), _longitude(match[2], parameter))


def _degrees(text: str, limit: int, parameter: str, name: str) -> float:
    try:
        value = float(text) if len(text) <= 40 and text.isascii() and "_" not in text else float("nan")
    except ValueError:
        value = float("nan")
    if not -limit <= value <= limit:
        raise InvalidInput(f"{name} must be a number from -{limit} to {limit}, not {text[:40]!r}", parameter)
    return value


def _latitude(text: str, parameter: str = "lat") -> float:
    return _degrees(text, 90, parameter, "latitude")


def _longitude(text: str, parameter: str = "lng") -> float:
    return _degrees(text, 180, parameter, "longitude")


def _near(text: str) -> Point:
    point = read_point(text, "near")
    if point is None:
        raise InvalidInput(f"near must be latitude,longitude such as 38.72,-9.14, not {text[:40]!r}", "near")
    return point


def _text(name: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not text.strip():
            raise InvalidInput(f"{name} is empty", name)
        if len(text) > MAX_TEXT:
            raise InvalidInput(f"{name} has more than {MAX_TEXT} characters", name)
        return text

    return parse


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise InvalidInput(f"strict must be true or false, not {text[:40]!r}", "strict")
    return value


def _lang(text: str) -> str:
    if not _LANG.fullmatch(text):
        raise InvalidInput(f"lang must be a language tag such as pt or zh-Hant, not {text[:40]!r}", "lang")
    language, *rest = text.replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _format(text: str) -> str:
    if text not in FORMATS:
        raise InvalidInput(f"format must be one of {', '.join(FORMATS)}, not {text[:40]!r}", "format")
    return text


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MAX_LIMIT):
        raise InvalidInput(f"limit must be a whole number from 1 to {MAX_LIMIT}, not {text[:40]!r}", "limit")
    return int(text)


FORMATS = ("json", "text", "html")
MAX_LIMIT = 100
_STRING = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_PLACE = "a name (`paris, texas`), a zone (`Europe/Lisbon`), coordinates (`38.72,-9.14`) or a code (`iata:LIS`)"

CITY = Parameter("city", _text("city"), _STRING, f"What to look up: {_PLACE}.", required=True)
FROM = Parameter("from", _text("from"), _STRING, f"Whose clock `at` is read on: {_PLACE}.", required=True)
TO = Parameter("to", _text("to"), _STRING, "Where to tell the time; may be repeated.", required=True, repeated=True)
Q = Parameter("q", _text("q"), _STRING, "The beginning of a name, or a name.", required=True)
LAT = Parameter(
    "lat", _latitude, {"type": "number", "minimum": -90, "maximum": 90}, "Latitude in degrees.", required=True
)
LNG = Parameter(
    "lng", _longitude, {"type": "number", "minimum": -180, "maximum": 180}, "Longitude in degrees.", required=True
)
AT = Parameter(
    "at",
    parse_moment,
    {"type": "string", "examples": ["2026-07-01T12:00:00Z", "2026-07-01T12:00"]},
    "The moment asked for instead of now: RFC 3339, or without an offset a reading of the local clock.",
)
NEAR = Parameter(
    "near", _near, {"type": "string", "examples": ["38.72,-9.14"]}, "Prefer places near this latitude,longitude."
)
COUNTRY = Parameter("country", _text("country"), _STRING, "Only places of this country: a code (`PT`) or a name.")
STRICT = Parameter("strict", _boolean, {"type": "boolean"}, "Refuse (300) instead of guessing which place is meant.")
LANG = Parameter(
    "lang", _lang, {"type": "string", "examples": ["pt", "zh-Hant"]}, "Language of names, where the data has them."
)
LIMIT = Parameter(
    "limit", _limit, {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, "How many places or alternatives."
)
FORMAT = Parameter(
    "format", _format, {"type": "string", "enum": list(FORMATS)}, "Format of the answer; without it, Accept decides."
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a call may say besides which place it means."""

    at: datetime | None = None
    near: Point | None = None
    country: str | None = None
    strict: bool = False
    lang: str | None = None
    limit: int = 10

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Options:
        """The options among parsed parameters."""
        return cls(**{name: value for name, value in values.items() if name in cls.__slots__})

    def query(self, text: str) -> PlaceQuery:
        """The question to the geocoder."""
        return PlaceQuery(text, self.near, self.country, self.lang, self.limit)


def parse_query(query: str, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The values of a raw query string, by name; those of repeated parameters as lists.

    Parameters that the route does not take are passed over, as links gather them on their way. Raises InvalidInput
    for a value that is not allowed, a missing required one, or one given twice.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise InvalidInput("the query string has more than 200 parameters", "query") from None
    for name, text in pairs:
        parameter = known.get(name)
        if parameter is None:
            continue
        value = parameter.parse(text)
        if parameter.repeated:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise InvalidInput(f"{name} is given twice", name)
        else:
            values[name] = value
    for parameter in parameters:
        if parameter.required and parameter.name not in values:
            raise InvalidInput(f"the parameter {parameter.name} is missing: {parameter.description}", parameter.name)
    return values

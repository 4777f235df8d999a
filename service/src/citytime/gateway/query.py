"""Query strings: from what stands behind the `?` to parsed parameters, and those that steer a look-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from citytime.domain import PlaceQuery, Point
from citytime.errors import InvalidInput
from citytime.gateway.parameters import DEFAULT_LIMIT, Parameter

MAX_PAIRS = 200
"""Parameters in one query string, so that one call cannot convert to thousands of places."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a call may say besides which place it means."""

    at: datetime | None = None
    near: Point | None = None
    country: str | None = None
    strict: bool = False
    lang: str | None = None
    limit: int = DEFAULT_LIMIT

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Options:
        """The options among parsed parameters."""
        return cls(**{name: value for name, value in values.items() if name in cls.__slots__})

    def query(self, text: str) -> PlaceQuery:
        """The question to the geocoder."""
        return PlaceQuery(text, self.near, self.country, self.lang, self.limit)


def read_pairs(query: str) -> list[tuple[str, str]]:
    """The names and values of a raw query string. Raises InvalidInput where there are too many."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PAIRS)
    except ValueError:
        raise InvalidInput(f"the query string has more than {MAX_PAIRS} parameters", "query") from None


def read_values(pairs: Iterable[tuple[str, str]], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The values of a route's parameters, by name; those of repeated parameters as lists.

    Others are passed over, as links gather them on their way. Raises InvalidInput for a value that is not allowed, a
    missing required one, or one given twice.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
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

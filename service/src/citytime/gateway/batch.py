"""Reading a batch: a JSON body of queries, each a text or an object with the parameters of a look-up."""

from __future__ import annotations

import json
from typing import Any

from citytime.errors import InvalidInput
from citytime.gateway import parameters as p
from citytime.gateway.problems import Refused

PARAMETERS = (p.CITY, p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.BATCH_LIMIT)
"""What a query of a batch may say."""

_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
_JSON_TYPES = ("", "application/json")

Entry = dict[str, Any] | InvalidInput
"""A query as parsed parameters, or what is wrong with it."""


def read_batch(content_type: str, body: bytes, limit: int) -> list[Entry]:
    """The queries of a body `{"queries": [...]}`, or of a bare list.

    A query that is wrong by itself is its InvalidInput, so that the others are answered. Raises InvalidInput for a
    body that is no batch, Refused for another content type or more than `limit` queries.
    """
    if content_type.partition(";")[0].strip().lower() not in _JSON_TYPES:
        raise Refused(415, "send the batch as Content-Type: application/json")
    value = read_json(body, "body")
    queries = value.get("queries") if isinstance(value, dict) else value
    if not isinstance(queries, list) or not queries:
        raise InvalidInput('the body must be {"queries": ["lisbon", {"city": "paris", "country": "US"}]}', "body")
    if len(queries) > limit:
        raise Refused(413, f"{len(queries)} queries in one call; at most {limit} are taken")
    return [read_entry(query) for query in queries]


def read_json(text: str | bytes, parameter: str) -> Any:
    """The value of a JSON text. Raises InvalidInput saying where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"this is not JSON: {error}", parameter) from None
    except (ValueError, RecursionError):
        raise InvalidInput("this JSON is not UTF-8, too deep, or has a number of too many digits", parameter) from None


def read_entry(query: object) -> Entry:
    """One query of a batch."""
    try:
        if isinstance(query, str):
            return {"city": p.CITY.parse(query)}
        given = {k: v for k, v in query.items() if v is not None} if isinstance(query, dict) else {}
        if "city" not in given:
            raise InvalidInput('a query is a text or an object with "city"', "city")
        return {name: _value(name, value) for name, value in given.items()}
    except InvalidInput as error:
        return error


def _value(name: str, value: object) -> Any:
    parameter = _BY_NAME.get(name)
    if parameter is None:
        raise InvalidInput(f"a query has no {name[:40]!r}; it may have {', '.join(_BY_NAME)}", name[:40])
    if not isinstance(value, str | int):
        raise InvalidInput(f"{name} must be a text, a whole number, or true or false", name)
    return parameter.parse(json.dumps(value) if isinstance(value, bool) else str(value))

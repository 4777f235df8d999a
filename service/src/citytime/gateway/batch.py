"""Reading a batch: a JSON body of queries, each a text or an object with the parameters of a look-up."""

from __future__ import annotations

import json
from typing import Any

from citytime.errors import InvalidInput
from citytime.gateway import parameters as p

_BY_NAME = {parameter.name: parameter for parameter in (p.CITY, p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.LIMIT)}


class BatchTooLong(Exception):
    """More queries than are taken in one call."""


def read_batch(body: bytes, limit: int) -> list[dict[str, Any] | InvalidInput]:
    """The queries of a body `{"queries": [...]}`, or of a bare list, as parsed parameters.

    A query that is wrong by itself is its InvalidInput, and the others are answered. Raises InvalidInput for a body
    that is no batch, BatchTooLong for more than `limit` queries.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "not UTF-8 or nested too deeply"
        raise InvalidInput(f"the body is not JSON: {reason}", "body") from None
    queries = value.get("queries") if isinstance(value, dict) else value
    if not isinstance(queries, list) or not queries:
        raise InvalidInput('the body must be {"queries": ["lisbon", {"city": "paris", "country": "US"}]}', "body")
    if len(queries) > limit:
        raise BatchTooLong(f"{len(queries)} queries in one call; at most {limit} are taken")
    return [read_entry(query) for query in queries]


def read_entry(query: object) -> dict[str, Any] | InvalidInput:
    """One query of a batch as parsed parameters, or what is wrong with it."""
    try:
        if isinstance(query, str):
            return {"city": p.CITY.parse(query)}
        if not isinstance(query, dict) or "city" not in query:
            raise InvalidInput('a query is a text or an object with "city"', "city")
        return {name: _value(name, value) for name, value in query.items() if value is not None}
    except InvalidInput as error:
        return error


def _value(name: str, value: object) -> Any:
    parameter = _BY_NAME.get(name)
    if parameter is None:
        raise InvalidInput(f"a query has no {name[:40]!r}; it may have {', '.join(_BY_NAME)}", name[:40])
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str | int):
        raise InvalidInput(f"{name} must be a text", name)
    return parameter.parse(str(value))

"""The OpenAPI 3.1 document, written from the table of routes, the parameters and the schemas."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from citytime import __version__
from citytime.gateway import batch
from citytime.gateway.parameters import Parameter
from citytime.gateway.routes import ROUTES, Route
from citytime.gateway.schemas import SCHEMAS

_COMMON_PROBLEMS = (400, 406, 414, 429, 503, 504)
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_TEXTS: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}
_STATIC_TYPES = {"openapi": "application/json", "robots": "text/plain", "favicon": "image/svg+xml"}


def document(batch_limit: int) -> dict[str, Any]:
    """The OpenAPI document, where a batch may have `batch_limit` queries."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        operation = _operation(route)
        if route.method == "POST":
            operation["requestBody"] = _batch_body(batch_limit)
        paths.setdefault(route.template, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "citytime",
            "version": __version__,
            "summary": "What time is it in …? Any city on earth.",
            "description": "Places: GeoNames (https://www.geonames.org), CC BY 4.0. Zone boundaries: "
            "timezone-boundary-builder, ODbL. Rules of time: the IANA time zone database.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def document_bytes(batch_limit: int) -> bytes:
    """The document as it is served."""
    return (json.dumps(document(batch_limit), ensure_ascii=False) + "\n").encode()


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.template}").strip("_"),
        "summary": route.summary,
    }
    if route.description:
        operation["description"] = route.description
    parameters = [_parameter(parameter, "query") for parameter in route.parameters]
    if route.path:
        parameters.insert(0, _parameter(route.path, "path"))
    if parameters:
        operation["parameters"] = parameters
    found = _responses(route) if route.answer or route.pictures else _static_response(route)
    return operation | {"responses": found}


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    schema = parameter.schema
    if parameter.repeated:
        schema = {"type": "array", "items": schema, "minItems": 1}
    return {
        "name": parameter.name,
        "in": place,
        "description": parameter.description,
        "required": parameter.required,
        "schema": schema,
    }


def _batch_body(limit: int) -> dict[str, Any]:
    query = {
        "anyOf": [
            batch.PARAMETERS[0].schema,
            {
                "type": "object",
                "properties": {parameter.name: parameter.schema for parameter in batch.PARAMETERS},
                "required": [parameter.name for parameter in batch.PARAMETERS if parameter.required],
                "additionalProperties": False,
            },
            {"description": "Anything else is answered with a problem of its own, and the others all the same."},
        ]
    }
    queries = {"type": "array", "minItems": 1, "maxItems": limit, "items": query}
    schema = {"anyOf": [{"type": "object", "properties": {"queries": queries}, "required": ["queries"]}, queries]}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _static_response(route: Route) -> dict[str, Any]:
    return {"200": {"description": route.summary, "content": {_STATIC_TYPES.get(route.name, "text/html"): {}}}}


def _responses(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    if route.answer:
        answer = {"application/json": {"schema": {"$ref": f"#/components/schemas/{route.answer}"}}} | _TEXTS
    answer |= {picture: {} for picture in route.pictures}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}} | _TEXTS
    responses: dict[str, Any] = {"200": {"description": "The answer.", "content": answer}}
    if 416 in route.problems:
        responses["206"] = {"description": "The part asked for.", "content": answer}
    if route.pictures:
        responses["304"] = {"description": "The picture that the client has."}
    for status in sorted((*route.problems, *_COMMON_PROBLEMS)):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
        if status in (429, 503):
            responses[str(status)]["headers"] = _RETRY_AFTER
    return responses

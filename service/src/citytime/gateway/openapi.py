"""The OpenAPI 3.1 document, written from the table of routes, the parameters and the schemas; and `/docs` from it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from citytime import __version__
from citytime.gateway import parameters as p
from citytime.gateway.parameters import Parameter
from citytime.gateway.render import CONTENT_TYPES, template
from citytime.gateway.routes import ROUTES, Route
from citytime.gateway.schemas import SCHEMAS

_PATH_EXAMPLES = {"city": "lisbon", "id": "geonames:2267057", "zone": "Europe/Lisbon"}


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "citytime",
            "version": __version__,
            "summary": "What time is it in …? Any city on earth.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def document_bytes() -> bytes:
    """The document as it is served."""
    return (json.dumps(document(), ensure_ascii=False) + "\n").encode()


def reference_page() -> bytes:
    """`/docs`: the reference for people."""
    html: bytes = template("docs.html").generate(routes=[route for route in ROUTES if route.answer])
    return html


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{route.template.strip('/').replace('/', '_').strip('{}') or 'home'}",
        "summary": route.summary,
        "responses": _responses(route),
    }
    operation["operationId"] = "".join(c for c in operation["operationId"].replace(".", "_") if c.isalnum() or c == "_")
    if route.description:
        operation["description"] = route.description
    parameters = [_parameter(parameter) for parameter in route.parameters]
    if route.path:
        example = _PATH_EXAMPLES[route.path]
        schema = {"type": "string", "minLength": 1, "maxLength": p.MAX_TEXT, "examples": [example]}
        parameters.insert(0, {"name": route.path, "in": "path", "required": True, "schema": schema})
    if parameters:
        operation["parameters"] = parameters
    if route.name == "batch":
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _batch_schema()}}}
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(parameter.schema)
    if parameter.repeated:
        schema = {"type": "array", "items": schema, "minItems": 1}
    entry: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "required": parameter.required,
        "schema": schema,
    }
    return entry


def _batch_schema() -> dict[str, Any]:
    options = (p.AT, p.NEAR, p.COUNTRY, p.STRICT, p.LANG, p.LIMIT)
    query = {
        "anyOf": [
            p.CITY.schema,
            {
                "type": "object",
                "properties": {option.name: option.schema for option in (p.CITY, *options)},
                "required": ["city"],
                "additionalProperties": False,
            },
        ]
    }
    queries = {"type": "array", "minItems": 1, "maxItems": 1000, "items": query}
    return {"anyOf": [{"type": "object", "properties": {"queries": queries}, "required": ["queries"]}, queries]}


def _responses(route: Route) -> dict[str, Any]:
    if not route.answer:
        content_type = CONTENT_TYPES["json"] if route.name == "openapi" else CONTENT_TYPES["html"]
        content_type = {"robots": CONTENT_TYPES["text"], "favicon": "image/svg+xml"}.get(route.name, content_type)
        return {"200": {"description": route.summary, "content": {content_type.partition(";")[0]: {}}}}
    text: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}
    answer = {"application/json": {"schema": {"$ref": f"#/components/schemas/{route.answer}"}}} | text
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}} | text
    responses: dict[str, Any] = {"200": {"description": "The answer.", "content": answer}}
    for status in route.problems:
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
    return responses

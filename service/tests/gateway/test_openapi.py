from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from citytime.gateway.matching import match
from citytime.gateway.openapi import document, document_bytes
from citytime.gateway.routes import RESERVED, ROUTES
from citytime.gateway.schemas import SCHEMAS

DOCUMENT = document(batch_limit=7)
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


def test_the_document_has_every_route_and_no_other() -> None:
    listed = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert listed == {(route.method, route.template) for route in ROUTES}


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert {"get_city", "get_v1_time", "post_v1_batch", "get"} <= set(names)


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    named = {f"#/components/schemas/{name}" for name in SCHEMAS}
    assert refs(DOCUMENT) == named


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}})


def test_examples_fit_their_schemas_and_their_parsers() -> None:
    for route in ROUTES:
        for parameter in (*route.parameters, *([route.path] if route.path else [])):
            for example in parameter.schema.get("examples", []):
                assert jsonschema_rs.is_valid(parameter.schema, example)
                parameter.parse(example)


def test_a_batch_is_as_long_as_the_setting_says() -> None:
    text = json.dumps(DOCUMENT["paths"]["/v1/batch"]["post"]["requestBody"])
    assert '"maxItems": 7' in text


def test_path_variables_are_required_parameters() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            variables = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
            assert variables == re.findall(r"{(\w+)}", path)


def test_every_answer_documents_what_any_request_may_meet() -> None:
    for route in ROUTES:
        if route.answer or route.pictures:
            responses = DOCUMENT["paths"][route.template][route.method.lower()]["responses"]
            assert {"200", "400", "406", "414", "429", "503", "504"} <= set(responses)
            assert "Retry-After" in responses["429"]["headers"]
            assert "500" not in responses


def test_pictures_are_documented_by_their_types_with_what_conditions_may_answer() -> None:
    for template, types in (
        ("/{city}.png", {"image/png"}),
        ("/{city}", {"application/json", "text/plain", "text/html", "image/png"}),
        ("/homersimpson", {"image/png", "image/jpeg", "image/webp", "image/svg+xml"}),
    ):
        responses = DOCUMENT["paths"][template]["get"]["responses"]
        assert set(responses["200"]["content"]) == types
        assert {"304", "412"} <= set(responses)
        assert {"206", "416"} & set(responses) == ({"206", "416"} if template == "/homersimpson" else set())


def test_reserved_segments_cover_the_routes() -> None:
    firsts = {route.template.split("/")[1] for route in ROUTES if route.path is None or "/v1/" in route.template}
    assert firsts - {""} <= RESERVED
    assert all(match(f"/{name}/x") is None for name in RESERVED)


def test_the_document_is_served_as_it_is() -> None:
    assert json.loads(document_bytes(7)) == json.loads(json.dumps(DOCUMENT))

"""JSON Schemas (2020-12) of the answers, for OpenAPI; tests hold every answer against them."""

from __future__ import annotations

from typing import Any

from citytime.domain import LocalKind, MatchKind, PlaceKind

Schema = dict[str, Any]


def _object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    required = [name.rstrip("_") for name in properties if name not in optional]
    named = {name.rstrip("_"): schema for name, schema in properties.items()}
    return {"type": "object", "properties": named, "required": required, "additionalProperties": False}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_BOOLEAN: Schema = {"type": "boolean"}
_OFFSET: Schema = {"type": "string", "pattern": r"^[+-]\d{2}:\d{2}(:\d{2})?$"}
_CLOCK: dict[str, Schema] = {
    "timezone": _TEXT | {"examples": ["Europe/Lisbon"]},
    "local_time": _MOMENT,
    "utc_offset": _OFFSET,
    "abbreviation": _TEXT,
    "dst": _BOOLEAN,
    "next_transition": _or_null(_ref("Transition")),
}
_PLACE: dict[str, Schema] = {
    "id": _TEXT | {"examples": ["geonames:2267057"]},
    "name": _TEXT,
    "region": {"type": ["string", "null"]},
    "country": {"type": ["string", "null"]},
    "country_code": {"type": ["string", "null"]},
    "latitude": {"type": "number"},
    "longitude": {"type": "number"},
    "population": {"type": "integer", "minimum": 0},
    "kind": {"type": "string", "enum": [kind.value for kind in PlaceKind]},
    "timezone": _TEXT,
    "distance_km": {"type": "number", "minimum": 0},
}

SCHEMAS: dict[str, Schema] = {
    "Place": _object(("distance_km",), **_PLACE),
    "Candidate": _object(("distance_km",), **_PLACE, match=_ref("Match")),
    "Match": _object(
        kind={"type": "string", "enum": [kind.value for kind in MatchKind]},
        score={"type": "number", "minimum": 0, "maximum": 1},
        source=_TEXT | {"description": "The geocoder that answered, or the data that did."},
    ),
    "Transition": _object(at=_MOMENT, utc_offset=_OFFSET, abbreviation=_TEXT, dst=_BOOLEAN),
    "Coordinates": _object(latitude={"type": "number"}, longitude={"type": "number"}),
    "Data": _object(tzdata=_TEXT, boundaries=_TEXT, gazetteer=_TEXT),
    "Reading": _object(
        kind={"type": "string", "enum": [kind.value for kind in LocalKind]},
        explanation=_TEXT,
        instant=_MOMENT,
        later=_or_null(_MOMENT),
        transition=_or_null(_ref("Transition")),
    ),
    "TimeAnswer": _object(
        ("coordinates", "reading"),
        query=_TEXT,
        place=_or_null(_ref("Place")),
        **_CLOCK,
        match=_ref("Match"),
        alternatives=_list(_ref("Candidate")),
        data=_ref("Data"),
        coordinates=_ref("Coordinates"),
        reading=_ref("Reading"),
    ),
    "PlacesAnswer": _object(query=_TEXT, places=_list(_ref("Candidate")), data=_ref("Data")),
    "PlaceAnswer": _object(place=_ref("Place"), **_CLOCK, data=_ref("Data")),
    "NearestAnswer": _object(coordinates=_ref("Coordinates"), places=_list(_ref("Place")), data=_ref("Data")),
    "TimezoneAnswer": _object(coordinates=_ref("Coordinates"), **_CLOCK, data=_ref("Data")),
    "Zone": _object(
        ("data",),
        **_CLOCK,
        previous_transition=_or_null(_ref("Transition")),
        canonical=_TEXT,
        countries=_list(_TEXT),
        coordinates=_or_null(_ref("Coordinates")),
        comment={"type": ["string", "null"]},
        data=_ref("Data"),
    ),
    "ZonesAnswer": _object(zones=_list(_ref("Zone")), data=_ref("Data")),
    "ZoneAnswer": _ref("Zone"),
    "ConvertAnswer": _object(instant=_MOMENT, from_=_ref("TimeAnswer"), to=_list(_ref("TimeAnswer"))),
    "BatchAnswer": _object(
        results=_list(
            {
                "anyOf": [
                    _object(status={"const": 200}, answer=_ref("TimeAnswer")),
                    _object(status={"type": "integer"}, problem=_ref("Problem")),
                ]
            }
        )
    ),
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "parameter": _TEXT | {"description": "The part of the request that is at fault (400)."},
            "suggestions": _list(_TEXT) | {"description": "Names that exist (404)."},
            "alternatives": _list(_ref("Candidate")) | {"description": "What may be meant (300)."},
            "dependency": _TEXT | {"description": "What is out (503)."},
        },
        "required": ["type", "title", "status", "detail"],
    },
}

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Point
from citytime.errors import InvalidInput
from citytime.gateway.batch import read_batch, read_entry, read_json
from citytime.gateway.problems import Refused


def read(value: object, limit: int = 1000) -> list[object]:
    return list(read_batch("application/json", json.dumps(value).encode(), limit))


def test_queries_are_texts_or_objects_in_a_list_or_an_object() -> None:
    queries = ["lisbon", {"city": "paris", "country": "US"}]
    assert read(queries) == read({"queries": queries}) == [{"city": "lisbon"}, {"city": "paris", "country": "US"}]


def test_options_are_parsed_as_in_a_query_string() -> None:
    query = {"city": "x", "near": "1,2", "strict": True, "limit": 5, "at": "2026-01-01T00:00Z", "lang": "PT"}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    parsed = {"city": "x", "near": Point(1, 2), "strict": True, "limit": 5, "at": at, "lang": "pt"}
    assert read([query]) == [parsed]


def test_null_is_as_good_as_nothing() -> None:
    assert read([{"city": "x", "country": None}]) == [{"city": "x"}]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "city"),
        ("x" * 201, "city"),
        (7, "city"),
        (None, "city"),
        (True, "city"),
        ([], "city"),
        ({}, "city"),
        ({"country": "PT"}, "city"),
        ({"city": None}, "city"),
        ({"city": ["x"]}, "city"),
        ({"city": "half \ud83d"}, "city"),
        ({"city": "x", "town": "y"}, "town"),
        ({"city": "x", "limit": 0}, "limit"),
        ({"city": "x", "limit": 11}, "limit"),
        ({"city": "x", "limit": 1.5}, "limit"),
        ({"city": "x", "strict": "perhaps"}, "strict"),
        ({"city": "x", "near": {"lat": 1}}, "near"),
        ({"city": "x", "at": "soon"}, "at"),
    ],
)
def test_a_wrong_query_is_its_own_error_and_no_one_elses(query: object, parameter: str) -> None:
    before, wrong, after = read(["a", query, "b"])
    assert (before, after) == ({"city": "a"}, {"city": "b"})
    assert isinstance(wrong, InvalidInput)
    assert wrong.parameter == parameter


@pytest.mark.parametrize("value", [[], {}, {"queries": []}, {"queries": "lisbon"}, "lisbon", 5, None])
def test_a_body_that_is_no_batch_is_told_how_to_be_one(value: object) -> None:
    with pytest.raises(InvalidInput, match=r'\{"queries":'):
        read(value)


def test_more_queries_than_the_limit_are_refused_as_a_whole() -> None:
    assert len(read(["a"] * 3, limit=3)) == 3
    with pytest.raises(Refused, match="4 queries in one call; at most 3") as caught:
        read(["a"] * 4, limit=3)
    assert caught.value.status == 413


@pytest.mark.parametrize("content_type", ["", "application/json", "APPLICATION/JSON; charset=utf-8"])
def test_json_may_be_called_json(content_type: str) -> None:
    assert read_batch(content_type, b'["a"]', 1) == [{"city": "a"}]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/jsonp"])
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(Refused) as caught:
        read_batch(content_type, b'["a"]', 1)
    assert caught.value.status == 415


@pytest.mark.parametrize(
    "body", [b"", b"[", b"\xff", b"[" * 100_000, b"9" * 5000, b'{"a":' * 5000, b"[NaN", b"\xef\xbb\xbf[1"]
)
def test_what_is_no_json_is_said_so(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="JSON") as caught:
        read_json(body, "body")
    assert caught.value.parameter == "body"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("city"), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(_json)
def test_any_json_is_a_query_or_an_error(value: object) -> None:
    entry = read_entry(value)
    assert isinstance(entry, InvalidInput) or "city" in entry


@given(st.binary(max_size=80))
def test_any_body_is_a_batch_or_an_error(body: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        assert read_batch("", body, 1000)

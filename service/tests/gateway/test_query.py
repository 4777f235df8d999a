from __future__ import annotations

import pytest

from citytime.domain import PlaceQuery, Point
from citytime.errors import InvalidInput
from citytime.gateway import parameters as p
from citytime.gateway.query import MAX_PAIRS, Options, read_pairs, read_values


def read(query: str, *parameters: p.Parameter) -> dict[str, object]:
    return read_values(read_pairs(query), parameters)


def test_values_are_decoded_and_parsed() -> None:
    assert read("q=S%C3%A3o+Paulo&limit=5", p.Q, p.LIMIT) == {"q": "São Paulo", "limit": 5}


def test_parameters_of_others_are_passed_over() -> None:
    assert read("q=lisbon&utm_source=x&utm_source=y&limit=", p.Q) == {"q": "lisbon"}


def test_repeated_parameters_are_lists() -> None:
    assert read("from=a&to=b&to=c", p.FROM, p.TO) == {"from": "a", "to": ["b", "c"]}


def test_a_value_given_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="limit is given twice") as caught:
        read("limit=1&limit=1", p.LIMIT)
    assert caught.value.parameter == "limit"


@pytest.mark.parametrize("query", ["", "q", "q=", "Q=lisbon", "=lisbon"])
def test_a_required_parameter_that_is_missing_or_empty_is_named(query: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(query, p.Q)
    assert caught.value.parameter == "q"


def test_more_parameters_than_anyone_needs_are_refused() -> None:
    assert len(read_pairs("&".join(["to=x"] * MAX_PAIRS))) == MAX_PAIRS
    with pytest.raises(InvalidInput, match="more than 200 parameters"):
        read_pairs("&".join(["to=x"] * (MAX_PAIRS + 1)))


@pytest.mark.parametrize("query", ["q=%FF%FE", "q=%", "q=%zz", "q=%u0041", "q=%ED%A0%80"])
def test_broken_encodings_are_read_as_far_as_they_go(query: str) -> None:
    value = read(query, p.Q)["q"]
    assert isinstance(value, str)
    assert value.encode()


def test_options_make_the_question_to_the_geocoder() -> None:
    values = {"city": "x", "near": Point(1, 2), "country": "PT", "lang": "pt", "limit": 3, "strict": True}
    assert Options.of(values).query("lisbon") == PlaceQuery("lisbon", Point(1, 2), "PT", "pt", 3)
    assert Options.of({}) == Options(at=None, near=None, country=None, strict=False, lang=None, limit=10)

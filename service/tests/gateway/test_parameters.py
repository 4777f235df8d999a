from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Point
from citytime.errors import InvalidInput
from citytime.gateway import parameters as p
from citytime.gateway.parameters import Parameter, read_point

ALL = [value for value in vars(p).values() if isinstance(value, Parameter)]


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("38.72,-9.14", Point(38.72, -9.14)),
        ("  38.72 ,  -9.14 ", Point(38.72, -9.14)),
        ("+38,+9", Point(38, 9)),
        ("0,0", Point(0, 0)),
        ("-90,180", Point(-90, 180)),
        (".5,-.5", Point(0.5, -0.5)),
        ("38.,9.", Point(38, 9)),
        ("38." + "7" * 300 + ",9", Point(38.777777777777777, 9)),
    ],
)
def test_coordinates_are_latitude_first(text: str, point: Point) -> None:
    assert read_point(text) == point


@pytest.mark.parametrize(
    "text", ["lisbon", "38.72", "38,9,1", "38;9", ",", "1e1,2", "٣,٤", "1_0,2", "--1,2", "3 8,9", "38.7.2,1", "a,b", ""]
)
def test_anything_else_is_no_point(text: str) -> None:
    assert read_point(text) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("91,0", "latitude"), ("-90.0001,0", "latitude"), ("0,181", "longitude"), ("9" * 400 + ",0", "latitude")],
)
def test_coordinates_off_the_earth_are_refused_by_name(text: str, wrong: str) -> None:
    with pytest.raises(InvalidInput, match=f"{wrong} must be a number from"):
        read_point(text)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (p.CITY, "são paulo", "são paulo"),
        (p.LAT, "38.72", 38.72),
        (p.LAT, " 38", 38.0),
        (p.LNG, "-1.5e-3", -0.0015),
        (p.NEAR, "38.72,-9.14", Point(38.72, -9.14)),
        (p.STRICT, "true", True),
        (p.STRICT, "", True),
        (p.STRICT, "1", True),
        (p.STRICT, "FALSE", False),
        (p.STRICT, "0", False),
        (p.LANG, "PT", "pt"),
        (p.LANG, "pt-br", "pt-BR"),
        (p.LANG, "zh_hant_tw", "zh-Hant-TW"),
        (p.LIMIT, "1", 1),
        (p.LIMIT, "100", 100),
        (p.FORMAT, "text", "text"),
        (p.AT, "2026-07-01T12:00:00+02:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (p.AT, "2026-07-01 12:00", datetime(2026, 7, 1, 12)),
    ],
)
def test_values_are_read(parameter: Parameter, text: str, value: object) -> None:
    assert parameter.parse(text) == value


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (p.CITY, ""),
        (p.CITY, "  "),
        (p.CITY, "x" * 201),
        (p.CITY, "half \ud83d of one"),
        (p.LAT, "x"),
        (p.LAT, ""),
        (p.LAT, "90.1"),
        (p.LAT, "nan"),
        (p.LAT, "inf"),
        (p.LAT, "1_0"),
        (p.LAT, "٣"),
        (p.LNG, "1e999"),
        (p.LNG, "180.5"),
        (p.NEAR, "lisbon"),
        (p.NEAR, "0,999"),
        (p.STRICT, "maybe"),
        (p.LANG, ""),
        (p.LANG, "portuguese"),
        (p.LANG, "p t"),
        (p.LIMIT, "0"),
        (p.LIMIT, "101"),
        (p.LIMIT, "-1"),
        (p.LIMIT, "1.5"),
        (p.LIMIT, "٣"),
        (p.LIMIT, "9" * 5000),
        (p.BATCH_LIMIT, "11"),
        (p.FORMAT, "xml"),
        (p.FORMAT, "JSON"),
        (p.AT, "tomorrow"),
        (p.AT, "2026-02-30"),
    ],
)
def test_wrong_values_name_the_parameter(parameter: Parameter, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parameter.parse(text)
    assert caught.value.parameter == parameter.name
    assert len(str(caught.value)) < 250


@given(st.sampled_from(ALL), st.text(max_size=300))
def test_any_text_is_read_or_refused(parameter: Parameter, text: str) -> None:
    with contextlib.suppress(InvalidInput):
        parameter.parse(text)

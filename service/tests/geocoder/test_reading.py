"""Reading: codes, names and qualifiers, from any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.geocoder.fold import fold
from citytime.geocoder.reading import MAX_QUALIFIERS, Reading, read_code, readings

ANY = st.text(st.characters(codec=None))
WORDY = st.lists(st.sampled_from(["st", "paris", "texas", ",", "、", " ", "東京", "l'", "-", ":"])).map("".join)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("iata:lis", "iata:LIS"),
        (" IATA : LIS ", "iata:LIS"),
        ("icao:lppt", "icao:LPPT"),
        ("geonames:2267057", "geonames:2267057"),
        ("Country:pt", "country:PT"),
        ("region:us.tx", "region:US.TX"),
        ("zone:Atlantic/Azores", "zone:Atlantic/Azores"),
        ("lisbon", None),
        ("iata:l is", None),
        ("osm:123", None),
        ("iata:é", None),
        ("iata:\ud800", None),
        ("geonames:\x00", None),
        ("", None),
    ],
)
def test_a_typed_code_is_read_in_its_normal_spelling(text: str, code: str | None) -> None:
    assert read_code(text) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" ,;!? ", []),
        ("lisbon", [Reading("lisbon")]),
        ("paris, texas", [Reading("paris", ("texas",)), Reading("paris texas"), Reading("texas", ("paris",))]),
        (
            "paris texas",
            [Reading("paris texas"), Reading("paris", ("texas",)), Reading("texas", ("paris",))],
        ),
        ("東京、日本", [Reading("東京", ("日本",)), Reading("東京 日本"), Reading("日本", ("東京",))]),
        ("stlouis", [Reading("stlouis"), Reading("saint louis")]),
        ("stu", [Reading("stu")]),
    ],
)
def test_the_most_literal_reading_comes_first(text: str, expected: list[Reading]) -> None:
    assert list(readings(text)) == expected


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("springfield, il, us", Reading("springfield", ("il", "us"))),
        ("springfield il us", Reading("springfield", ("il", "us"))),
        ("us, il, springfield", Reading("springfield", ("us", "il"))),
        ("san jose costa rica", Reading("san jose", ("costa rica",))),
        ("costa rica san jose", Reading("san jose", ("costa rica",))),
        ("london united kingdom of great britain", Reading("london united", ("kingdom of great britain",))),
        ("georgetown washington d c", Reading("georgetown", ("washington d c",))),
    ],
)
def test_qualifiers_stand_in_either_order_and_may_have_several_words(text: str, reading: Reading) -> None:
    assert reading in list(readings(text))


@given(st.one_of(ANY, WORDY))
def test_any_text_has_few_readings_of_folded_words(text: str) -> None:
    found = list(readings(text))
    assert len(found) <= 16
    for reading in found:
        assert reading.name
        assert len(reading.qualifiers) <= MAX_QUALIFIERS
        assert all(fold(part) == part != "" for part in (reading.name, *reading.qualifiers))


@pytest.mark.parametrize("text", ["a " * 5000, "a," * 5000, "a" * 10_000, "," * 10_000, "\u0301" * 10_000])
def test_long_texts_have_no_more_readings_than_short_ones(text: str) -> None:
    assert len(list(readings(text))) <= 16


def test_a_code_without_a_value_is_a_code_that_nothing_has() -> None:
    assert read_code("iata:") == "iata:"

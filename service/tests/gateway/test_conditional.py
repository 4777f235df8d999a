"""Conditions and ranges against RFC 9110, sections 13 and 14."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders

from citytime.gateway.conditional import Selection, select
from citytime.gateway.problems import Refused

SIZE = 1000
WHOLE, NOT_MODIFIED = Selection(200, 0, SIZE), Selection(304, 0, 0)


def selected(*, ranges: bool = True, size: int = SIZE, **headers: str) -> Selection:
    given = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    return select(given, "tag", size, ranges=ranges)


def test_without_conditions_the_whole_is_sent() -> None:
    assert selected() == WHOLE


@pytest.mark.parametrize(
    "field", ['"tag"', 'W/"tag"', '"other", "tag"', '"other" ,W/"tag",', "*", " * ", '"a,b","tag"']
)
def test_who_has_it_already_gets_304(field: str) -> None:
    assert selected(if_none_match=field) == NOT_MODIFIED
    assert selected(if_none_match=field, range="bytes=0-1") == NOT_MODIFIED


@pytest.mark.parametrize("field", ['"other"', "tag", '"TAG"', 'w/"x"', "", '"tag', '"tag "'])
def test_who_has_another_one_gets_the_whole(field: str) -> None:
    assert selected(if_none_match=field) == WHOLE


@pytest.mark.parametrize("field", ['"tag"', "*", '"other", "tag"'])
def test_a_condition_that_holds_changes_nothing(field: str) -> None:
    assert selected(if_match=field) == WHOLE
    assert selected(if_match=field, if_none_match='"tag"') == NOT_MODIFIED


@pytest.mark.parametrize("field", ['"other"', 'W/"tag"', "tag", ""])
def test_a_condition_that_does_not_hold_is_412_before_all_else(field: str) -> None:
    with pytest.raises(Refused) as refused:
        selected(if_match=field, if_none_match='"tag"', range="bytes=5000-")
    assert refused.value.status == 412


def test_conditions_on_dates_hold_for_nothing() -> None:
    date = "Tue, 01 Jan 2030 00:00:00 GMT"
    assert selected(if_modified_since=date) == selected(if_unmodified_since="Mon, 01 Jan 1990 00:00:00 GMT") == WHOLE
    assert selected(range="bytes=0-1", if_range=date) == WHOLE


@pytest.mark.parametrize(
    ("field", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-", 500, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=0-5000", 0, 1000),
        ("bytes=999-999", 999, 1000),
        ("BYTES= 1-2 ", 1, 3),
        ("bytes=0000000000000000000000000001-2", 1, 3),
        (f"bytes=0-{'9' * 5000}", 0, 1000),
        (f"bytes=-{'9' * 5000}", 0, 1000),
    ],
)
def test_a_part_is_sent_to_who_asks_for_one(field: str, start: int, stop: int) -> None:
    assert selected(range=field) == Selection(206, start, stop)
    assert selected(range=field, if_range='"tag"') == Selection(206, start, stop)


@pytest.mark.parametrize("field", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_part_that_there_is_not_is_416_with_the_size(field: str) -> None:
    with pytest.raises(Refused) as refused:
        selected(range=field)
    assert refused.value.status == 416
    assert refused.value.headers == (("Content-Range", "bytes */1000"),)
    assert selected(range=field, if_range='"other"') == WHOLE


@pytest.mark.parametrize(
    "field",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "bytes=0-1,",
        "bytes 0-1",
        "lines=0-1",
        "bytes=+1-2",
        "bytes=1.5-2",
        "bytes=0x1-2",
        "bytes=١-٢",
        "bytes=--1",
    ],
)
def test_what_is_no_single_range_of_bytes_is_passed_over(field: str) -> None:
    assert selected(range=field) == WHOLE


@pytest.mark.parametrize("field", ['"other"', 'W/"tag"', "tag", ""])
def test_a_part_of_another_one_is_not_sent(field: str) -> None:
    assert selected(range="bytes=0-1", if_range=field) == WHOLE


def test_no_part_is_sent_where_none_is_offered() -> None:
    assert selected(ranges=False, range="bytes=0-1") == WHOLE
    assert selected(ranges=False, range="bytes=5000-") == WHOLE


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_parts_are_those_that_slices_are(size: int, first: int, last: int) -> None:
    content = bytes(range(size))
    for field, expected in (
        (f"bytes={first}-{last}", content[first : last + 1] if first <= last else content),
        (f"bytes={first}-", content[first:]),
        (f"bytes=-{last}", content[-last:] if last else b""),
    ):
        try:
            status, start, stop = selected(range=field, size=size)
        except Refused as refused:
            assert (refused.status, expected) == (416, b"")  # noqa: PT017
        else:
            assert content[start:stop] == expected
            assert status == (200 if field.startswith(f"bytes={first}-{last}") and first > last else 206)


_FIELDS = st.text(alphabet='bytes=0123456789-,* W/"tag', max_size=30) | st.text(max_size=30)


@given(st.dictionaries(st.sampled_from(["Range", "If-Range", "If-Match", "If-None-Match"]), _FIELDS))
def test_any_headers_select_something_or_are_refused(headers: dict[str, str]) -> None:
    try:
        status, start, stop = select(headers, "tag", SIZE, ranges=True)
    except Refused as refused:
        assert refused.status in (412, 416)  # noqa: PT017
    else:
        assert status in (200, 206, 304)
        assert 0 <= start <= stop <= SIZE
        assert (status == 200) <= ((start, stop) == (0, SIZE))

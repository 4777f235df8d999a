from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.gateway.negotiation import CITY_TYPES, TYPES, negotiate, negotiate_city

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("   ", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("application/json", "json"),
        ("application/problem+json", "json"),
        (BROWSER, "html"),
        ("text/html", "html"),
        ("TEXT/HTML", "html"),
        ("text/plain", "text"),
        ("text/plain;charset=utf-8", "text"),
        ("text/plain, */*", "text"),
    ],
)
def test_what_clients_send(accept: str, form: str) -> None:
    assert negotiate(accept) == negotiate_city(accept) == form


@pytest.mark.parametrize(
    ("accept", "form", "otherwise"),
    [
        ("image/png", "png", None),
        ("image/*", "png", None),
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "png", "json"),  # Chrome's <img>
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "png", "json"),  # Firefox's
        ("image/webp,image/avif,video/*;q=0.8,image/png,image/*;q=0.8,*/*;q=0.5", "png", "json"),  # Safari's
        ("text/html,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", "html", "html"),
        ("application/json, image/png", "json", "json"),
        ("application/json;q=0.5, image/png", "png", "json"),
        ("image/png;q=0.5, */*", "json", "json"),
        ("image/png;q=0, image/*", None, None),
        ("image/webp", None, None),
    ],
)
def test_pictures_are_for_those_who_ask_for_them_where_there_are_any(
    accept: str, form: str | None, otherwise: str | None
) -> None:
    assert (negotiate_city(accept), negotiate(accept)) == (form, otherwise)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/html;q=0.5, text/plain;q=0.6", "text"),
        ("application/json;q=0.1, text/html;q=0.2", "html"),
        ("text/html;q=0, */*", "json"),
        ("application/json;q=0, */*;q=0.1", "html"),
        ("*/*;q=0.1, text/plain;q=0.2", "text"),
        ("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", "text"),
        ("text/html; q = 0.1 , text/plain;q=0.2", "text"),
        ("text/html;q=0.2, text/html;q=0.9, text/plain;q=0.5", "html"),
        ("text/html;level=1;q=0.1, text/plain;q=0.2", "text"),
    ],
)
def test_the_higher_quality_wins_and_the_more_precise_name_counts(accept: str, form: str) -> None:
    assert negotiate(accept) == form


@pytest.mark.parametrize(
    "accept", ["image/png", "application/xml", "*/*;q=0", "text/html;q=0", "text/html;q=2", "text/html;q=x", "q", ";;"]
)
def test_what_takes_none_of_ours_is_none(accept: str) -> None:
    assert negotiate(accept) is None


@given(st.text(alphabet="/*,;=q.01 abctexhmlpinjsou+", max_size=60) | st.text(max_size=60))
def test_any_header_has_an_answer(accept: str) -> None:
    assert negotiate(accept) in {*TYPES, None}
    assert negotiate_city(accept) in {*CITY_TYPES, None}

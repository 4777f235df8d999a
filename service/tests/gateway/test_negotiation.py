from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.gateway.negotiation import TYPES, negotiate

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
    assert negotiate(accept) == form


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

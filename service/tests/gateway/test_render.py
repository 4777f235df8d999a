from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.gateway.lines import LINES
from citytime.gateway.negotiation import TYPES
from citytime.gateway.pages import facts_html, prose_html, reference_page, start_page
from citytime.gateway.render import CONTENT_TYPES, render
from citytime.gateway.routes import ROUTES

CLOCK: dict[str, Any] = {
    "timezone": "Europe/Lisbon",
    "local_time": "2026-07-01T12:00:00+01:00",
    "utc_offset": "+01:00",
    "abbreviation": "WEST",
    "dst": True,
    "next_transition": {
        "at": "2026-10-25T01:00:00+00:00",
        "utc_offset": "+00:00",
        "abbreviation": "WET",
        "dst": False,
    },
}
PLACE: dict[str, Any] = {
    "id": "geonames:1",
    "name": "Lisbon",
    "region": "Lisbon",
    "country": "Portugal",
    "country_code": "PT",
    "latitude": 38.72,
    "longitude": -9.14,
    "population": 500_000,
    "kind": "city",
    "timezone": "Europe/Lisbon",
}
MATCH = {"kind": "exact", "score": 0.95, "source": "gazetteer"}
TIME = {"query": "lisbon", "place": PLACE, **CLOCK, "match": MATCH, "alternatives": []}
PROBLEM = {"type": "urn:x", "title": "No such place", "status": 404, "detail": "no place is called 'x'"}


class Text(HTMLParser):
    """The tags of a page, and its text without them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def text(name: str, facts: dict[str, Any]) -> str:
    return render(name, facts, "text").decode()


def test_json_is_one_line_in_the_script_of_its_names() -> None:
    assert render("time", {"name": "東京", "dst": None}, "json").decode() == '{"name":"東京","dst":null}\n'


def test_a_time_is_one_line() -> None:
    assert text("time", TIME) == (
        "2026-07-01T12:00:00+01:00 WEST DST Europe/Lisbon · Lisbon, Portugal (geonames:1) · exact 0.95 by gazetteer"
        " · next change 2026-10-25T01:00:00+00:00 to WET\n"
    )


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"alternatives": [PLACE]}, "· 1 alternative\n"),
        ({"alternatives": [PLACE, PLACE]}, "· 2 alternatives\n"),
        ({"place": PLACE | {"distance_km": 2.7}}, "(geonames:1) 2.7 km away ·"),
        ({"place": None}, "Europe/Lisbon · exact"),
        ({"reading": {"kind": "gap"}}, "by gazetteer · gap ·"),
        ({"next_transition": None}, "· no change known\n"),
        ({"dst": False}, "WEST Europe/Lisbon"),
    ],
)
def test_a_time_says_what_there_is_to_say(changed: dict[str, Any], part: str) -> None:
    assert part in text("time", TIME | changed)


def test_lists_have_a_line_each() -> None:
    assert text("places", {"places": [PLACE, PLACE]}).count("\n") == 2
    assert text("places", {"places": []}) == "none\n"
    assert text("nearest", {"places": [PLACE | {"distance_km": 1.5}]}).endswith("500000 1.5 km\n")
    assert text("convert", {"from": TIME, "to": [TIME, TIME]}).count("\n") == 3


def test_a_batch_has_a_line_for_each_answer_or_problem() -> None:
    results = [{"status": 200, "answer": TIME}, {"status": 404, "problem": PROBLEM}]
    first, second = text("batch", {"results": results}).splitlines()
    assert first.startswith("2026-07-01T12:00:00")
    assert second == "404 No such place: no place is called 'x'"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "404 No such place: no place is called 'x'\n"),
        ({"suggestions": ["Lisbon, Portugal", "Lyon"]}, "'x' · did you mean: Lisbon, Portugal; Lyon?\n"),
        ({"alternatives": [PLACE]}, "'x' · one of: Lisbon, Portugal (geonames:1)\n"),
    ],
)
def test_a_problem_is_one_line(more: dict[str, Any], line: str) -> None:
    assert text("problem", PROBLEM | more).endswith(line)


def test_text_has_no_control_characters_of_the_callers() -> None:
    shown = text("problem", PROBLEM | {"detail": "a\nb\r\x1b[31m\x00\u2028c"})
    assert shown == "404 No such place: a b  [31m  c\n"


def test_what_cannot_be_encoded_is_replaced() -> None:
    for form in TYPES:
        assert "half " in render("problem", PROBLEM | {"detail": "half \ud83d"}, form).decode()


def test_a_page_has_a_headline_and_all_facts() -> None:
    page = Text(render("time", TIME, "html"))
    for fact in ("12:00 in Lisbon", "2026-07-01", "geonames:1", "500000", "true", "none", "WET"):
        assert fact in page.text
    assert "404 No such place" in Text(render("problem", PROBLEM, "html")).text
    assert "12:00 in Europe/Lisbon" in Text(render("time", TIME | {"place": None}, "html")).text


@given(st.text(max_size=50))
def test_a_page_shows_any_text_and_runs_none(said: str) -> None:
    said = f"<script>alert(1)</script>&\"'{said}"
    page = render("problem", PROBLEM | {"detail": said, "parameter": said}, "html")
    assert "script" not in Text(page).tags
    assert b"<script" not in page


def test_facts_are_nested_lists() -> None:
    assert facts_html({"a": [1, {"b": None}], "c": []}) == (
        "<dl><dt>a</dt><dd><ol><li>1</li><li><dl><dt>b</dt><dd>none</dd></dl></li></ol></dd><dt>c</dt><dd>none</dd></dl>"
    )


def test_descriptions_set_off_what_one_may_type() -> None:
    assert prose_html("`/{city}` & <more>") == "<code>/{city}</code> &amp; &lt;more&gt;"


def test_the_start_page_has_examples_and_the_reference_every_route() -> None:
    assert "/東京" in Text(start_page()).text
    reference = Text(reference_page()).text
    for route in ROUTES:
        if route.answer:
            assert f"{route.method} {route.template}" in reference
            assert all(parameter.name in reference for parameter in route.parameters)


def test_every_route_has_its_text() -> None:
    assert set(LINES) == {route.name for route in ROUTES if route.answer} | {"problem"}
    assert set(CONTENT_TYPES) == set(TYPES) | {"problem"}
    assert json.loads(render("problem", PROBLEM, "json")) == PROBLEM

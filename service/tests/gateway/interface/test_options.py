"""The parameters that hold everywhere they make sense."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.gateway.interface.client import Client

# -- near, country, strict, lang, limit -------------------------------------------------------------------------------


def test_near_prefers_the_closer_namesake(client: Client) -> None:
    for near, region in (("39.8,-89.6", "Illinois"), ("37.2,-93.3", "Missouri"), ("42.1,-72.5", "Massachusetts")):
        facts = client.time("/springfield", near=near)
        assert facts["place"]["region"] == region
        assert facts["place"]["distance_km"] < 50
        assert all(place["distance_km"] > 50 for place in facts["alternatives"])


@pytest.mark.parametrize("country", ["US", "usa", "United States", "us"])
def test_country_leaves_out_the_others(client: Client, country: str) -> None:
    facts = client.time("/paris", country=country)
    assert {place["country_code"] for place in (facts["place"], *facts["alternatives"])} == {"US"}


def test_an_unknown_country_is_refused(client: Client) -> None:
    answer = client.get("/paris", country="Atlantis")
    assert (answer.status, answer.json["parameter"]) == (400, "country")
    assert client.get("/singapore", country="Atlantis").status == 400


@pytest.mark.parametrize("strict", ["true", "1", "yes", ""])
def test_strict_refuses_to_guess(client: Client, strict: str) -> None:
    answer = client.get("/springfield", strict=strict)
    assert answer.status == 300
    assert answer.json["type"] == "urn:citytime:problem:ambiguous-place"
    alternatives = answer.json["alternatives"]
    assert len(alternatives) == 11
    assert alternatives[0]["id"] == client.time("/springfield")["place"]["id"]
    assert client.get(f"/{alternatives[3]['id']}", strict="true").status == 200


@pytest.mark.parametrize("path", ["/lisbon", "/Europe/Lisbon", "/38.72,-9.14", "/iata:LIS", "/springfield,il,us"])
def test_strict_minds_nothing_that_is_certain(client: Client, path: str) -> None:
    assert client.get(path, strict="true").status == 200


def test_strict_refuses_misspellings(client: Client) -> None:
    answer = client.get("/lisbn", strict="true")
    assert answer.status == 300
    assert answer.json["alternatives"][0]["name"] == "Lisbon"
    assert client.get("/lisbn", strict="false").status == 200


@pytest.mark.parametrize(
    ("lang", "name", "country"),
    [
        ("pt", "Lisboa", "Portugal"),
        ("de", "Lissabon", "Portugal"),
        ("ja", "リスボン", "ポルトガル"),
        ("pt-BR", "Lisboa", "Portugal"),
    ],
)
def test_lang_is_the_language_of_names(client: Client, lang: str, name: str, country: str) -> None:
    place = client.time("/lisbon", lang=lang)["place"]
    assert (place["name"], place["country"]) == (name, country)


def test_a_language_that_the_data_has_not_changes_nothing(client: Client) -> None:
    assert client.time("/lisbon", lang="tlh")["place"]["name"] == "Lisbon"


@pytest.mark.parametrize("limit", [1, 3, 25])
def test_limit_is_the_number_of_alternatives(client: Client, limit: int) -> None:
    assert len(client.time("/springfield", limit=limit)["alternatives"]) == limit


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("near", "lisbon"),
        ("near", "91,0"),
        ("near", ""),
        ("country", ""),
        ("strict", "maybe"),
        ("lang", "x"),
        ("lang", "%00"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("at", "tomorrow"),
        ("at", ""),
        ("format", "xml"),
        ("format", ""),
    ],
)
def test_a_wrong_value_names_its_parameter(client: Client, parameter: str, value: str) -> None:
    answer = client.get("/lisbon", **{parameter: value})
    assert (answer.status, answer.json["parameter"]) == (400, parameter)
    assert parameter in answer.json["detail"] or parameter == "at" or "latitude" in answer.json["detail"]


def test_a_value_given_twice_is_refused(client: Client) -> None:
    answer = client.get("/lisbon", limit=["1", "2"])
    assert (answer.status, answer.json["detail"]) == (400, "limit is given twice")


def test_parameters_of_others_are_passed_over(client: Client) -> None:
    assert client.time("/lisbon", utm_source="x", q="y")["query"] == "lisbon"


def test_more_parameters_than_anyone_needs_are_refused(client: Client) -> None:
    for query in ("a=1&" * 201, "format=json&" * 201):
        answer = client.request("GET", f"/lisbon?{query}")
        assert (answer.status, answer.json["parameter"]) == (400, "query")


# -- at ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "local"),
    [
        ("2026-07-01T12:00:00Z", "2026-07-01T13:00:00+01:00"),
        ("2026-07-01T12:00:00+09:00", "2026-07-01T04:00:00+01:00"),
        ("2026-01-01T12:00:00.5Z", "2026-01-01T12:00:00.500000+00:00"),
        ("2026-07-01T12:00", "2026-07-01T12:00:00+01:00"),
        ("2026-07-01 12:00:30", "2026-07-01T12:00:30+01:00"),
        ("2026-01-01", "2026-01-01T00:00:00+00:00"),
    ],
)
def test_at_is_the_moment_told(client: Client, at: str, local: str) -> None:
    assert client.time("/lisbon", at=at)["local_time"] == local


def test_a_plus_sign_in_at_may_have_become_a_space(client: Client) -> None:
    answer = client.request("GET", "/lisbon?at=2026-07-01T12:00:00+09:00")
    assert answer.json["local_time"] == "2026-07-01T04:00:00+01:00"


def test_a_local_reading_is_explained(client: Client) -> None:
    assert "reading" not in client.time("/lisbon", at="2026-07-01T12:00Z")
    reading = client.time("/lisbon", at="2026-07-01T12:00")["reading"]
    assert (reading["kind"], reading["instant"]) == ("unique", "2026-07-01T11:00:00+00:00")
    assert reading["later"] is reading["transition"] is None


def test_a_reading_in_a_gap_is_told_with_the_change_that_skips_it(client: Client) -> None:
    facts = client.time("/lisbon", at="2026-03-29T01:30")
    assert facts["local_time"] == "2026-03-29T02:30:00+01:00"
    assert facts["reading"]["kind"] == "gap"
    assert facts["reading"]["instant"] == "2026-03-29T01:30:00+00:00"
    assert facts["reading"]["transition"]["at"] == "2026-03-29T02:00:00+01:00"


def test_a_reading_in_an_overlap_is_told_with_both_moments_and_the_change(client: Client) -> None:
    facts = client.time("/lisbon", at="2026-10-25T01:30")
    assert facts["local_time"] == "2026-10-25T01:30:00+01:00"
    reading = facts["reading"]
    assert (reading["kind"], reading["instant"]) == ("overlap", "2026-10-25T00:30:00+00:00")
    assert reading["later"] == "2026-10-25T01:30:00+00:00"
    assert reading["transition"] == facts["next_transition"]
    assert reading["transition"]["at"] == "2026-10-25T01:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("/UTC", "0001-01-01T00:00:00Z"),
        ("/UTC", "9999-12-31T23:59:59Z"),
        ("/tokyo", "0001-01-01T00:00:00Z"),
        ("/honolulu", "9999-12-31T23:59:59Z"),
        ("/lisbon", "0001-01-02"),
        ("/lisbon", "9999-12-31T23:59:59"),
        ("/lisbon", "1900-01-01T00:00Z"),
        ("/amsterdam", "1930-01-01T00:00Z"),
    ],
)
def test_at_may_be_any_moment_that_has_a_local_time(client: Client, path: str, at: str) -> None:
    facts = client.time(path, at=at)
    assert datetime.fromisoformat(facts["local_time"])


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("/honolulu", "0001-01-01T00:00:00Z"),
        ("/tokyo", "9999-12-31T23:59:59Z"),
        ("/tokyo", "0001-01-01T00:00:00"),
        ("/honolulu", "9999-12-31T23:59:59"),
        ("/lisbon", "9999-12-31T23:59:60Z"),
        ("/lisbon", "10000-01-01"),
        ("/lisbon", "0000-01-01"),
        ("/lisbon", "2026-02-30"),
        ("/lisbon", "2026-13-01T00:00Z"),
        ("/lisbon", "2026-01-01T24:00Z"),
        ("/lisbon", "1767225600"),
    ],
)
def test_at_beyond_the_calendar_is_refused(client: Client, path: str, at: str) -> None:
    answer = client.get(path, at=at)
    assert (answer.status, answer.json["parameter"]) == (400, "at")

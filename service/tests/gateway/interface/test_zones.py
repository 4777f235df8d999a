"""`/v1/zones`, `/v1/zones/{zone}` and `/v1/convert`."""

from __future__ import annotations

from datetime import datetime
from importlib import resources

import pytest

from tests.gateway.interface.client import Client
from tests.timezones.reference import reference


def test_all_zones_are_listed_with_their_clocks(client: Client) -> None:
    zones = client.time("/v1/zones")["zones"]
    named = [zone["timezone"] for zone in zones]
    assert named == sorted(named)
    assert set(named) == set((resources.files("tzdata") / "zones").read_text().split()) - {"Factory"}
    for zone in zones:
        told = datetime.fromisoformat(zone["local_time"])
        assert told.utcoffset() == told.astimezone(reference(zone["timezone"])).utcoffset()


def test_a_zone_has_its_transitions(client: Client) -> None:
    zone = client.time("/v1/zones/Europe/Lisbon", at="2026-07-01T12:00Z")
    assert (zone["utc_offset"], zone["abbreviation"], zone["dst"]) == ("+01:00", "WEST", True)
    assert zone["previous_transition"] == {
        "at": "2026-03-29T02:00:00+01:00",
        "utc_offset": "+01:00",
        "abbreviation": "WEST",
        "dst": True,
    }
    assert zone["next_transition"]["at"] == "2026-10-25T01:00:00+00:00"
    assert (zone["canonical"], zone["countries"]) == ("Europe/Lisbon", ["PT"])


def test_a_link_says_what_it_stands_for(client: Client) -> None:
    zone = client.time("/v1/zones/asia/calcutta")
    assert (zone["timezone"], zone["canonical"], zone["countries"]) == ("Asia/Calcutta", "Asia/Kolkata", ["IN"])


def test_a_zone_without_changes_or_country_has_none(client: Client) -> None:
    zone = client.time("/v1/zones/Etc/UTC")
    assert zone["previous_transition"] is zone["next_transition"] is zone["coordinates"] is zone["comment"] is None
    assert zone["countries"] == []


@pytest.mark.parametrize("path", ["/v1/zones/Europe/Lisbn", "/v1/zones/lisbon", "/v1/zones/../../x", "/v1/zones/%00"])
def test_an_unknown_zone_is_not_found(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.json["type"]) == (404, "urn:citytime:problem:unknown-zone")


def test_a_misspelt_zone_has_suggestions(client: Client) -> None:
    assert "Europe/Lisbon" in client.get("/v1/zones/Europe/Lisbn").json["suggestions"]


# -- convert ----------------------------------------------------------------------------------------------------------


def test_one_moment_on_several_clocks(client: Client) -> None:
    facts = client.time(
        "/v1/convert", **{"from": "lisbon", "to": ["tokyo", "new york", "UTC"], "at": "2026-07-01T09:00"}
    )
    assert facts["instant"] == "2026-07-01T08:00:00+00:00"
    assert facts["from"]["local_time"] == "2026-07-01T09:00:00+01:00"
    assert facts["from"]["reading"]["kind"] == "unique"
    assert [place["local_time"] for place in facts["to"]] == [
        "2026-07-01T17:00:00+09:00",
        "2026-07-01T04:00:00-04:00",
        "2026-07-01T08:00:00+00:00",
    ]
    assert len({datetime.fromisoformat(place["local_time"]) for place in (facts["from"], *facts["to"])}) == 1


def test_a_moment_with_an_offset_is_nobodys_reading(client: Client) -> None:
    facts = client.time("/v1/convert", **{"from": "lisbon", "to": "tokyo", "at": "2026-07-01T09:00Z"})
    assert facts["from"]["local_time"] == "2026-07-01T10:00:00+01:00"
    assert "reading" not in facts["from"]


def test_a_gap_is_told(client: Client) -> None:
    facts = client.time("/v1/convert", **{"from": "Europe/Lisbon", "to": "UTC", "at": "2026-03-29T01:30"})
    reading = facts["from"]["reading"]
    assert (reading["kind"], facts["from"]["local_time"]) == ("gap", "2026-03-29T02:30:00+01:00")
    assert "skips" in reading["explanation"]
    assert facts["to"][0]["local_time"] == facts["instant"] == "2026-03-29T01:30:00+00:00"


def test_an_overlap_is_told_with_its_second_moment(client: Client) -> None:
    facts = client.time("/v1/convert", **{"from": "Europe/Lisbon", "to": "UTC", "at": "2026-10-25T01:30"})
    reading = facts["from"]["reading"]
    assert (reading["kind"], reading["instant"], reading["later"]) == (
        "overlap",
        "2026-10-25T00:30:00+00:00",
        "2026-10-25T01:30:00+00:00",
    )
    assert "twice" in reading["explanation"]
    assert facts["to"][0]["local_time"] == "2026-10-25T00:30:00+00:00"


def test_text_says_gap_and_overlap(client: Client) -> None:
    for at, kind in (("2026-03-29T01:30", "gap"), ("2026-10-25T01:30", "overlap")):
        answer = client.get("/v1/convert", **{"from": "lisbon", "to": "tokyo", "at": at, "format": "text"})
        assert f" · {kind} · " in answer.text.splitlines()[0]
        assert len(answer.text.splitlines()) == 2


def test_without_a_moment_it_is_now(client: Client) -> None:
    facts = client.time("/v1/convert", **{"from": "38.72,-9.14", "to": "iata:HND"})
    moments = {datetime.fromisoformat(one["local_time"]) for one in (facts["from"], facts["to"][0])}
    assert moments == {datetime.fromisoformat(facts["instant"])}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"to": "tokyo"}, 400, "from"),
        ({"from": "lisbon"}, 400, "to"),
        ({"from": "lisbon", "to": ""}, 400, "to"),
        ({"from": "lisbon", "to": ["tokyo", "nirgendwoxyz"]}, 404, "nirgendwoxyz"),
        ({"from": "lisbon", "to": "springfield", "strict": "true"}, 300, "springfield"),
        ({"from": "lisbon", "to": "tokyo", "at": "9999-12-31T23:59Z"}, 400, "9999"),
        ({"from": "lisbon", "to": "tokyo", "at": "noon"}, 400, "noon"),
    ],
)
def test_what_cannot_be_converted_is_told(client: Client, query: dict[str, object], status: int, said: str) -> None:
    answer = client.get("/v1/convert", **query)
    assert answer.status == status
    assert said in answer.json["detail"]

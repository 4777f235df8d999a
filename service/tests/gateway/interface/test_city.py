"""`GET /{city}`: what a path is read as, and what it answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway.interface.client import Client
from tests.timezones.reference import reference


def test_a_city_has_all_its_facts(client: Client) -> None:
    facts = client.time("/lisbon")
    assert list(facts) == [
        "query",
        "place",
        "timezone",
        "local_time",
        "utc_offset",
        "abbreviation",
        "dst",
        "next_transition",
        "match",
        "alternatives",
        "data",
    ]
    place = facts["place"]
    assert facts["query"] == "lisbon"
    assert (place["id"], place["name"], place["country"]) == ("geonames:2267057", "Lisbon", "Portugal")
    assert place["population"] > 500_000
    assert abs(place["latitude"] - 38.72) < 0.1
    assert facts["timezone"] == place["timezone"] == "Europe/Lisbon"
    assert facts["match"]["kind"] == "exact"
    assert set(facts["data"]) == {"tzdata", "boundaries", "gazetteer"}


@pytest.mark.parametrize("city", ["lisbon", "tokyo", "st-johns", "kathmandu", "lord howe island"])
def test_the_local_time_is_what_the_zone_says(client: Client, city: str) -> None:
    facts = client.time(f"/{city}")
    told = datetime.fromisoformat(facts["local_time"])
    right = datetime.now(reference(facts["timezone"]))
    assert abs(told - right) < timedelta(seconds=5)
    assert told.utcoffset() == right.utcoffset()
    assert facts["dst"] == bool(right.dst())
    assert facts["utc_offset"] == facts["local_time"][-6:]


# -- 1. zones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "zone"),
    [
        ("/Europe/Lisbon", "Europe/Lisbon"),
        ("/europe/LISBON", "Europe/Lisbon"),
        ("/Europe%2FLisbon", "Europe/Lisbon"),
        ("/Europe/Lisbon/", "Europe/Lisbon"),
        ("/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/america/argentina/buenos-aires", "America/Argentina/Buenos_Aires"),
        ("/America/New%20York", "America/New_York"),
        ("/America/Port-au-Prince", "America/Port-au-Prince"),
        ("/Etc/GMT+5", "Etc/GMT+5"),
        ("/Etc/GMT-5", "Etc/GMT-5"),
        ("/US/Pacific", "US/Pacific"),
        ("/UTC", "UTC"),
    ],
)
def test_a_zone_comes_first(client: Client, path: str, zone: str) -> None:
    facts = client.time(path)
    assert (facts["timezone"], facts["place"]) == (zone, None)
    assert facts["match"] == {"kind": "zone", "score": 1.0, "source": "tzdata"}


def test_a_zone_of_one_word_is_the_place_of_that_name(client: Client) -> None:
    facts = client.time("/singapore")
    assert facts["timezone"] == "Asia/Singapore"
    assert facts["place"]["name"] == "Singapore"


def test_a_misspelt_zone_has_suggestions(client: Client) -> None:
    answer = client.get("/Europe/Lisbn")
    assert answer.status == 404
    assert answer.json["type"] == "urn:citytime:problem:unknown-zone"
    assert "Europe/Lisbon" in answer.json["suggestions"]


# -- 2. coordinates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "zone", "near"),
    [
        ("/38.72,-9.14", "Europe/Lisbon", "Lisbon"),
        ("/38.72,%20-9.14", "Europe/Lisbon", "Lisbon"),
        ("/+38.72,-9.14", "Europe/Lisbon", "Lisbon"),
        ("/-33.87,151.21", "Australia/Sydney", "Sydney"),
        ("/35.68,139.69", "Asia/Tokyo", "Tokyo"),
    ],
)
def test_coordinates_are_latitude_first(client: Client, path: str, zone: str, near: str) -> None:
    facts = client.time(path)
    assert facts["timezone"] == zone
    assert facts["match"] == {"kind": "coordinates", "score": 1.0, "source": "boundaries"}
    assert facts["place"]["distance_km"] < 10
    assert near in {place["name"] for place in (facts["place"], *facts["alternatives"])}
    assert set(facts["coordinates"]) == {"latitude", "longitude"}


def test_coordinates_at_sea_have_a_nautical_zone(client: Client) -> None:
    facts = client.time("/0,-140")
    assert facts["timezone"] == "Etc/GMT+9"
    assert facts["place"]["distance_km"] > 100


@pytest.mark.parametrize("path", ["/91,0", "/0,181", "/999999999999999,1", "/-90.1,5"])
def test_coordinates_off_the_earth_are_refused(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 400
    assert answer.json["parameter"] == "coordinates"
    assert "must be a number from" in answer.json["detail"]


# -- 3. codes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("iata:LIS", "Europe/Lisbon"),
        ("IATA:lis", "Europe/Lisbon"),
        ("iata%3ALIS", "Europe/Lisbon"),
        ("geonames:2267057", "Europe/Lisbon"),
        ("country:PT", "Europe/Lisbon"),
        ("region:US.TX", "America/Chicago"),
    ],
)
def test_a_typed_code_names_one_place(client: Client, code: str, zone: str) -> None:
    facts = client.time(f"/{code}")
    assert (facts["timezone"], facts["match"]["kind"], facts["match"]["score"]) == (zone, "code", 1.0)


@pytest.mark.parametrize("code", ["iata:QQQ", "geonames:99999999999", "geonames:x", "country:XX"])
def test_a_code_of_nothing_is_not_found(client: Client, code: str) -> None:
    answer = client.get(f"/{code}")
    assert (answer.status, answer.json["type"]) == (404, "urn:citytime:problem:unknown-place")


# -- 4. names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/sao-paulo",
        "/sao_paulo",
        "/sao+paulo",
        "/sao%20paulo",
        "/SaoPaulo",
        "/S%C3%A3o%20Paulo",
        "/Sa%CC%83o%20Paulo",  # decomposed
        "/são paulo",
        "/SÃO PAULO",
        "/ sao paulo ",
        "/sao.paulo",
    ],
)
def test_spelling_habits_do_not_matter(client: Client, path: str) -> None:
    assert client.time(path)["place"]["id"] == "geonames:3448439"


@pytest.mark.parametrize("path", ["/st-johns", "/St. John's", "/st john’s", "/st%20johns", "/saint johns"])
def test_dots_and_apostrophes_do_not_matter(client: Client, path: str) -> None:
    assert "John" in client.time(path)["place"]["name"]


@pytest.mark.parametrize(
    ("path", "zone"),
    [
        ("/東京", "Asia/Tokyo"),
        ("/京都", "Asia/Tokyo"),
        ("/Москва", "Europe/Moscow"),
        ("/موسكو", "Europe/Moscow"),
        ("/Αθήνα", "Europe/Athens"),
        ("/ירושלים", "Asia/Jerusalem"),
        ("/서울", "Asia/Seoul"),
        ("/bombay", "Asia/Kolkata"),
        ("/saigon", "Asia/Ho_Chi_Minh"),
        ("/kiev", "Europe/Kyiv"),
    ],
)
def test_names_of_any_script_and_time(client: Client, path: str, zone: str) -> None:
    assert client.time(path)["timezone"] == zone


@pytest.mark.parametrize(
    ("path", "region", "country"),
    [
        ("/paris", "Île-de-France", "FR"),
        ("/paris,texas", "Texas", "US"),
        ("/Paris, Texas", "Texas", "US"),
        ("/paris,tx,us", "Texas", "US"),
        ("/paris%2Ctexas", "Texas", "US"),
        ("/paris texas", "Texas", "US"),
        ("/london,ca", "Ontario", "CA"),
        ("/london,ontario", "Ontario", "CA"),
        ("/springfield,il,us", "Illinois", "US"),
    ],
)
def test_qualifiers_choose(client: Client, path: str, region: str, country: str) -> None:
    place = client.time(path)["place"]
    assert (place["region"], place["country_code"]) == (region, country)


def test_a_misspelling_is_marked_as_one(client: Client) -> None:
    facts = client.time("/lisbn")
    assert facts["place"]["name"] == "Lisbon"
    assert facts["match"]["kind"] == "fuzzy"
    assert facts["match"]["score"] < 1


def test_an_ambiguous_name_has_alternatives_that_can_be_asked_for(client: Client) -> None:
    facts = client.time("/springfield")
    assert len(facts["alternatives"]) == 10
    ids = [facts["place"]["id"], *(place["id"] for place in facts["alternatives"])]
    assert len(set(ids)) == 11
    for place in facts["alternatives"][:3]:
        assert client.time(f"/{place['id']}")["timezone"] == place["timezone"]


def test_an_unknown_name_has_suggestions(client: Client) -> None:
    answer = client.get("/lissabonnn-am-see-qq")
    assert answer.status == 404
    assert answer.json["type"] == "urn:citytime:problem:unknown-place"
    assert isinstance(answer.json["suggestions"], list)


@pytest.mark.parametrize("path", ["/%20", "/%09", "/%E3%80%80"])
def test_a_blank_name_is_refused(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.json["parameter"]) == (400, "city")


@pytest.mark.parametrize(
    "path", ["/---", "/.", "/..", "/'", "/%00", "/%E2%80%8B", "/%F0%9F%8C%8D", "/%FF%FE", "/%C0%AF"]
)
def test_a_name_of_no_letters_is_unknown(client: Client, path: str) -> None:
    assert client.get(path).status == 404


def test_a_name_is_at_most_200_characters_of_any_script(client: Client) -> None:
    assert client.get("/" + "東" * 200).status == 404
    answer = client.get("/" + "東" * 201)
    assert (answer.status, answer.json["parameter"]) == (400, "city")


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/lisbon", "/V1/x", "/docs/x", "/static/x", "/homersimpson/x", "/openapi.json/x", "//", "/%2F"]
)
def test_reserved_segments_are_no_cities(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.json["type"]) == (404, "urn:citytime:problem:not-found")


def test_a_name_that_collides_with_a_route_is_found_by_the_other(client: Client) -> None:
    facts = client.time("/v1/time", city="docs")
    assert facts["query"] == "docs"
    assert client.time("/v1/time", city="Europe/Lisbon")["timezone"] == "Europe/Lisbon"
    assert client.time("/v1/time", city="Etc/GMT+5")["timezone"] == "Etc/GMT+5"
    assert client.request("GET", "/v1/time?city=Etc/GMT+5").json["timezone"] == "Etc/GMT+5"
    assert client.request("GET", "/v1/time?city=s%C3%A3o+paulo").json["place"]["id"] == "geonames:3448439"


def test_the_second_answer_is_the_first_but_for_the_time(client: Client) -> None:
    first, second = (client.time("/reykjavik", limit=4) for _ in range(2))
    started = datetime.fromisoformat(first.pop("local_time"))
    assert timedelta() <= datetime.fromisoformat(second.pop("local_time")) - started < timedelta(seconds=5)
    assert first == second
    assert abs(datetime.now(UTC) - started) < timedelta(seconds=5)

from __future__ import annotations

import inspect

import pytest
from geopy.geocoders import SERVICE_TO_GEOCODER, GoogleV3, Nominatim, OpenCage, Photon, TomTom
from hypothesis import example, given
from hypothesis import strategies as st

from citytime.domain import PlaceQuery, Point
from citytime.geocoder.question import LIMIT, arguments, country_code, normalise

texts = st.text(st.characters() | st.characters(categories=["Cs", "Cc"]))


def nominatim(query: PlaceQuery) -> dict[str, object]:
    return arguments("nominatim", Nominatim.geocode, normalise(query))


def test_a_text_loses_what_stands_for_spaces() -> None:
    assert normalise(PlaceQuery("  new_york+city \t usa")).text == "new york city usa"


def test_a_text_keeps_its_letters_hyphens_and_commas() -> None:
    assert normalise(PlaceQuery("São Tomé-de-X, PT")).text == "São Tomé-de-X, PT"


def test_a_position_is_rounded_so_that_it_tells_little() -> None:
    assert normalise(PlaceQuery("x", near=Point(38.7223, -9.1393))).near == Point(38.7, -9.1)


@pytest.mark.parametrize("lang", ["pt", "pt-BR", "zh-Hant-TW"])
def test_a_language_tag_passes(lang: str) -> None:
    assert normalise(PlaceQuery("x", lang=lang)).lang == lang


@pytest.mark.parametrize("lang", ["", "p", "pt_BR", "en;q=1", "x" * 40, "pt\r\nX: y"])
def test_what_is_no_language_tag_does_not(lang: str) -> None:
    assert normalise(PlaceQuery("x", lang=lang)).lang is None


@pytest.mark.parametrize(
    ("country", "code"), [("PT", "PT"), ("us", "US"), ("uk", "GB"), ("PRT", None), ("Portugal", None), (None, None)]
)
def test_only_alpha_2_codes_are_codes(country: str | None, code: str | None) -> None:
    assert country_code(normalise(PlaceQuery("x", country=country))) == code


@given(text=texts, country=texts, lang=texts)
@example(text="lis\udcffbon", country="\ud800", lang="\ud800")
def test_whatever_is_asked_can_be_sent_and_normalising_twice_changes_nothing(
    text: str, country: str, lang: str
) -> None:
    query = normalise(PlaceQuery(text, country=country, lang=lang))
    f"{query.text}{query.country}{query.lang}".encode()
    assert normalise(query) == query


def test_nominatim_is_asked_for_all_that_it_can_do() -> None:
    asked = nominatim(PlaceQuery("lisbon", near=Point(38.72, -9.14), country="PT", lang="pt"))
    assert asked == {
        "query": "lisbon",
        "exactly_one": False,
        "language": "pt",
        "limit": LIMIT,
        "addressdetails": True,
        "country_codes": "pt",
        "viewbox": [(37.7, pytest.approx(-10.1)), (39.7, pytest.approx(-8.1))],
    }


def test_names_come_in_english_unless_told_otherwise() -> None:
    assert nominatim(PlaceQuery("lisbon"))["language"] == "en"


def test_the_box_around_a_position_stays_on_the_map() -> None:
    assert nominatim(PlaceQuery("x", near=Point(-89.96, 179.96)))["viewbox"] == [(-90.0, 179.0), (-89.0, 180.0)]


def test_a_country_that_is_no_code_is_said_in_the_text() -> None:
    asked = nominatim(PlaceQuery("paris", country="France"))
    assert asked["query"] == "paris, France"
    assert "country_codes" not in asked


def test_a_country_is_said_as_each_service_wants_it() -> None:
    query = normalise(PlaceQuery("paris", country="FR"))
    assert arguments("google", GoogleV3.geocode, query)["components"] == {"country": "fr"}
    assert arguments("opencage", OpenCage.geocode, query)["country"] == "fr"
    assert arguments("tomtom", TomTom.geocode, query)["query"] == "paris, fr"


@pytest.mark.parametrize(("lang", "sent"), [("de-AT", "de"), ("pt", "en"), (None, "en"), ("FR", "fr")])
def test_photon_is_asked_only_in_languages_that_it_has(lang: str | None, sent: str) -> None:
    asked = arguments("photon", Photon.geocode, normalise(PlaceQuery("x", lang=lang, near=Point(1.0, 2.0))))
    assert asked["language"] == sent
    assert asked["location_bias"] == (1.0, 2.0)


@pytest.mark.parametrize("service", sorted(SERVICE_TO_GEOCODER))
def test_every_service_is_asked_only_what_it_takes(service: str) -> None:
    geocode = SERVICE_TO_GEOCODER[service].geocode
    query = normalise(PlaceQuery("x", near=Point(1.0, 2.0), country="FR", lang="fr"))
    inspect.signature(geocode).bind("self", **arguments(service, geocode, query), timeout=1.0)

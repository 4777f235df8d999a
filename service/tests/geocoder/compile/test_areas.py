"""Areas: countries, regions and what zones are named for; capitals; and what may qualify a name."""

from __future__ import annotations

import pytest

from citytime.domain import PlaceKind, Point, Zone
from citytime.geocoder.compile.areas import (
    AREA_PROMINENCE,
    country_places,
    mark_capitals,
    qualifiers,
    region_places,
    zone_places,
)
from citytime.geocoder.compile.records import Country, Source, SourcePlace
from citytime.geocoder.ranking import NameKind

PT = Country("PT", "PRT", "Portugal", "Lisbon", 10_000_000)
CL = Country("CL", "CHL", "Chile", "Santiago", 18_000_000)
AQ = Country("AQ", "ATA", "Antarctica", "", 0)


def city(name: str, population: int, region: str = "PT.14", zone: str = "Europe/Lisbon", *names: str) -> SourcePlace:
    made = SourcePlace(hash(name) % 10**6 + 1, name, 38.7, -9.1, region[:2], region, population, zone=zone)
    for other in names:
        made.call(other, NameKind.ALTERNATE)
    return made


def source(*places: SourcePlace) -> Source:
    regions = {"PT.14": "Lisbon", "PT.23": "Azores", "PT.11": "Minho"}
    return Source(list(places), regions, {"PT": PT, "CL": CL, "AQ": AQ}, "test")


# -- capitals --------------------------------------------------------------------------------------------------------


def test_the_capital_is_the_largest_place_of_its_name() -> None:
    places = [city("Lisbon", 500), city("Lisbon", 500_000), city("Porto", 900_000)]
    mark_capitals(source(*places))
    assert [place.capital for place in places] == [False, True, False]


def test_its_own_name_makes_a_place_the_capital_before_another_name() -> None:
    places = [city("Greater Lisbon", 2_000_000, "PT.14", "Europe/Lisbon", "Lisbon"), city("Lisbon", 500_000)]
    mark_capitals(source(*places))
    assert [place.capital for place in places] == [False, True]


def test_another_name_will_do_where_there_is_no_better() -> None:
    places = [city("Lisboa", 500_000, "PT.14", "Europe/Lisbon", "Lisbon"), city("Porto", 900_000)]
    mark_capitals(source(*places))
    assert [place.capital for place in places] == [True, False]


def test_the_sources_own_mark_is_believed() -> None:
    places = [city("Lisbon", 500_000), city("Guimarães", 50_000)]
    places[1].capital = True
    mark_capitals(source(*places))
    assert [place.capital for place in places] == [False, True]


# -- countries and regions -------------------------------------------------------------------------------------------


def test_a_country_stands_at_its_capital_with_its_names_in_all_languages() -> None:
    lisbon, porto = city("Lisbon", 500_000), city("Porto", 900_000)
    lisbon.capital = True
    labels = {"PT": {"en": "Portugal", "ar": "البرتغال", "fi": "Portugali"}}
    (portugal,) = country_places(source(lisbon, porto), labels)
    assert (portugal.code, portugal.kind, portugal.population) == ("country:PT", PlaceKind.COUNTRY, PT.population)
    assert (portugal.latitude, portugal.zone) == (lisbon.latitude, "Europe/Lisbon")
    assert portugal.names["portugal"] is NameKind.PRIMARY
    assert portugal.names["البرتغال"] is NameKind.OFFICIAL
    assert portugal.names["portugali"] is NameKind.ALTERNATE  # in one language only
    assert portugal.names["prt"] is NameKind.CODE
    assert portugal.labels == labels["PT"]


def test_a_region_stands_at_its_largest_place_unless_that_has_its_name() -> None:
    places = [city("Lisbon", 500_000), city("Ponta Delgada", 20_000, "PT.23"), city("Angra", 9_000, "PT.23")]
    (azores,) = region_places(source(*places))
    assert (azores.name, azores.code, azores.kind) == ("Azores", "region:PT.23", PlaceKind.REGION)
    assert (azores.population, azores.prominence, azores.region) == (0, 20_000, "PT.23")


# -- zones -----------------------------------------------------------------------------------------------------------

LISBON = Zone("Europe/Lisbon", "Europe/Lisbon", ("PT",), Point(38.7, -9.1), None)
EASTER = Zone("Pacific/Easter", "Pacific/Easter", ("CL",), Point(-27.15, -109.43), None)
CASEY = Zone("Antarctica/Casey", "Antarctica/Casey", ("AQ",), Point(-66.3, 110.5), None)
NAMES = {
    "Europe/Lisbon": {"en": "Lisbon", "ru": "Лиссабон"},
    "Pacific/Easter": {"en": "Easter Island", "ru": "о-в Пасхи"},
}


def test_a_zones_names_go_to_the_largest_city_of_that_name_in_the_zone() -> None:
    small, large, abroad = (
        city("Lisbon", 900),
        city("Lisbon", 500_000),
        city("Lisbon", 10**6, "US.OH", "America/New_York"),
    )
    assert zone_places(source(small, large, abroad), [], NAMES, [LISBON]) == []
    assert large.names["лиссабон"] is NameKind.OFFICIAL
    assert large.labels["ru"] == "Лиссабон"
    assert "лиссабон" not in small.names | abroad.names


def test_names_that_the_source_has_for_display_stay() -> None:
    lisbon = city("Lisbon", 500_000)
    lisbon.labels["ru"] = "Лисабон"
    zone_places(source(lisbon), [], NAMES, [LISBON])
    assert lisbon.labels["ru"] == "Лисабон"


def test_a_city_called_so_comes_before_its_region_but_after_a_larger_country() -> None:
    york = Zone("Europe/Minho", "Europe/Lisbon", ("PT",), Point(41, -8), None)
    braga = city("Braga", 100_000, "PT.11", "Europe/Lisbon", "Minho")
    (minho,) = region_places(source(braga))
    zone_places(source(braga), [minho], {"Europe/Minho": {"ru": "Миньу"}}, [york])
    assert "миньу" in braga.names
    portugal = country_places(source(braga), {})[0]
    called = city("Porto", 100_000, "PT.11", "Europe/Lisbon", "Portugal")
    zone = Zone("Portugal", "Europe/Lisbon", ("PT",), Point(41, -8), None)
    zone_places(source(called), [portugal], {"Portugal": {"ru": "Португалия"}}, [zone])
    assert "португалия" in portugal.names


def test_a_zone_named_for_no_place_is_an_area_of_its_own() -> None:
    (easter,) = zone_places(source(city("Santiago", 10**6, "CL.12", "America/Santiago")), [], NAMES, [EASTER])
    assert (easter.name, easter.code, easter.kind, easter.zone) == (
        "Easter Island",
        "zone:Pacific/Easter",
        PlaceKind.AREA,
        "Pacific/Easter",
    )
    assert (easter.latitude, easter.longitude, easter.country) == (-27.15, -109.43, "CL")
    assert easter.names["easter"] is easter.names["о в пасхи"] is NameKind.OFFICIAL
    assert easter.prominence == AREA_PROMINENCE


def test_where_nobody_lives_an_area_has_no_prominence() -> None:
    (casey,) = zone_places(source(), [], {}, [CASEY])
    assert (casey.name, casey.prominence) == ("Casey", 0)


# -- qualifiers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        ("pt", "PT", None),
        ("prt", "PT", None),
        ("portugal", "PT", None),
        ("البرتغال", "PT", None),
        ("azores", "PT", "PT.23"),
    ],
)
def test_countries_and_regions_qualify_by_names_and_codes(entry: tuple[str, str, str | None]) -> None:
    assert entry in qualifiers(source(), {"PT": {"ar": "البرتغال"}})


def test_numbers_of_regions_do_not_qualify_but_letters_do() -> None:
    found = qualifiers(Source([], {"PT.23": "Azores", "US.TX": "Texas", "AU.02": "New South Wales"}, {}, ""), {})
    keys = {key for key, *_ in found}
    assert {"tx", "texas", "nsw", "newsouthwales"} <= keys
    assert not {"23", "02", ""} & keys

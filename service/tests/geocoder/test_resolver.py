"""Resolving: names to the places that people mean, and no error for any text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import MatchKind, Place, PlaceKind, PlaceQuery, Point
from citytime.errors import InvalidInput, UnknownPlace
from citytime.geocoder.answer import describe
from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.resolver import Resolver


@pytest.fixture(scope="module")
def resolver(small_gazetteer: Path) -> Iterator[Resolver]:
    with closing(Gazetteer(small_gazetteer)) as gazetteer:
        yield Resolver(gazetteer)


def best(resolver: Resolver, text: str, **options: object) -> str | None:
    found = resolver.resolve(PlaceQuery(text, **options))  # type: ignore[arg-type]
    return None if found is None else describe(found.best.place)


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lisbon", 2267057),
        ("LISBOA", 2267057),
        ("Лиссабон", 2267057),
        ("sao-paulo", 3448439),
        ("saopaulo", 3448439),
        ("São Paulo", 3448439),
        ("covilha", 2740313),
        ("東京", 1850147),
        ("Москва", 524901),
        ("موسكو", 524901),
        ("ıstanbul", 745044),
        ("münchen", 2867714),
        ("munchen", 2867714),
        ("bombay", 1275339),
        ("kiev", 703448),
        ("ürümqi", 1529102),
        ("urumqi", 1529102),
        ("new york", 5128581),
        ("nyc", 5128581),
        ("st petersburg", 498817),
        ("saint petersburg", 498817),
        ("stpetersburg", 498817),
        ("washington, d.c.", 4140963),
        ("washington dc", 4140963),
        ("den haag", 2747373),
        ("ciudad de mexico", 3530597),
    ],
)
def test_a_name_in_any_spelling_and_script_is_its_place(resolver: Resolver, text: str, key: int) -> None:
    found = resolver.resolve(PlaceQuery(text))
    assert found is not None
    assert found.best.place.id == f"geonames:{key}"


@pytest.mark.parametrize(
    ("text", "key"),
    [("paris", 2988507), ("islamabad", 1176615), ("dili", 1645457), ("adamstown", 4030723), ("moscow", 524901)],
)
def test_capitals_and_own_names_win_over_larger_places(resolver: Resolver, text: str, key: int) -> None:
    found = resolver.resolve(PlaceQuery(text))
    assert found is not None
    assert found.best.place.id == f"geonames:{key}"
    assert f"geonames:{key}" not in {candidate.place.id for candidate in found.alternatives}


@pytest.mark.parametrize(
    ("text", "name", "zone", "kind"),
    [
        ("azores", "Azores", "Atlantic/Azores", PlaceKind.REGION),
        ("Азорские о-ва", "Azores", "Atlantic/Azores", PlaceKind.REGION),
        ("madeira", "Madeira", "Atlantic/Madeira", PlaceKind.REGION),
        ("kamchatka", "Kamchatka", "Asia/Kamchatka", PlaceKind.REGION),
        ("maldives", "Maldives", "Indian/Maldives", PlaceKind.COUNTRY),
        ("puerto rico", "Puerto Rico", "America/Puerto_Rico", PlaceKind.COUNTRY),
        ("easter island", "Easter Island", "Pacific/Easter", PlaceKind.AREA),
        ("pohnpei", "Pohnpei", "Pacific/Pohnpei", PlaceKind.AREA),
        ("usa", "United States", "America/New_York", PlaceKind.COUNTRY),
        ("jfk", "John F Kennedy International Airport", "America/New_York", PlaceKind.AIRPORT),
    ],
)
def test_areas_and_airports_are_places_too(
    resolver: Resolver, text: str, name: str, zone: str, kind: PlaceKind
) -> None:
    found = resolver.resolve(PlaceQuery(text))
    assert found is not None
    place = found.best.place
    assert (place.name, place.timezone, place.kind) == (name, zone, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lisbon", MatchKind.EXACT),
        ("lisboa", MatchKind.ALTERNATE),
        ("lon", MatchKind.CODE),
        ("iata:LIS", MatchKind.CODE),
    ],
)
def test_a_match_says_why(resolver: Resolver, text: str, kind: MatchKind) -> None:
    found = resolver.resolve(PlaceQuery(text))
    assert found is not None
    assert found.best.match.kind is kind


# -- which of several ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "paris,texas",
        "paris texas",
        "Paris, TX",
        "paris, tx, us",
        "paris, us, texas",
        "texas paris",
        "paris, usa",
        "paris, United States",
        "paris états-unis",
        "usa, texas, paris",
        "paris;texas",
    ],
)
def test_qualifiers_in_any_order_say_which(resolver: Resolver, text: str) -> None:
    assert best(resolver, text) == "Paris, Texas, United States"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("london, ca", "London, Ontario, Canada"),
        ("london ontario", "London, Ontario, Canada"),
        ("springfield,il,us", "Springfield, Illinois, United States"),
        ("athens georgia", "Athens, Georgia, United States"),
        ("lisbon, portugal", "Lisbon, Portugal"),
        ("portugal, lisbon", "Lisbon, Portugal"),
        ("san jose philippines", "San Jose, Philippines"),
    ],
)
def test_countries_and_regions_qualify_by_names_and_codes(resolver: Resolver, text: str, expected: str) -> None:
    assert best(resolver, text) == expected


def test_a_region_of_another_country_does_not(resolver: Resolver) -> None:
    assert resolver.resolve(PlaceQuery("lisbon, texas, france")) is None
    assert resolver.resolve(PlaceQuery("lisbon, atlantis")) is None


@pytest.mark.parametrize("country", ["US", "us", "USA", "United States", "america", "Vereinigte Staaten"])
def test_a_country_may_be_given_by_any_name(resolver: Resolver, country: str) -> None:
    assert best(resolver, "paris", country=country) == "Paris, Texas, United States"


@pytest.mark.parametrize("country", ["atlantis", "", "texas", "\ud800", "x" * 10_000])
def test_a_country_that_is_none_is_an_error(resolver: Resolver, country: str) -> None:
    with pytest.raises(InvalidInput, match="no country is called") as caught:
        resolver.resolve(PlaceQuery("paris", country=country))
    assert caught.value.parameter == "country"
    assert len(str(caught.value)) < 200


def test_right_beside_a_small_namesake_it_is_the_one_meant(resolver: Resolver) -> None:
    beside = PlaceQuery("paris", near=Point(33.66, -95.56))
    found = resolver.resolve(beside)
    assert found is not None
    assert describe(found.best.place) == "Paris, Texas, United States"


def test_a_name_shorter_than_the_text_does_not_begin_with_it(resolver: Resolver) -> None:
    assert all(candidate.match.score <= 1 for candidate in resolver.search(PlaceQuery("pari p")))


def test_near_steers_the_choice_and_gives_distances(resolver: Resolver) -> None:
    found = resolver.resolve(PlaceQuery("springfield", near=Point(44, -123)))
    assert found is not None
    assert found.best.place.timezone == "America/Los_Angeles"
    distances = [found.best.distance_km, *(candidate.distance_km for candidate in found.alternatives)]
    assert None not in distances
    assert distances[0] == min(distances)  # type: ignore[type-var]


def test_the_others_are_named_and_a_close_call_is_said_to_be_one(resolver: Resolver) -> None:
    springfield = resolver.resolve(PlaceQuery("springfield"))
    assert springfield is not None
    assert springfield.ambiguous
    assert len({candidate.place.id for candidate in springfield.alternatives}) == len(springfield.alternatives) >= 4
    lisbon = resolver.resolve(PlaceQuery("lisbon"))
    assert lisbon is not None
    assert not lisbon.ambiguous


def test_a_limit_changes_neither_the_best_nor_the_order(resolver: Resolver) -> None:
    full = resolver.resolve(PlaceQuery("springfield", limit=10))
    short = resolver.resolve(PlaceQuery("springfield", limit=2))
    assert full is not None
    assert short is not None
    assert short.best == full.best
    assert short.alternatives == full.alternatives[:2]
    assert short.ambiguous == full.ambiguous


# -- codes and ids ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["iata:ZZZ", "geonames:1", "geonames:x", "country:XX", "zone:Mars/Olympus"])
def test_a_code_that_nothing_has_is_unknown_not_guessed_at(resolver: Resolver, code: str) -> None:
    with pytest.raises(UnknownPlace, match="no place has the id"):
        resolver.resolve(PlaceQuery(code))


@pytest.mark.parametrize("place_id", ["", "lisbon", "iata:\ud800", "geonames:\x00", "country:é", "x" * 10_000])
def test_what_is_no_id_has_no_place(resolver: Resolver, place_id: str) -> None:
    with pytest.raises(UnknownPlace, match="ids look like") as caught:
        resolver.place(place_id)
    assert len(str(caught.value)) < 200


def test_every_answer_can_be_asked_for_by_its_id(resolver: Resolver) -> None:
    for text in ("lisbon", "azores", "easter island", "jfk", "texas", "portugal"):
        found = resolver.resolve(PlaceQuery(text))
        assert found is not None
        assert resolver.place(found.best.place.id) == found.best.place


def test_names_come_in_a_language(resolver: Resolver) -> None:
    assert resolver.place("geonames:2267057", "fr").name == "Lisbonne"
    assert best(resolver, "lisbon", lang="pt-BR") == "Lisboa, Lisbon, Portugal"
    assert resolver.nearest(Point(38.7, -9.1), 1, "de")[0].place.name == "Lissabon"


def test_the_nearest_come_with_their_distances(resolver: Resolver) -> None:
    found = resolver.nearest(Point(40.7, -74), 3)
    assert [candidate.place.name for candidate in found] == ["New York City", "Philadelphia", "Springfield"]
    assert {candidate.match.kind for candidate in found} == {MatchKind.COORDINATES}
    assert 1 < found[0].distance_km < 3 < found[1].distance_km  # type: ignore[operator]


# -- guesses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("lisbn", "Lisbon", MatchKind.FUZZY),
        ("lisb", "Lisbon", MatchKind.PREFIX),
        ("istnbul", "Istanbul", MatchKind.FUZZY),
        ("toyko", "Tokyo", MatchKind.FUZZY),
        ("new yrok", "New York City", MatchKind.FUZZY),
        ("philadelfia", "Philadelphia", MatchKind.FUZZY),
        ("springf", "Springfield", MatchKind.PREFIX),
        ("springf il", "Springfield", MatchKind.PREFIX),
        ("pariss texas", "Paris", MatchKind.FUZZY),
        ("londn, ontario", "London", MatchKind.FUZZY),
        ("Москав", "Moscow", MatchKind.FUZZY),
    ],
)
def test_a_misspelling_or_a_beginning_is_guessed_and_marked(
    resolver: Resolver, text: str, name: str, kind: MatchKind
) -> None:
    query = PlaceQuery(text)
    assert resolver.resolve(query) is None
    found = resolver.guess(query)
    assert found is not None
    assert (found.best.place.name, found.best.match.kind, found.ambiguous) == (name, kind, True)
    assert found.best.match.score < 1


@pytest.mark.parametrize("text", ["xyzzyqwerty", "zz", "", "!?", "qq", "ab\x00"])
def test_what_is_like_nothing_is_not_guessed(resolver: Resolver, text: str) -> None:
    assert resolver.guess(PlaceQuery(text)) is None


def test_a_guess_stays_within_the_country(resolver: Resolver) -> None:
    found = resolver.guess(PlaceQuery("londn", country="CA"))
    assert found is not None
    assert {candidate.place.country_code for candidate in (found.best, *found.alternatives)} == {"CA"}


# -- search ----------------------------------------------------------------------------------------------------------


def names(resolver: Resolver, text: str, limit: int = 5) -> list[str]:
    return [candidate.place.name for candidate in resolver.search(PlaceQuery(text, limit=limit))]


@pytest.mark.parametrize("text", ["l", "li", "lis", "lisb", "lisbo", "lisbon", "lisbonn", "лисс"])
def test_a_search_finds_the_place_with_each_letter_typed(resolver: Resolver, text: str) -> None:
    assert "Lisbon" in names(resolver, text, 10)


@pytest.mark.parametrize(
    ("text", "first"),
    [("lisb", "Lisbon"), ("paris, t", "Paris"), ("springfield il", "Springfield"), ("tokoy", "Tokyo")],
)
def test_the_likeliest_comes_first(resolver: Resolver, text: str, first: str) -> None:
    assert names(resolver, text)[0] == first


def test_a_search_gives_each_place_once_and_no_more_than_asked_for(resolver: Resolver) -> None:
    found = resolver.search(PlaceQuery("san", limit=7))
    assert len({candidate.place.id for candidate in found}) == len(found) == 7
    assert resolver.search(PlaceQuery("san", limit=0)) == []
    assert resolver.search(PlaceQuery("qxzqxzqxz")) == []


# -- unknown ---------------------------------------------------------------------------------------------------------


def test_an_unknown_name_comes_with_what_is_like_it(resolver: Resolver) -> None:
    error = resolver.unknown(PlaceQuery("lisbn"))
    assert str(error) == "no place is called 'lisbn'"
    assert error.suggestions[0] == "Lisbon, Portugal"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (PlaceQuery("lisbon, texas"), "'lisbon' is known, but not in 'texas'"),
        (PlaceQuery("lisbon, atlantis"), "'lisbon' is known, but no country or region is called 'atlantis'"),
        (PlaceQuery("lisbon", country="FR"), "'lisbon' is known, but not in 'FR'"),
    ],
)
def test_a_known_name_in_the_wrong_place_is_said_to_be_one(resolver: Resolver, query: PlaceQuery, message: str) -> None:
    error = resolver.unknown(query)
    assert str(error) == message
    assert error.suggestions[0] == "Lisbon, Portugal"


def test_an_error_does_not_repeat_a_long_text(resolver: Resolver) -> None:
    assert len(str(resolver.unknown(PlaceQuery("x" * 10_000)))) < 120


# -- any text --------------------------------------------------------------------------------------------------------

ANY = st.text(st.characters(codec=None))
PIECES = ["paris", "texas", "lisbn", "st", "東京", "MOСKВА", "iata:", "geonames:", "zone:", ",", " ", "-", "AND", "OR"]
PIECES += ["NOT", "NEAR(", ")", "text:", '"', "*", "^", "+", "\x00", "\ud800", "\u0301", "%", "_", "';--", "1e9"]
QUERYISH = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)

HOSTILE = [
    '"*^ AND NOT',
    "NEAR(a b, 2)",
    "text : lisbon",
    "\x00",
    "\ud800\udfff",
    "\U000e0001",
    "a" * 10_000,
    "a " * 5_000,
    "a, " * 3_000,
    "," * 10_000,
    "'" * 10_000,
    "\u0301" * 10_000,
    "st" * 5_000,
    "ﷺ" * 500,
    "東" * 10_000,
    "new york " * 1_000,
    "iata:" + "9" * 9_000,
]


def ask(ways: list[Callable[[PlaceQuery], object]], query: PlaceQuery) -> None:
    for way in ways:
        said: object = None
        try:
            said = way(query)
        except (UnknownPlace, InvalidInput) as error:
            said = error
        assert not isinstance(said, Exception) or len(str(said)) < 300


def all_ways(resolver: Resolver) -> list[Callable[[PlaceQuery], object]]:
    return [resolver.resolve, resolver.guess, resolver.search, resolver.unknown]


@given(
    st.one_of(ANY, QUERYISH),
    st.one_of(st.none(), ANY, st.sampled_from(["US", "portugal"])),
    st.one_of(st.none(), ANY, st.just("pt-BR")),
    st.one_of(st.none(), st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))),
)
def test_no_text_is_an_error_of_ours(
    resolver: Resolver, text: str, country: str | None, lang: str | None, near: Point | None
) -> None:
    ask(all_ways(resolver), PlaceQuery(text, near, country, lang))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_texts_are_answered_in_no_time(resolver: Resolver, text: str) -> None:
    started = time.thread_time()
    ask(all_ways(resolver), PlaceQuery(text))
    assert time.thread_time() - started < 0.5


@given(st.one_of(ANY, QUERYISH))
def test_what_is_found_is_whole(resolver: Resolver, text: str) -> None:
    for candidate in resolver.search(PlaceQuery(text)):
        place: Place = candidate.place
        assert 0 <= candidate.match.score <= 1
        assert place.id
        assert place.name
        assert "/" in place.timezone or place.timezone == "UTC"

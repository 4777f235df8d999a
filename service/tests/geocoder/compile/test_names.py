"""Gathering names: who has which, how they rank, and which are guessed at."""

from __future__ import annotations

import pytest

from citytime.domain import PlaceKind
from citytime.geocoder.compile.names import gather, guessed
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.ranking import NameKind


def place(
    key: int, name: str, *, importance: float = 5.0, population: int = 50_000, capital: bool = False, kind: str = "city"
) -> SourcePlace:
    made = SourcePlace(key, name, 0, 0, "XX", "", population, kind=PlaceKind(kind), capital=capital)
    made.importance = importance
    return made


def keys(term_bearers: list[tuple[float, int, int, NameKind]]) -> list[int]:
    return [key for *_, key, _ in sorted(term_bearers)]


def test_namesakes_share_a_term_the_likeliest_first() -> None:
    terms = gather([place(1, "Paris", importance=4), place(2, "PARIS", importance=9), place(3, "Páris", importance=6)])
    assert list(terms) == ["paris"]
    assert keys(terms["paris"].bearers) == [2, 3, 1]


def test_equals_rank_by_population_then_by_key() -> None:
    terms = gather([place(3, "X1"), place(1, "X1"), place(2, "X1", population=60_000)])
    assert keys(terms["x1"].bearers) == [2, 1, 3]


def test_the_term_is_written_as_its_likeliest_bearer_writes_it() -> None:
    terms = gather([place(1, "Newyork", importance=3), place(2, "New York", importance=9)])
    assert terms["newyork"].words == "new york"


def test_a_place_with_two_spellings_bears_the_name_once_by_the_stronger() -> None:
    city = place(1, "New York")
    city.call("Newyork", NameKind.ALTERNATE)
    city.call("Nuyork", NameKind.ALTERNATE)
    terms = gather([city])
    assert [bearer[-1] for bearer in terms["newyork"].bearers] == [NameKind.PRIMARY]
    assert [bearer[-1] for bearer in terms["nuyork"].bearers] == [NameKind.ALTERNATE]


def test_capitals_come_first_by_their_own_name() -> None:
    capital, large = place(1, "Dili", capital=True), place(2, "Delhi", importance=7.5)
    large.call("Dili", NameKind.ALTERNATE)
    assert keys(gather([capital, large])["dili"].bearers) == [1, 2]


def test_transcriptions_of_small_places_are_left_out() -> None:
    large, small = place(1, "A1"), place(2, "B1", population=900)
    for one in (large, small):
        one.call("lshbwnt", NameKind.ROMANISED)
    assert keys(gather([large, small])["lshbwnt"].bearers) == [1]


@pytest.mark.parametrize(
    ("population", "kind", "name", "expected"),
    [
        (500, "city", NameKind.PRIMARY, True),
        (4999, "city", NameKind.ALTERNATE, False),
        (5000, "city", NameKind.ALTERNATE, True),
        (0, "country", NameKind.OFFICIAL, True),
        (10**6, "city", NameKind.CODE, False),
        (10**6, "city", NameKind.ROMANISED, False),
    ],
)
def test_what_nobody_means_is_not_guessed_at(population: int, kind: str, name: NameKind, expected: bool) -> None:
    assert guessed(place(1, "X", population=population, kind=kind), name) is expected

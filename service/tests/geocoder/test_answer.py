"""Answers: what is made of scored hits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from citytime.domain import MatchKind, PlaceQuery, Point
from citytime.geocoder.answer import SOURCE, Scored, choose, describe, fallbacks, labelled, ranked
from citytime.geocoder.gazetteer import Gazetteer, Hit

LISBON, MOSCOW = 2267057, 524901
QUERY = PlaceQuery("x")


@pytest.fixture(scope="module")
def gazetteer(small_gazetteer: Path) -> Iterator[Gazetteer]:
    with closing(Gazetteer(small_gazetteer)) as opened:
        yield opened


def hits(gazetteer: Gazetteer, name: str) -> list[Hit]:
    return [hit for hit in gazetteer.called([name]) if hit.place_kind is None]


def scored(hit: Hit, weight: float, kind: MatchKind = MatchKind.EXACT, likeness: float = 1.0) -> Scored:
    return Scored(weight, hit, kind, likeness)


def test_a_place_is_there_once_by_its_best_name(gazetteer: Gazetteer) -> None:
    paris, other, *_ = hits(gazetteer, "paris")
    entries = ranked([scored(paris, 1, MatchKind.FUZZY), scored(other, 2), scored(paris, 3)], QUERY)
    assert [(entry.hit.key, entry.weight, entry.match) for entry in entries] == [
        (paris.key, 3, MatchKind.EXACT),
        (other.key, 2, MatchKind.EXACT),
    ]


def test_of_equal_weights_the_larger_place_comes_first(gazetteer: Gazetteer) -> None:
    springfields = hits(gazetteer, "springfield")
    entries = ranked([scored(hit, 1.0) for hit in springfields], QUERY)
    populations = [entry.hit.population for entry in entries]
    assert populations == sorted(populations, reverse=True)


def test_what_is_near_the_caller_moves_up(gazetteer: Gazetteer) -> None:
    springfields = hits(gazetteer, "springfield")
    for hit in springfields:
        here = replace(QUERY, near=hit.point)
        assert ranked([scored(one, 1.0) for one in springfields], here)[0].hit.key == hit.key


def test_distances_are_given_where_a_position_is(gazetteer: Gazetteer) -> None:
    (lisbon,) = hits(gazetteer, "lisbon")
    near = choose(gazetteer, [scored(lisbon, 1)], replace(QUERY, near=Point(38.72509, -9.1498)))
    assert near.best.distance_km == 0
    assert choose(gazetteer, [scored(lisbon, 1)], QUERY).best.distance_km is None


def test_alone_a_place_is_certain_and_a_guess_as_certain_as_it_is_alike(gazetteer: Gazetteer) -> None:
    (lisbon,) = hits(gazetteer, "lisbon")
    sure = choose(gazetteer, [scored(lisbon, 9)], QUERY)
    assert (sure.best.match.kind, sure.best.match.score, sure.best.match.source) == (MatchKind.EXACT, 1.0, SOURCE)
    assert (sure.ambiguous, sure.alternatives) == (False, ())
    guess = choose(gazetteer, [scored(lisbon, 9, MatchKind.FUZZY, 0.8)], QUERY)
    assert (guess.best.match.score, guess.ambiguous) == (0.8, True)


def test_a_close_rival_makes_a_choice_a_guess(gazetteer: Gazetteer) -> None:
    paris, other, *_ = hits(gazetteer, "paris")
    close = choose(gazetteer, [scored(paris, 5.0), scored(other, 4.5)], QUERY)
    far = choose(gazetteer, [scored(paris, 5.0), scored(other, 2.0)], QUERY)
    assert (close.ambiguous, far.ambiguous) == (True, False)
    assert 0.5 < close.best.match.score < far.best.match.score < 1
    assert far.alternatives[0].match.score == pytest.approx(1 - far.best.match.score, abs=1e-3)


def test_no_more_alternatives_than_asked_for(gazetteer: Gazetteer) -> None:
    entries = [scored(hit, hit.weight) for hit in hits(gazetteer, "springfield")]
    assert len(choose(gazetteer, entries, replace(QUERY, limit=2)).alternatives) == 2
    assert choose(gazetteer, entries, replace(QUERY, limit=0)).alternatives == ()


def test_places_and_countries_are_named_in_a_language(gazetteer: Gazetteer) -> None:
    places = gazetteer.places([LISBON, MOSCOW])
    named = labelled(gazetteer, places, "pt-AO")
    assert (named[LISBON].name, named[LISBON].country) == ("Lisboa", "Portugal")
    assert (named[MOSCOW].name, named[MOSCOW].country) == ("Moscou", "Rússia")
    assert labelled(gazetteer, places, None) == labelled(gazetteer, places, "tlh") == places
    assert labelled(gazetteer, {}, "pt") == {}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pt", ["pt"]),
        ("zh-Hant-TW", ["zh-Hant-TW", "zh-Hant", "zh"]),
        ("zh_Hant", ["zh-Hant", "zh"]),
        ("", []),
        ("-", []),
        ("pt--BR", []),
        ("*", []),
        ("\ud800", []),
        ("p" * 5000, []),
    ],
)
def test_a_language_falls_back_to_what_is_less_special(tag: str, expected: list[str]) -> None:
    assert fallbacks(tag) == expected


def test_a_place_is_described_as_it_can_be_asked_for(gazetteer: Gazetteer) -> None:
    place = gazetteer.places([4717560])[4717560]
    assert describe(place) == "Paris, Texas, United States"
    assert describe(replace(place, region=None)) == "Paris, United States"
    assert describe(replace(place, name="Singapore", region=None, country="Singapore")) == "Singapore"

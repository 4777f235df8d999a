"""Misspellings: every name is found at one edit, and what is unlike is not."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.geocoder.fuzzy import MAX_LENGTH, MIN_LENGTH, Speller, reach
from citytime.geocoder.gazetteer import Gazetteer
from tests.geocoder.edits import one_edit

ANY = st.text(st.characters(codec=None))
EVERYTHING = 10**6


@pytest.fixture(scope="module")
def speller(small_gazetteer: Path) -> Iterator[Speller]:
    with closing(Gazetteer(small_gazetteer)) as gazetteer:
        yield Speller(gazetteer)


@pytest.fixture(scope="module")
def names(small_gazetteer: Path) -> list[str]:
    """Names that are spelt in letters, some of them."""
    with closing(sqlite3.connect(small_gazetteer)) as db:
        rows = db.execute("SELECT keys FROM term ORDER BY id")
        keys = [key for (row,) in rows for key in row.split() if 4 <= len(key) <= 30 and max(key) < "\u2e80"]
    return random.Random(1).sample(keys, 150)


def test_every_name_is_found_at_each_single_edit(speller: Speller, names: list[str]) -> None:
    for name in names:
        for at in range(len(name)):
            head, tail = name[:at], name[at:]
            swapped = head + tail[1:2] + tail[:1] + tail[2:]
            for slip in {head + "x" + tail, head + tail[1:], head + "x" + tail[1:], swapped}:
                if len(slip) >= MIN_LENGTH:
                    assert speller.similar(slip, EVERYTHING).get(name, 9) <= 1, (name, slip)


@given(st.data())
def test_names_two_edits_away_are_found(speller: Speller, names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in names if len(name) >= 12]))
    slip = one_edit(one_edit(name, data.draw, transpose=False), data.draw)
    assert speller.similar(slip, EVERYTHING).get(name, 9) <= 2


@pytest.mark.parametrize(
    ("slip", "name", "edits"),
    [
        ("lisbn", "lisbon", 1),
        ("toyko", "tokyo", 1),
        ("istambul", "istanbul", 1),
        ("philadelfia", "philadelphia", 2),
        ("москав", "москва", 1),
        ("lisbon", "lisbon", 0),
    ],
)
def test_slips_that_people_make(speller: Speller, slip: str, name: str, edits: int) -> None:
    assert speller.similar(slip, 40)[name] == edits


def test_the_nearest_come_first_and_no_more_than_asked_for(speller: Speller) -> None:
    distances = list(speller.similar("springfeild", EVERYTHING).values())
    assert distances == sorted(distances)
    assert len(speller.similar("marina", 3)) == 3


@pytest.mark.parametrize("key", ["", "abc", "東京都庁前", "x" * MAX_LENGTH, "lisbon" * 20, "12345678"])
def test_what_resembles_nothing_finds_nothing(speller: Speller, key: str) -> None:
    assert speller.similar(key, 40) == {}


@given(ANY)
def test_any_text_can_be_looked_for(speller: Speller, text: str) -> None:
    key = text.replace(" ", "")
    found = speller.similar(key, 40)
    assert all(distance <= reach(len(key)) for distance in found.values())


def test_the_longer_a_name_the_more_edits_it_may_be_away() -> None:
    reaches = [reach(length) for length in range(MIN_LENGTH, MAX_LENGTH)]
    assert reaches == sorted(reaches)
    assert reaches[0] == 1
    assert all(edits <= length / 4 + 0.5 for length, edits in enumerate(reaches, MIN_LENGTH))

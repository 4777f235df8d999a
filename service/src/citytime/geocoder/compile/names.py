"""Names of all places, gathered by what they fold to: the index that look-ups and guesses go by."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from citytime.domain import PlaceKind
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.fold import compact
from citytime.geocoder.gazetteer import ROW
from citytime.geocoder.ranking import NameKind, name_bonus
from citytime.geocoder.signature import sign

GUESSED_KINDS = (NameKind.PRIMARY, NameKind.OFFICIAL, NameKind.ALTERNATE)
"""Names that may be suggested and guessed at."""

MIN_GUESSED_POPULATION = 5000
"""Alternate names of smaller places are not guessed at: a sixth of all names, and as good as never meant."""

MIN_ROMANISED_POPULATION = 15_000
"""Transcriptions of smaller places' names are left out: a seventh of all names, and nobody types them."""

MIN_SPELLING, FIRST_IDEOGRAPH = 3, "\u2e80"
"""Shorter names have no misspellings. Han characters, kana and hangul hold too much each to be mistaken for others."""

Bearer = tuple[float, int, int, NameKind]
"""A place that has a name, as it is ranked among its namesakes: weight and population negated, key, kind of name."""


@dataclass(slots=True)
class Term:
    """One name: its words, as the place writes them that is the likeliest one meant, and the places that have it."""

    words: str
    weight: float
    guessed: bool = False
    bearers: list[Bearer] = field(default_factory=list)


def gather(places: Iterable[SourcePlace]) -> dict[str, Term]:
    """All names by their compact keys."""
    terms: dict[str, Term] = {}
    for place in places:
        for words, kind in place.names.items():
            if kind is NameKind.ROMANISED and place.population < MIN_ROMANISED_POPULATION:
                continue
            weight = place.importance + name_bonus(kind, capital=place.capital)
            key = compact(words)
            term = terms.get(key)
            if term is None:
                term = terms[key] = Term(words, weight)
            elif weight > term.weight:
                term.words, term.weight = words, weight
            term.guessed |= guessed(place, kind)
            bearer = (-weight, -place.population, place.key, kind)
            if term.bearers and term.bearers[-1][2] == place.key:  # *New York* and *Newyork*
                term.bearers[-1] = min(bearer, term.bearers[-1])
            else:
                term.bearers.append(bearer)
    return terms


def guessed(place: SourcePlace, kind: NameKind) -> bool:
    """Whether a name of this kind may be guessed at."""
    large = place.population >= MIN_GUESSED_POPULATION or place.kind is not PlaceKind.CITY
    return kind is NameKind.PRIMARY or (large and kind in GUESSED_KINDS)


def write_names(db: sqlite3.Connection, terms: dict[str, Term]) -> None:
    """Write who is called what."""
    rows = (
        (key, rank, place, int(kind))
        for key in sorted(terms)
        for rank, (_, _, place, kind) in enumerate(sorted(terms[key].bearers))
    )
    db.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", rows)


def write_guesses(db: sqlite3.Connection, terms: dict[str, Term]) -> None:
    """Write the names that are guessed at, by their words and by their spelling."""
    keys = [key for _, key in sorted((-term.weight, key) for key, term in terms.items() if term.guessed)]
    rows = (" ".join(keys[first : first + ROW]) for first in range(0, len(keys), ROW))
    db.executemany("INSERT INTO term VALUES (?, ?)", enumerate(rows))
    words = ((number, terms[key].words) for number, key in enumerate(keys))
    db.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", words)
    db.execute("INSERT INTO word (word) VALUES ('optimize')")
    db.executemany("INSERT INTO spelling VALUES (?, ?, ?, ?)", _spellings(keys))


def _spellings(keys: list[str]) -> Iterator[tuple[int | bytes, ...]]:
    by_length: dict[int, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if len(key) >= MIN_SPELLING and max(key) < FIRST_IDEOGRAPH:
            by_length[len(key)].append(number)
    for length, numbers in sorted(by_length.items()):
        letters, pairs = sign([keys[number] for number in numbers])
        terms = np.array(numbers, dtype="<u4")
        arrays = (terms, letters.astype("<u8"), pairs.astype("<u8"))
        yield length, *(zlib.compress(array.tobytes(), 9) for array in arrays)

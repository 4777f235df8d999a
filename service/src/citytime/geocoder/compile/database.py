"""Writing the geo database: folded names, most important first, and the indexes over them.

The file is written beside its place and moved there only when it is whole and checked: a failed build leaves the
old file as it was.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from citytime.domain import PlaceKind
from citytime.errors import DataError
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Country, SourcePlace
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.grams import encode, grams_of
from citytime.geocoder.ranking import NameKind, name_bonus

SCHEMA_VERSION = 1
MIN_FUZZY_LENGTH = 4
SHOWN_KINDS = (NameKind.PRIMARY, NameKind.OFFICIAL, NameKind.ALTERNATE)
"""Names that may be suggested and guessed at."""

MIN_FUZZY_POPULATION = 1000
"""Alternate names of smaller places take no part in guessing at misspellings: they are many, and never meant."""

MIN_ROMANISED_POPULATION = 15_000
"""Transcriptions of smaller places' names are left out: a seventh of all names, and nobody types them."""


@dataclass(slots=True)
class Contents:
    """All that goes into the file."""

    places: list[SourcePlace]
    codes: dict[str, int]
    regions: dict[str, str]
    countries: dict[str, Country]
    qualifiers: set[tuple[str, str, str | None]]
    country_labels: dict[str, dict[str, str]]
    meta: dict[str, str]


@dataclass(slots=True)
class _Term:
    text: str
    weight: float
    fuzzy: bool = False
    places: dict[int, NameKind] = field(default_factory=dict)


def write(target: Path, contents: Contents, progress: Progress) -> None:
    """Write `contents` to `target`, replacing it in one step. Raises DataError where that cannot be done."""
    with _replacing(target) as path, closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;")
        db.executescript((resources.files("citytime.geocoder") / "schema.sql").read_text())
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        progress.stage("Writing places", lambda: _write_places(db, contents))
        terms = _terms(contents.places, progress)
        progress.stage("Writing names", lambda: _write_terms(db, terms))
        progress.stage("Indexing trigrams", lambda: _write_grams(db, terms))
        db.commit()
        progress.stage("Checking", lambda: _check(db, target))


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        yield draft
        os.replace(draft, target)
    except (OSError, sqlite3.OperationalError) as error:
        raise DataError(f"cannot write the gazetteer {target}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _write_places(db: sqlite3.Connection, contents: Contents) -> None:
    zones = {name: number for number, name in enumerate(sorted({p.zone for p in contents.places}))}
    regions = {code: number for number, code in enumerate(sorted(contents.regions))}
    db.executemany("INSERT INTO meta VALUES (?, ?)", contents.meta.items())
    db.executemany("INSERT INTO zone VALUES (?, ?)", ((number, name) for name, number in zones.items()))
    db.executemany("INSERT INTO country VALUES (?, ?)", ((c.code, c.name) for c in contents.countries.values()))
    db.executemany(
        "INSERT INTO region VALUES (?, ?, ?)", ((n, code, contents.regions[code]) for code, n in regions.items())
    )
    places = sorted(contents.places, key=lambda place: place.key)
    db.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                p.key,
                p.name,
                p.country or None,
                regions.get(p.region),
                p.latitude,
                p.longitude,
                p.population,
                zones[p.zone],
                None if p.kind is PlaceKind.CITY else p.kind.value,
                p.code or None,
                p.capital,
                round(p.importance, 3),
            )
            for p in places
        ),
    )
    db.executemany("INSERT INTO code VALUES (?, ?)", sorted(contents.codes.items()))
    db.executemany(
        "INSERT INTO qualifier VALUES (?, ?, ?)",
        [
            (key, country, regions[code] if code else None)
            for key, country, code in sorted(contents.qualifiers, key=lambda q: (q[0], q[1], q[2] or ""))
        ],
    )
    db.executemany(
        "INSERT INTO label VALUES (?, ?, ?)", ((p.key, lang, name) for p in places for lang, name in p.labels.items())
    )
    db.executemany(
        "INSERT INTO country_label VALUES (?, ?, ?)",
        ((code, lang, name) for code, names in contents.country_labels.items() for lang, name in names.items()),
    )
    cities = [p for p in places if p.kind is PlaceKind.CITY]
    # Neighbours in space become neighbours in the tree when they arrive together: a smaller, faster tree.
    cities.sort(key=lambda p: (round(p.latitude), p.longitude))
    db.executemany(
        "INSERT INTO position VALUES (?, ?, ?, ?, ?)",
        ((p.key, p.latitude, p.latitude, p.longitude, p.longitude) for p in cities),
    )


def _terms(places: list[SourcePlace], progress: Progress) -> list[_Term]:
    terms: dict[str, _Term] = {}
    for place in progress.track("Folding names", places):
        for name, kind in ((place.name, NameKind.PRIMARY), *place.names):
            if kind is NameKind.ROMANISED and place.population < MIN_ROMANISED_POPULATION:
                continue
            text = fold(name)
            if not text:
                continue
            weight = place.importance + name_bonus(kind, capital=place.capital)
            key = compact(text)
            term = terms.get(key)
            if term is None:
                term = terms[key] = _Term(text, weight)
            elif weight > term.weight:
                term.text, term.weight = text, weight
            term.places[place.key] = min(kind, term.places.get(place.key, kind))
            term.fuzzy |= kind is NameKind.PRIMARY or (
                kind in SHOWN_KINDS and (place.population >= MIN_FUZZY_POPULATION or place.kind is not PlaceKind.CITY)
            )
    return sorted(terms.values(), key=lambda term: -term.weight)


def _write_terms(db: sqlite3.Connection, terms: list[_Term]) -> None:
    db.executemany("INSERT INTO term VALUES (?, ?)", ((n, t.text) for n, t in enumerate(terms)))
    db.execute("CREATE UNIQUE INDEX term_key ON term (replace(text, ' ', ''))")
    db.executemany(
        "INSERT INTO name VALUES (?, ?, ?)",
        ((n, place, int(kind)) for n, term in enumerate(terms) for place, kind in sorted(term.places.items())),
    )
    shown = ((n, t.text) for n, t in enumerate(terms) if any(kind in SHOWN_KINDS for kind in t.places.values()))
    db.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", shown)
    db.execute("INSERT INTO word (word) VALUES ('optimize')")


def _write_grams(db: sqlite3.Connection, terms: list[_Term]) -> None:
    lists: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    for number, term in enumerate(terms):
        key = compact(term.text)
        # Han characters, kana and hangul hold too much each for a trigram to be shared by chance or by mistake.
        if term.fuzzy and len(key) >= MIN_FUZZY_LENGTH and max(key) < "\u2e80":
            for gram in grams_of(key):
                lists[gram].append(number)
    grams = sorted(lists)
    db.executemany("INSERT INTO gram VALUES (?, ?)", zip(grams, encode([lists[g] for g in grams]), strict=True))


def _check(db: sqlite3.Connection, target: Path) -> None:
    problems: list[tuple[str, Callable[[object], bool], str]] = [
        ("PRAGMA quick_check", lambda value: value == "ok", "is damaged"),
        ("SELECT count(*) FROM place", lambda value: value != 0, "has no places"),
        ("SELECT count(*) FROM name WHERE place NOT IN (SELECT id FROM place)", lambda v: v == 0, "has loose names"),
        ("SELECT count(*) FROM code WHERE place NOT IN (SELECT id FROM place)", lambda v: v == 0, "has loose codes"),
    ]
    for query, good, problem in problems:
        if not good(db.execute(query).fetchone()[0]):
            raise DataError(f"the new gazetteer {problem}; {target} was left as it was")

"""Writing the geo database: places first, then the indexes over them.

The file is written beside its place and moved there only when it is whole and checked: a failed build leaves the
old file as it was.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from citytime.domain import PlaceKind
from citytime.errors import DataError
from citytime.geocoder.compile.names import gather, write_guesses, write_names
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Country, SourcePlace
from citytime.geocoder.gazetteer import SCHEMA_VERSION
from citytime.geocoder.nearby import SCALE


@dataclass(slots=True)
class Contents:
    """All that goes into the file."""

    places: list[SourcePlace]
    codes: dict[str, int]
    regions: dict[str, str]
    countries: dict[str, Country]
    qualifiers: set[tuple[str, str, str | None]]
    meta: dict[str, str]


def write(target: Path, contents: Contents, progress: Progress) -> None:
    """Write `contents` to `target`, replacing it in one step. Raises DataError where that cannot be done."""
    with _replacing(target) as path, closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;")
        db.executescript((resources.files("citytime.geocoder") / "schema.sql").read_text(encoding="utf-8"))
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        progress.stage("Writing places", lambda: _write_places(db, contents))
        progress.stage("Writing positions", lambda: write_positions(db))
        terms = progress.stage("Gathering names", lambda: gather(contents.places))
        progress.stage("Writing names", lambda: write_names(db, terms))
        progress.stage("Writing what may be guessed", lambda: write_guesses(db, terms))
        db.commit()
        progress.stage("Packing", lambda: db.execute("VACUUM"))
        progress.stage("Checking", lambda: _check(db, target))


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A path to write to; what is there takes the target's place in the end, or is removed on an error."""
    draft = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.parent):
            try:
                draft.unlink(missing_ok=True)  # of a build that was killed
                yield draft
                _sync(draft)
                os.replace(draft, target)
            finally:
                draft.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        raise DataError(f"cannot write the gazetteer {target}: {error}") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other builds out of a folder until this one ends, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise DataError(f"another build is writing to {folder}; wait for it to end") from None
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


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
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                p.key,
                p.name,
                p.country or None,
                regions.get(p.region),
                round(SCALE * p.latitude),
                round(SCALE * p.longitude),
                p.population,
                zones[p.zone],
                None if p.kind is PlaceKind.CITY else p.kind.value,
                p.code or None,
                p.capital,
                p.served,
                round(1000 * p.importance),
            )
            for p in places
        ),
    )
    db.executemany("INSERT INTO code VALUES (?, ?)", sorted(contents.codes.items()))
    db.executemany(
        "INSERT INTO qualifier VALUES (?, ?, ?)",
        [
            (key, country, regions[code] if code else -1)
            for key, country, code in sorted(contents.qualifiers, key=lambda q: (q[0], q[1], q[2] or ""))
        ],
    )
    db.executemany(
        "INSERT INTO label VALUES (?, ?, ?)", ((p.key, lang, name) for p in places for lang, name in p.labels.items())
    )


def write_positions(db: sqlite3.Connection) -> None:
    """Write where the cities are, in the order of the index."""
    cities = db.execute("SELECT latitude, longitude, id FROM place WHERE kind IS NULL")
    rows = sorted((latitude // SCALE, longitude, key, latitude) for latitude, longitude, key in cities)
    db.executemany("INSERT INTO position VALUES (?, ?, ?, ?)", rows)


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

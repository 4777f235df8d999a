"""The geo database, opened read-only: look-ups by name, code and position. No judgement here, only finding.

The file is opened as immutable, which takes milliseconds, and read through the system's page cache, which processes
share. It is not mapped into memory: that is no faster (ADR 6), and every page read would count as the process's own.
A `Gazetteer` belongs to the thread that made it; make one a thread.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from citytime.domain import Place, PlaceKind, Point
from citytime.errors import DataError
from citytime.geocoder import nearby
from citytime.geocoder.ranking import NameKind, name_bonus

SCHEMA_VERSION = 5

ROW = 8
"""Names in a row of `term`: one to a row, its rows would take more than the names."""

_BONUS = " ".join(
    f"WHEN {int(kind)} THEN {name_bonus(kind, capital=False)} + p.capital * {extra}"
    for kind in NameKind
    for extra in [name_bonus(kind, capital=True) - name_bonus(kind, capital=False)]
)
_PLACE = (
    f"p.id, p.name, p.region, p.country, p.latitude / {nearby.SCALE}.0, p.longitude / {nearby.SCALE}.0, "
    "p.population, p.zone, p.kind, p.code, p.served"
)
_CALLED = f"""
    SELECT {_PLACE}, p.importance / 1000.0 + CASE n.kind {_BONUS} END, n.kind, n.key
    FROM name n JOIN place p ON p.id = n.place WHERE n.key IN ({{}}) AND n.rank < ? ORDER BY n.key, n.rank"""
_PLACED = f"SELECT {_PLACE} FROM place p WHERE p.id IN ({{}})"
_ALL = 2**31


class Hit(NamedTuple):
    """A place met by one of its names, as a row of the database: there may be hundreds, of which few are shown.

    `key`, `region` and `zone` are row ids, `served` tells whether an airport is named for it. `weight` is its
    likelihood in powers of ten (ranking.py), `kind` a NameKind and `called` the compact name.
    """

    key: int
    name: str
    region: int | None
    country: str | None
    latitude: float
    longitude: float
    population: int
    zone: int
    place_kind: str | None
    code: str | None
    served: int
    weight: float
    kind: int
    called: str

    @property
    def point(self) -> Point:
        """The place's position."""
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What a qualifying word may stand for: a country, or one of its regions."""

    country: str
    region: int | None

    def admits(self, hit: Hit) -> bool:
        """Whether a place lies within it."""
        return hit.country == self.country and (self.region is None or hit.region == self.region)


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


class Gazetteer:
    """One connection to the compiled file. Raises DataError where it is missing, damaged or of another version."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise DataError(f"there is no gazetteer at {path}; make it with: citytime gazetteer build")
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            try:
                self._load(path)
            except BaseException:
                self._db.close()
                raise
        except sqlite3.DatabaseError as error:
            raise DataError(
                f"the gazetteer {path} is damaged ({error}); make it anew with: citytime gazetteer build"
            ) from error

    def _load(self, path: Path) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            raise DataError(
                f"the gazetteer {path} has format {version}, this program reads {SCHEMA_VERSION}; "
                "make it anew with: citytime gazetteer build"
            )
        self.meta: dict[str, str] = dict(self._db.execute("SELECT key, value FROM meta"))
        self._zones: dict[int, str] = dict(self._db.execute("SELECT id, name FROM zone"))
        self._regions: dict[int, str] = dict(self._db.execute("SELECT id, name FROM region"))
        self._countries: dict[str, str] = dict(self._db.execute("SELECT code, name FROM country"))

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.meta["version"]

    def called(self, keys: Sequence[str], limit: int | None = None) -> list[Hit]:
        """The places with these compact names; of each name's all or the `limit` likeliest, the likeliest first."""
        rows = self._db.execute(_CALLED.format(_marks(keys)), (*keys, _ALL if limit is None else limit))
        return list(map(Hit._make, rows))

    def beginning(self, words: Sequence[str], limit: int) -> list[str]:
        """Compact names that have all `words`, the last as the beginning of a word; most important first."""
        phrase = " ".join(f'"{word}"' for word in words) + "*"
        rows = self._db.execute("SELECT rowid FROM word WHERE word MATCH ? LIMIT ?", (phrase, limit))
        return self.keys([row[0] for row in rows])

    def spellings(self, length: int) -> tuple[bytes, bytes, bytes]:
        """The names of so many letters that misspellings are compared with, as arrays: numbers, letters, pairs."""
        query = "SELECT terms, letters, pairs FROM spelling WHERE length = ?"
        row: tuple[bytes, bytes, bytes] | None = self._db.execute(query, (length,)).fetchone()
        if row is None:
            return b"", b"", b""
        terms, letters, pairs = map(zlib.decompress, row)
        return terms, letters, pairs

    def keys(self, terms: Sequence[int]) -> list[str]:
        """The compact names with these numbers, as `spellings` has them; most important first."""
        rows = list({term // ROW for term in terms})
        found = self._db.execute(f"SELECT id, keys FROM term WHERE id IN ({_marks(rows)})", rows)
        keys = {number: names.split(" ") for number, names in found}
        return [keys[term // ROW][term % ROW] for term in sorted(terms)]

    def qualifiers(self, key: str) -> list[Qualifier]:
        """The countries and regions that a compact key may name."""
        rows = self._db.execute("SELECT country, nullif(region, -1) FROM qualifier WHERE key = ?", (key,))
        return [Qualifier(*row) for row in rows]

    def coded(self, code: str) -> int | None:
        """The key of the place with a typed code (`iata:LIS`, `geonames:2267057`)."""
        kind, _, value = code.partition(":")
        if kind == "geonames":
            return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
        row = self._db.execute("SELECT place FROM code WHERE code = ?", (code,)).fetchone()
        return row[0] if row else None

    def places(self, keys: Sequence[int]) -> dict[int, Place]:
        """The places with these keys, by key; unknown keys are left out."""
        return {row[0]: self.shown(row) for row in self._db.execute(_PLACED.format(_marks(keys)), keys)}

    def shown(self, row: Sequence[Any]) -> Place:
        """The place of a Hit, or of any row that begins with its columns."""
        key, name, region, country, latitude, longitude, population, zone, kind, code, *_ = row
        return Place(
            id=code or f"geonames:{key}",
            name=name,
            region=self._regions.get(region),
            country=self._countries.get(country),
            country_code=country,
            latitude=latitude,
            longitude=longitude,
            population=population,
            timezone=self._zones[zone],
            kind=PlaceKind(kind) if kind else PlaceKind.CITY,
        )

    def labels(self, keys: Sequence[int], langs: Sequence[str]) -> dict[int, str]:
        """Names of places for display in the first of `langs` that has one."""
        found: dict[int, str] = {}
        for lang in langs:
            query = f"SELECT place, name FROM label WHERE lang = ? AND place IN ({_marks(keys)})"
            found = dict(self._db.execute(query, [lang, *keys])) | found
        return found

    def nearest(self, point: Point, limit: int) -> list[tuple[int, float]]:
        """Keys of the `limit` cities nearest to a point and their distances in km, nearest first."""
        return nearby.nearest(self._db, point, limit)

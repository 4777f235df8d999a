"""The geo database, opened read-only: look-ups by name, code and position. No judgement here, only finding.

The file is memory-mapped and immutable: opening takes milliseconds, and processes that open the same file share its
pages. A `Gazetteer` belongs to the thread that made it; make one a thread.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from citytime.domain import Place, PlaceKind, Point, distance_km
from citytime.errors import DataError
from citytime.geocoder.ranking import NameKind, name_bonus

SCHEMA_VERSION = 1
MMAP_BYTES = 256 * 2**20
KM_PER_DEGREE = 111.195
"""Length of a degree of latitude on the mean sphere."""

_BONUS = " ".join(
    f"WHEN {int(kind)} THEN {name_bonus(kind, capital=False)} + p.capital * {extra}"
    for kind in NameKind
    for extra in [name_bonus(kind, capital=True) - name_bonus(kind, capital=False)]
)
_PLACE = """p.id, p.name, r.name, p.country, p.latitude, p.longitude, p.population, p.zone, p.kind, p.code, p.region"""
_NAMED = f"""
    SELECT {_PLACE}, p.importance + CASE n.kind {_BONUS} END AS weight, n.kind, n.term
    FROM name n JOIN place p ON p.id = n.place LEFT JOIN region r ON r.id = p.region
    WHERE n.term IN ({{}}) ORDER BY weight DESC"""
_PLACED = f"SELECT {_PLACE} FROM place p LEFT JOIN region r ON r.id = p.region WHERE p.id IN ({{}})"


class Hit(NamedTuple):
    """A place met by one of its names, as a row of the database: there may be hundreds, of which few are shown.

    `weight` is its likelihood in powers of ten (ranking.py), `kind` a NameKind, `zone` and `region` are row ids.
    """

    key: int
    name: str
    region_name: str | None
    country: str | None
    latitude: float
    longitude: float
    population: int
    zone: int
    place_kind: str | None
    code: str | None
    region: int | None
    weight: float
    kind: int
    term: int


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
            self._db.execute(f"PRAGMA mmap_size = {MMAP_BYTES}")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA_VERSION:
                raise DataError(
                    f"the gazetteer {path} has format {version}, this program reads {SCHEMA_VERSION}; "
                    "make it anew with: citytime gazetteer build"
                )
            self.meta: dict[str, str] = dict(self._db.execute("SELECT key, value FROM meta"))
            self._zones: dict[int, str] = dict(self._db.execute("SELECT id, name FROM zone"))
            self._countries: dict[str, str] = dict(self._db.execute("SELECT code, name FROM country"))
        except sqlite3.DatabaseError as error:
            raise DataError(
                f"the gazetteer {path} is damaged ({error}); make it anew with: citytime gazetteer build"
            ) from error

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.meta["version"]

    def terms(self, keys: Sequence[str]) -> dict[str, int]:
        """The ids of the names with these compact keys, by key."""
        rows = self._db.execute(
            f"SELECT replace(text, ' ', ''), id FROM term WHERE replace(text, ' ', '') IN ({_marks(keys)})", keys
        )
        return dict(rows)

    def named(self, terms: Sequence[int]) -> list[Hit]:
        """All places that have one of these names, the likeliest first."""
        return list(map(Hit._make, self._db.execute(_NAMED.format(_marks(terms)), terms)))

    def exact(self, key: str) -> list[Hit]:
        """All places with the name of this compact key, the likeliest first."""
        return self.named(list(self.terms([key]).values()))

    def texts(self, terms: Sequence[int]) -> dict[int, str]:
        """The folded names with these ids."""
        return dict(self._db.execute(f"SELECT id, text FROM term WHERE id IN ({_marks(terms)})", terms))

    def beginning(self, words: Sequence[str], limit: int) -> list[int]:
        """Ids of names that have all `words`, the last as the beginning of a word; most important first."""
        phrase = " ".join(f'"{word}"' for word in words) + "*"
        rows = self._db.execute("SELECT rowid FROM word WHERE word MATCH ? LIMIT ?", (phrase, limit))
        return [row[0] for row in rows]

    def grams(self, grams: Iterable[str]) -> list[bytes]:
        """The coded lists of names that have each trigram, for those that any name has; shortest first."""
        wanted = list(grams)
        rows = self._db.execute(f"SELECT terms FROM gram WHERE gram IN ({_marks(wanted)})", wanted)
        return sorted((row[0] for row in rows), key=len)

    def qualifiers(self, key: str) -> list[Qualifier]:
        """The countries and regions that a compact key may name."""
        rows = self._db.execute("SELECT country, region FROM qualifier WHERE key = ?", (key,))
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
            region=region,
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

    def country_label(self, country: str | None, langs: Sequence[str]) -> str | None:
        """A country's name in the first of `langs` that has one."""
        for lang in langs:
            query = "SELECT name FROM country_label WHERE country = ? AND lang = ?"
            if row := self._db.execute(query, (country, lang)).fetchone():
                return str(row[0])
        return None

    def nearest(self, point: Point, limit: int) -> list[tuple[int, float]]:
        """Keys of the `limit` cities nearest to a point and their distances in km, nearest first."""
        reach = 0.25
        while True:
            found = sorted(
                (distance_km(point, Point(latitude, longitude)), key)
                for key, latitude, longitude in self._within(point, reach)
            )
            sure = [(key, km) for km, key in found if km <= reach * KM_PER_DEGREE]
            if len(sure) >= limit or reach >= 180:
                return (sure if len(sure) >= limit else [(key, km) for km, key in found])[:limit]
            reach *= 3

    def _within(self, point: Point, reach: float) -> list[tuple[int, float, float]]:
        """Cities in a box that holds all within `reach` degrees of arc of the point."""
        south, north = point.latitude - reach, point.latitude + reach
        if north >= 90 or south <= -90:
            width = 360.0  # a pole is inside: every meridian is near
        else:
            ratio = math.sin(math.radians(min(reach, 90))) / math.cos(math.radians(point.latitude))
            width = math.degrees(math.asin(ratio)) if abs(ratio) < 1 else 360.0
        west, east = point.longitude - width, point.longitude + width
        spans = [(west, east)]
        if west < -180:
            spans.append((west + 360, 180.0))
        if east > 180:
            spans.append((-180.0, east - 360))
        query = """
            SELECT p.id, p.latitude, p.longitude FROM position b JOIN place p ON p.id = b.place
            WHERE b.north >= ? AND b.south <= ? AND b.east >= ? AND b.west <= ?"""
        # The tree keeps its own numbers in 32 bits: a margin keeps the border's cities in.
        rows = {
            row
            for west, east in spans
            for row in self._db.execute(query, (south - 1e-4, north + 1e-4, west - 1e-4, east + 1e-4))
        }
        return list(rows)

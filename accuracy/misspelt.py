"""Misspellings: names of large cities with one edit, the same ones in each run."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from accuracy.judge import Case, CaseSet
from accuracy.origin import GeoNames
from citytime.domain import Point
from citytime.geocoder.fold import compact, fold

SEED = 20260101
CITIES = 500
LARGE = 100_000
"""Inhabitants of the cities that are misspelt."""


def misspelt(geonames: GeoNames) -> Iterator[CaseSet]:
    """Cities of more than 100,000 inhabitants, one letter lost, added, changed or swapped with the next."""
    chance = random.Random(SEED)  # noqa: S311 - the same each time is the point
    large = [row for row in geonames.cities.values() if row["population"] > LARGE and row["name"].isascii()]
    large.sort(key=lambda row: row["geonameid"])
    cases = tuple(
        Case(
            _slip(row["name"], chance),
            (row["timezone"],),
            points=(Point(row["latitude"], row["longitude"]),),
            note=f"{row['name']}, {row['countrycode']}",
        )
        for row in chance.sample(large, CITIES)
    )
    yield CaseSet("misspelt", f"{CITIES} cities with a slip", cases)


def _slip(name: str, chance: random.Random) -> str:
    """The name in lower case with one edit that really changes it."""
    name = name.lower()
    while True:
        at, letter = chance.randrange(len(name)), chance.choice(string.ascii_lowercase)
        head, tail = name[:at], name[at:]
        slip = chance.choice(
            (head + tail[1:], head + letter + tail, head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:])
        )
        if compact(fold(slip)) != compact(fold(name)):
            return slip

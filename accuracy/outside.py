"""A set that is in none of our sources: the npm package `city-timezones` (MIT licence), fetched when it is asked for.

Its 7,300 cities come with country and IANA zone. Both are its own, with errors of its own, so no threshold is set.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from accuracy.judge import Case, CaseSet
from citytime.domain import Point
from citytime.timezones.zones import all_zones

PACKAGE = "city-timezones@1.3.4"
FETCH_SECONDS = 60
LARGE = 500_000
"""Inhabitants of the cities that are asked for by bare name too."""


class Skipped(Exception):
    """The package cannot be had here; the message says why."""


def city_timezones() -> Iterator[CaseSet]:
    """The package's cities as `city,country`, and the large ones by bare name."""
    with_country, bare = f"{PACKAGE}, city,country", f"{PACKAGE}, large cities, bare name"
    try:
        rows = _fetch()
    except Skipped as reason:
        yield CaseSet("npm", with_country, (), remark=f"skipped: {reason}")
        yield CaseSet("npm-bare", bare, (), remark=f"skipped: {reason}")
        return
    known = set(all_zones())
    usable = [row for row in rows if row["city"] and str(row["iso2"]).isalpha() and row["timezone"] in known]
    usable.sort(key=lambda row: -row["pop"])
    yield CaseSet(
        "npm",
        with_country,
        tuple(_largest(_case(row, row["iso2"]) for row in usable)),
        remark=f"{len(rows) - len(usable)} without country or zone left out; of several namesakes the largest is meant",
    )
    yield CaseSet("npm-bare", bare, tuple(_largest(_case(row, None) for row in usable if row["pop"] >= LARGE)))


def _case(row: Mapping[str, Any], country: str | None) -> Case:
    note = f"{row['province'] or ''} {row['iso2']}, {row['pop']:,.0f} inhabitants".strip()
    return Case(row["city"], (row["timezone"],), country, (Point(row["lat"], row["lng"]),), note)


def _largest(cases: Iterable[Case]) -> Iterable[Case]:
    """The first case of each query: cases come largest first."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.query, case)
    return first.values()


def _fetch() -> list[dict[str, Any]]:
    npm = shutil.which("npm")
    if npm is None:
        raise Skipped("npm is not installed")
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_SECONDS)  # noqa: S603
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                member = archive.extractfile("package/data/cityMap.json")
                rows: list[dict[str, Any]] = json.load(member) if member else []
                return rows
        except (OSError, subprocess.SubprocessError, StopIteration, tarfile.TarError, KeyError, ValueError) as error:
            raise Skipped(f"{' '.join(command[1:3])} failed ({type(error).__name__})") from error

"""GeoNames' own dump files, for a deployment that refreshes its data.

From https://download.geonames.org/export/dump/ : `cities500` (or 1000, 5000, 15000), `alternateNamesV2`,
`admin1CodesASCII` (also `admin1Codes`), each as `.zip` or `.txt`. Formats: that folder's readme.txt. CC BY 4.0.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from citytime.errors import DataError
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Source, SourcePlace, alternate_kind
from citytime.geocoder.compile.wheel import read_countries
from citytime.geocoder.ranking import NameKind

CITIES = ("cities500", "cities1000", "cities5000", "cities15000")
REGIONS = ("admin1CodesASCII", "admin1Codes")
NAMES = ("alternateNamesV2",)

CITY_COLUMNS, NAME_COLUMNS, REGION_COLUMNS = 19, 8, 2
NOT_NAMES = {"link", "wkdt", "post", "unlc", "phon", "tcid", "icao", "faac", "abbr"}
"""Kinds of `isolanguage` that hold no name to look up; `abbr` is a code to us."""


def read_dump(folder: Path, progress: Progress) -> Source:
    """All places of the dump files in a folder. Raises DataError, naming file and line, for what is not whole."""
    regions = {code: name for _, (code, name, *_) in _rows(_find(folder, REGIONS), REGION_COLUMNS)}
    cities = _find(folder, CITIES)
    places: dict[int, SourcePlace] = {}
    newest = ""
    for where, row in progress.track(f"Reading {cities.name}", _rows(cities, CITY_COLUMNS)):
        try:
            place = _place(row)
            newest = max(newest, datetime.strptime(row[18], "%Y-%m-%d").strftime("%Y-%m-%d"))
        except ValueError as error:
            raise DataError(f"{where}: {error}") from error
        places[place.key] = place
    if not places:
        raise DataError(f"{cities} has no cities")
    names = _find(folder, NAMES)
    for where, row in progress.track(f"Reading {names.name}", _rows(names, NAME_COLUMNS)):
        if not row[1].isdigit():
            raise DataError(f"{where}: {row[1]!r} is no geonameid")
        if found := places.get(int(row[1])):
            _add_name(found, row)
    return Source(list(places.values()), regions, read_countries(), f"geonames-{newest}")


def _place(row: list[str]) -> SourcePlace:
    latitude, longitude, population = float(row[4]), float(row[5]), int(row[14] or 0)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{row[4]},{row[5]} is no position")
    if not row[1] or len(row[8]) != 2:
        raise ValueError("a name or a country is missing")
    return SourcePlace(
        key=int(row[0]),
        name=row[1],
        latitude=latitude,
        longitude=longitude,
        country=row[8],
        region=f"{row[8]}.{row[10]}",
        population=population,
        source_zone=row[17],
        capital=row[7] == "PPLC",
        names=[(name, alternate_kind(name)) for name in row[3].split(",") if name],
    )


def _add_name(place: SourcePlace, row: list[str]) -> None:
    language, name, preferred, colloquial, historic = row[2], row[3], row[4], row[6], row[7]
    if not name:
        return
    if language in ("iata", "abbr"):
        place.names.append((name, NameKind.CODE))
    elif language not in NOT_NAMES:
        place.names.append((name, alternate_kind(name)))
        if language and not colloquial and not historic and (preferred or language not in place.labels):
            place.labels[language] = name


def _find(folder: Path, stems: tuple[str, ...]) -> Path:
    for stem in stems:
        for name in (f"{stem}.txt", f"{stem}.zip"):
            if (folder / name).is_file():
                return folder / name
    raise DataError(f"{folder} has none of {', '.join(f'{stem}.txt or .zip' for stem in stems)}")


def _rows(path: Path, columns: int) -> Iterator[tuple[str, list[str]]]:
    """Rows of at least `columns` columns with where they stand, for errors."""
    number, line = 0, "\n"
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                row = line.rstrip("\n").split("\t")
                if not line.endswith("\n"):
                    raise DataError(f"{path}:{number}: the file breaks off in the middle of a line; fetch it again")
                if len(row) < columns:
                    raise DataError(f"{path}:{number}: {len(row)} columns, not {columns}; fetch it again")
                yield f"{path}:{number}", row
    except (OSError, EOFError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is damaged after line {number}: {error}; fetch it again") from error


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    if path.suffix != ".zip":
        with path.open(encoding="utf-8", newline="\n") as text:
            yield text
        return
    with zipfile.ZipFile(path) as archive, archive.open(f"{path.stem}.txt") as raw:
        yield io.TextIOWrapper(raw, encoding="utf-8", newline="\n")

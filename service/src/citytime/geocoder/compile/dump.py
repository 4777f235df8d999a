"""GeoNames' own dump files, for a deployment that refreshes its data.

From https://download.geonames.org/export/dump/ : `cities500` (or 1000, 5000, 15000), `alternateNamesV2`,
`admin1CodesASCII` (also `admin1Codes`), each as `.zip` or `.txt`. Formats: that folder's readme.txt. CC BY 4.0.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

from citytime.errors import DataError
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Source, SourcePlace, alternate_kind
from citytime.geocoder.compile.wheel import read_countries
from citytime.geocoder.ranking import NameKind

CITIES = ("cities500", "cities1000", "cities5000", "cities15000")
REGIONS = ("admin1CodesASCII", "admin1Codes")
NAMES = ("alternateNamesV2",)

CITY_COLUMNS, NAME_COLUMNS, REGION_COLUMNS = 19, 8, 2
CODES = ("iata", "abbr")
NOT_NAMES = {"link", "wkdt", "post", "unlc", "phon", "tcid", "icao", "faac"}
"""Kinds of `isolanguage` that hold codes of places, and those that hold nothing to look up."""

Row = tuple[int, list[str]]
"""The number of a line, and its columns."""


def read_dump(folder: Path, progress: Progress) -> Source:
    """All places of the dump files in a folder. Raises DataError, naming file and line, for what is not whole."""
    regions_file, cities, names = (_find(folder, stems) for stems in (REGIONS, CITIES, NAMES))
    regions = {row[0]: row[1] for _, row in _rows(regions_file, REGION_COLUMNS)}
    places: dict[int, SourcePlace] = {}
    newest = date.min
    for number, row in progress.track(f"Reading {cities.name}", _rows(cities, CITY_COLUMNS)):
        try:
            place = _place(row)
            newest = max(newest, date.fromisoformat(row[18]))
        except ValueError as error:
            raise DataError(f"{cities}:{number}: {error}; fetch the file again") from error
        places[place.key] = place
    if not places:
        raise DataError(f"{cities} has no cities; fetch the file again")
    for number, row in progress.track(f"Reading {names.name}", _rows(names, NAME_COLUMNS)):
        if not row[1].isdecimal():
            raise DataError(f"{names}:{number}: {row[1]!r} is no geonameid; fetch the file again")
        if found := places.get(int(row[1])):
            _add_name(found, row)
    return Source(list(places.values()), regions, read_countries(), f"geonames-{newest}")


def _place(row: list[str]) -> SourcePlace:
    """A row of the cities; raises ValueError for one that cannot be."""
    key, latitude, longitude, population = int(row[0]), float(row[4]), float(row[5]), int(row[14] or 0)
    if key <= 0 or not row[1] or len(row[8]) != 2 or population < 0:
        raise ValueError("an id, a name, a country or a population is missing")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{row[4]},{row[5]} is no position")
    place = SourcePlace(
        key=key,
        name=row[1],
        latitude=latitude,
        longitude=longitude,
        country=row[8],
        region=f"{row[8]}.{row[10]}",
        population=population,
        source_zone=row[17],
        capital=row[7] == "PPLC",
    )
    for name in row[3].split(","):
        place.call(name, alternate_kind(name))
    return place


def _add_name(place: SourcePlace, row: list[str]) -> None:
    language, name, preferred, colloquial, historic = row[2], row[3], row[4], row[6], row[7]
    if language in CODES:
        place.call(name, NameKind.CODE)
    elif name and language not in NOT_NAMES:
        place.call(name, alternate_kind(name))
        if language and not colloquial and not historic and (preferred or language not in place.labels):
            place.labels[language] = name


def _find(folder: Path, stems: tuple[str, ...]) -> Path:
    for stem in stems:
        for name in (f"{stem}.txt", f"{stem}.zip"):
            if (folder / name).is_file():
                return folder / name
    raise DataError(f"{folder} has none of {', '.join(f'{stem}.txt or .zip' for stem in stems)}")


def _rows(path: Path, columns: int) -> Iterator[Row]:
    """The rows of a file, which must each be whole, in UTF-8 and of at least `columns` columns."""
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    raise DataError(f"{path}:{number}: the file breaks off within a line; fetch it again")
                row = line.rstrip(b"\r\n").decode().split("\t")
                if len(row) < columns:
                    raise DataError(f"{path}:{number}: {len(row)} columns, not {columns}; fetch the file again")
                yield number, row
    except UnicodeDecodeError as error:
        raise DataError(f"{path}:{number}: not UTF-8 ({error.reason}); fetch the file again") from error
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path}:{number + 1}: cannot be read on ({error}); fetch the file again") from error


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".zip":
        with path.open("rb") as text:
            yield text
        return
    with zipfile.ZipFile(path) as archive, archive.open(f"{path.stem}.txt") as text:
        yield text

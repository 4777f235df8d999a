"""Writing the file: all at once or not at all."""

from __future__ import annotations

import fcntl
import io
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from citytime.domain import PlaceKind
from citytime.errors import DataError
from citytime.geocoder.compile.database import Contents, write
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Country, SourcePlace
from citytime.geocoder.gazetteer import Gazetteer


def contents(**changes: object) -> Contents:
    lisbon = SourcePlace(7, "Lisbon", 38.7, -9.1, "PT", "PT.14", 500_000, zone="Europe/Lisbon", labels={"pt": "Lisboa"})
    airport = SourcePlace(
        -7, "Portela", 38.8, -9.1, "PT", "", 0, kind=PlaceKind.AIRPORT, code="iata:LIS", zone="Europe/Lisbon"
    )
    whole = {
        "places": [lisbon, airport],
        "codes": {"iata:LIS": -7},
        "regions": {"PT.14": "Lisbon"},
        "countries": {"PT": Country("PT", "PRT", "Portugal", "Lisbon", 10_000_000)},
        "qualifiers": {("pt", "PT", None), ("lisbon", "PT", "PT.14")},
        "meta": {"version": "test"},
    }
    return Contents(**(whole | changes))  # type: ignore[arg-type]


def written(target: Path, **changes: object) -> None:
    write(target, contents(**changes), Progress(io.StringIO()))


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    written(tmp_path / "a" / "b.sqlite")
    with closing(Gazetteer(tmp_path / "a" / "b.sqlite")) as gazetteer:
        (hit,) = gazetteer.called(["lisbon"])
        place = gazetteer.shown(hit)
        assert (place.id, place.region, place.country, place.timezone) == (
            "geonames:7",
            "Lisbon",
            "Portugal",
            "Europe/Lisbon",
        )
        assert gazetteer.coded("iata:LIS") == -7
        assert [key for key, _ in gazetteer.nearest(hit.point, 5)] == [7]
        assert gazetteer.labels([7], ["pt"]) == {7: "Lisboa"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"places": [], "codes": {}}, "has no places"),
        ({"codes": {"iata:LIS": -7, "iata:XXX": -8}}, "has loose codes"),
    ],
)
def test_what_is_not_whole_takes_no_files_place(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    target = tmp_path / "gazetteer.sqlite"
    target.write_bytes(b"old")
    with pytest.raises(DataError, match=rf"{said}; .*gazetteer\.sqlite was left as it was"):
        written(target, **changes)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_any_error_on_the_way_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "gazetteer.sqlite"
    target.write_bytes(b"old")
    with pytest.raises(KeyError):
        written(target, qualifiers={("x", "PT", "PT.99")})
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_only_one_build_writes_to_a_folder(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with pytest.raises(DataError, match="another build is writing"):
            written(tmp_path / "gazetteer.sqlite")
    finally:
        os.close(folder)
    written(tmp_path / "gazetteer.sqlite")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match=r"cannot write the gazetteer .*file/gazetteer\.sqlite"):
        written(tmp_path / "file" / "gazetteer.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(DataError, match=r"cannot write the gazetteer .*folder\.sqlite"):
        written(tmp_path / "folder.sqlite")


def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path) -> None:
    target = tmp_path / "gazetteer.sqlite"
    written(target, meta={"version": "old"})
    with closing(Gazetteer(target)) as old:
        written(target, meta={"version": "new"})
        assert old.version == "old"
        assert old.called(["lisbon"])
    with closing(Gazetteer(target)) as new:
        assert new.version == "new"


def test_the_file_is_packed_and_sound(tmp_path: Path) -> None:
    target = tmp_path / "gazetteer.sqlite"
    written(target)
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert db.execute("PRAGMA journal_mode").fetchone() != ("wal",)

"""The compiler as a whole: what it makes of a dump, and that a failed build changes nothing."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citytime.domain import PlaceKind, PlaceQuery
from citytime.errors import DataError
from citytime.geocoder.compile.build import build, weigh
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import SourcePlace
from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.resolver import Resolver
from tests.fakes.geonames_dump import CITIES, GeonamesDump


def compiled(target: Path, dump: Path, *, force: bool = False) -> None:
    build(target, dump, Progress(io.StringIO()), force=force)


@pytest.fixture
def target(small_gazetteer: Path, tmp_path: Path) -> Path:
    """A compiled file to be replaced, alone in its folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return Path(shutil.copy(small_gazetteer, folder / "gazetteer.sqlite"))


def test_a_build_says_what_it_made(tmp_path: Path, geonames_dump: Path) -> None:
    out = io.StringIO()
    report = build(tmp_path / "new" / "gazetteer.sqlite", geonames_dump, Progress(out))
    with closing(Gazetteer(report.path)) as gazetteer:
        assert gazetteer.version == report.version == "geonames-2026-05-04"
        assert int(gazetteer.meta["places"]) == report.places > len(CITIES)
        assert int(gazetteer.meta["names"]) == report.names > report.places
        age = datetime.now(UTC) - datetime.fromisoformat(gazetteer.meta["built"])
        assert timedelta(0) <= age < timedelta(minutes=5)
        found = Resolver(gazetteer).resolve(PlaceQuery("bole"))
        assert found is not None
        assert found.best.place.timezone == "Asia/Urumqi"
    assert {difference.place.name for difference in report.differences} == {"Bole", "Vincennes"}
    assert "Reading cities500.txt: 66 in" in out.getvalue()
    assert [path.name for path in report.path.parent.iterdir()] == ["gazetteer.sqlite"]


def test_a_damaged_dump_leaves_the_old_file_as_it_was(target: Path, tmp_path: Path) -> None:
    before = target.read_bytes()
    dump = GeonamesDump().write(tmp_path / "dump")
    path = dump / "alternateNamesV2.txt"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DataError, match="breaks off"):
        compiled(target, dump)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("dump", "what"),
    [
        (GeonamesDump(CITIES[: len(CITIES) // 2]), "cities"),
        (GeonamesDump([replace(city, names=()) for city in CITIES]), "city names"),
    ],
)
def test_a_dump_that_is_cut_off_between_lines_is_refused(
    target: Path, tmp_path: Path, dump: GeonamesDump, what: str
) -> None:
    before = target.read_bytes()
    with pytest.raises(DataError, match=rf"has \d+ {what}, and .* has \d+ already.*left as it was.*--force"):
        compiled(target, dump.write(tmp_path / "dump"))
    assert target.read_bytes() == before


def test_force_replaces_a_file_even_by_a_smaller_one(target: Path, tmp_path: Path) -> None:
    compiled(target, GeonamesDump(CITIES[:30]).write(tmp_path / "dump"), force=True)
    with closing(Gazetteer(target)) as gazetteer:
        assert gazetteer.meta["cities"] == "30"


def test_a_file_that_is_of_no_use_is_replaced(tmp_path: Path, geonames_dump: Path) -> None:
    target = tmp_path / "gazetteer.sqlite"
    target.write_bytes(b"no database")
    compiled(target, geonames_dump)
    with closing(Gazetteer(target)) as gazetteer:
        assert gazetteer.called(["lisbon"])


def test_a_build_that_is_killed_leaves_the_old_file_and_is_no_hindrance(target: Path, geonames_dump: Path) -> None:
    before = target.read_bytes()
    command = [sys.executable, "-m", "citytime", "gazetteer", "build"]
    with subprocess.Popen(
        [*command, "--from", str(geonames_dump), "--output", str(target)], stderr=subprocess.PIPE, env=_environment()
    ) as process:
        while not _draft(target).is_file() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert _draft(target).is_file()
    compiled(target, geonames_dump)
    assert list(target.parent.iterdir()) == [target]


def test_the_weight_of_a_place_is_its_people_and_names_less_what_its_kind_takes() -> None:
    def place(kind: PlaceKind, population: int = 0, prominence: int = 0) -> SourcePlace:
        return SourcePlace(1, "X", 0, 0, "PT", "", population, kind=kind, prominence=prominence)

    city, small = place(PlaceKind.CITY, 100_000), place(PlaceKind.CITY, 1000)
    region, airport = place(PlaceKind.REGION, prominence=100_000), place(PlaceKind.AIRPORT)
    weigh([city, small, region, airport])
    assert city.importance > region.importance > small.importance > airport.importance


def _draft(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}

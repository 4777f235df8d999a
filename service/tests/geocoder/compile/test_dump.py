"""Reading GeoNames' dump files, and refusing damaged ones by file and line."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.errors import DataError
from citytime.geocoder.compile.dump import read_dump
from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Source, SourcePlace
from citytime.geocoder.ranking import NameKind
from tests.fakes.geonames_dump import CITIES, GeonamesDump

FILES = ("cities500", "alternateNamesV2", "admin1CodesASCII")


def read(folder: Path) -> Source:
    return read_dump(folder, Progress(io.StringIO()))


def city(source: Source, key: int) -> SourcePlace:
    return next(place for place in source.places if place.key == key)


@pytest.mark.parametrize("zipped", [(), FILES])
def test_a_whole_dump_is_read_from_text_and_archive(tmp_path: Path, zipped: tuple[str, ...]) -> None:
    source = read(GeonamesDump().write(tmp_path, zipped=zipped))
    assert len(source.places) == len(CITIES)
    assert source.version == "geonames-2026-05-04"
    assert source.regions["US.TX"] == "Texas"
    assert source.countries["PT"].name == "Portugal"
    lisbon = city(source, 2267057)
    assert (lisbon.name, lisbon.country, lisbon.region, lisbon.population) == ("Lisbon", "PT", "PT.14", 517802)
    assert (lisbon.latitude, lisbon.longitude, lisbon.source_zone) == (38.72509, -9.1498, "Europe/Lisbon")
    assert lisbon.capital
    assert not city(source, 2740313).capital


def test_names_come_from_both_files_with_their_kinds_and_languages(tmp_path: Path) -> None:
    source = read(GeonamesDump().write(tmp_path))
    lisbon = city(source, 2267057)
    assert lisbon.names["lisboa"] is NameKind.ALTERNATE
    assert lisbon.names["lshbwnt"] is NameKind.ROMANISED
    assert lisbon.labels == {"pt": "Lisboa", "fr": "Lisbonne", "ru": "Лиссабон", "de": "Lissabon"}
    london = city(source, 2643743)
    assert london.names["lon"] is NameKind.CODE
    assert "iata" not in london.labels


def test_links_and_identifiers_are_no_names_and_old_names_no_labels(tmp_path: Path) -> None:
    folder = GeonamesDump().write(tmp_path)
    with (folder / "alternateNamesV2.txt").open("a", encoding="utf-8") as file:
        file.write("900\t2267057\tlink\thttps://en.wikipedia.org/wiki/Lisbon\t\t\t\t\t\t\n")
        file.write("901\t2267057\twkdt\tQ597\t\t\t\t\t\t\n")
        file.write("902\t2267057\tla\tOlisipo\t\t\t\t1\t\t\n")
        file.write("903\t2267057\tes\tLisboeta\t\t\t1\t\t\t\n")
        file.write("904\t2267057\tes\tLisboa\t1\t\t\t\t\t\n")
        file.write("905\t2267057\t\t\t\t\t\t\t\t\n")
    lisbon = city(read(folder), 2267057)
    assert "q597" not in lisbon.names
    assert not any(name.startswith("http") for name in lisbon.names)
    assert lisbon.names["olisipo"] is NameKind.ALTERNATE
    assert "la" not in lisbon.labels
    assert lisbon.labels["es"] == "Lisboa"


def test_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    folder = GeonamesDump().write(tmp_path)
    for stem in FILES:
        path = folder / f"{stem}.txt"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read(folder).places) == len(CITIES)


@pytest.mark.parametrize("stem", ["cities15000", "cities1000"])
def test_the_smaller_lists_of_cities_will_do(tmp_path: Path, stem: str) -> None:
    folder = GeonamesDump().write(tmp_path)
    (folder / "cities500.txt").rename(folder / f"{stem}.txt")
    assert len(read(folder).places) == len(CITIES)


# -- damage ----------------------------------------------------------------------------------------------------------


def cut_within_a_line(data: bytes) -> bytes:
    return data[: data.rindex(b"\n", 0, len(data) - 1) + 5]


def too_few_columns(data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([lines[0], lines[1].split(b"\t")[0], *lines[2:]])


def not_utf8(data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([lines[0], lines[1][:3] + b"\xff\xfe" + lines[1][3:], *lines[2:]])


@pytest.mark.parametrize("stem", FILES)
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut_within_a_line, r":\d+: the file breaks off within a line"),
        (too_few_columns, r":2: 1 columns, not \d+"),
        (not_utf8, r":2: not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_by_name_and_line(
    tmp_path: Path, stem: str, damage: Callable[[bytes], bytes], said: str
) -> None:
    path = GeonamesDump().write(tmp_path) / f"{stem}.txt"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=rf"{stem}\.txt{said}.*; fetch (it|the file) again"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "Lisbon", "invalid literal"),
        (0, "-7", "an id, a name"),
        (1, "", "an id, a name"),
        (4, "north", "could not convert"),
        (4, "nan", "is no position"),
        (4, "91", "91,.* is no position"),
        (5, "-180.1", "is no position"),
        (8, "", "a country"),
        (14, "many", "invalid literal"),
        (14, "-1", "population"),
        (18, "yesterday", "isoformat"),
        (18, "2026-13-01", "month"),
    ],
)
def test_a_city_that_cannot_be_is_refused_by_line(tmp_path: Path, column: int, value: str, said: str) -> None:
    path = GeonamesDump().write(tmp_path) / "cities500.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    row = lines[2].split("\t")
    row[column] = value
    path.write_text("\n".join([*lines[:2], "\t".join(row), *lines[3:]]), encoding="utf-8")
    with pytest.raises(DataError, match=rf"cities500\.txt:3: .*{said}"):
        read(tmp_path)


def test_a_name_of_no_place_is_refused_by_line(tmp_path: Path) -> None:
    path = GeonamesDump().write(tmp_path) / "alternateNamesV2.txt"
    path.write_text("1\tLisbon\ten\tLisbon\t\t\t\t\t\t\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"alternateNamesV2\.txt:1: 'Lisbon' is no geonameid"):
        read(tmp_path)


def test_a_list_without_cities_is_refused(tmp_path: Path) -> None:
    (GeonamesDump().write(tmp_path) / "cities500.txt").write_bytes(b"")
    with pytest.raises(DataError, match=r"cities500\.txt has no cities"):
        read(tmp_path)


@pytest.mark.parametrize("stem", FILES)
def test_a_missing_file_is_named(tmp_path: Path, stem: str) -> None:
    (GeonamesDump().write(tmp_path) / f"{stem}.txt").unlink()
    with pytest.raises(DataError, match=rf"has none of .*{stem}\.txt"):
        read(tmp_path)


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere has none of"):
        read(tmp_path / "nowhere")


# -- damaged archives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", FILES)
def test_a_truncated_archive_is_refused(tmp_path: Path, stem: str) -> None:
    path = GeonamesDump().write(tmp_path, zipped=[stem]) / f"{stem}.zip"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match=rf"{stem}\.zip:\d+: cannot be read on"):
        read(tmp_path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = GeonamesDump().write(tmp_path, zipped=["cities500"]) / "cities500.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    with pytest.raises(DataError, match=r"cities500\.zip:1: cannot be read on .*cities500\.txt"):
        read(tmp_path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = GeonamesDump().write(tmp_path, zipped=["cities500"]) / "cities500.zip"
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag of the local header, and of the directory's
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"cities500\.zip:1: cannot be read on .*password"):
        read(tmp_path)


@given(st.data())
def test_whatever_happened_to_an_archive_nothing_but_a_data_error_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory, geonames_dump: Path, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    for path in geonames_dump.iterdir():
        shutil.copy(path, folder)
    archive = folder / "alternateNamesV2.zip"
    content = bytearray(archive.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    archive.write_bytes(content)
    try:
        source = read(folder)
    except DataError as error:
        said = str(error)
    else:
        said = ""
        assert len(source.places) == len(CITIES)
    assert not said or "alternateNamesV2.zip" in said
    shutil.rmtree(folder)

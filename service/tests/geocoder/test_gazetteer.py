"""The compiled file: what it gives, and what is said of one that cannot be used."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from citytime.domain import Place, PlaceKind, Point
from citytime.errors import DataError
from citytime.geocoder.gazetteer import SCHEMA_VERSION, Gazetteer, Qualifier
from citytime.geocoder.ranking import NameKind


@pytest.fixture
def gazetteer(small_gazetteer: Path) -> Iterator[Gazetteer]:
    with closing(Gazetteer(small_gazetteer)) as opened:
        yield opened


def test_the_places_of_a_name_come_likeliest_first(gazetteer: Gazetteer) -> None:
    hits = gazetteer.called(["paris"])
    assert [(hit.country, hit.kind) for hit in hits][:2] == [("FR", NameKind.PRIMARY), ("US", NameKind.PRIMARY)]
    assert hits == sorted(hits, key=lambda hit: -hit.weight)
    assert hits[0].point == Point(48.85341, 2.3488)
    assert {hit.called for hit in hits} == {"paris"}


def test_of_several_names_each_is_limited_by_itself(gazetteer: Gazetteer) -> None:
    hits = gazetteer.called(["springfield", "paris"], 2)
    assert sorted(hit.called for hit in hits) == ["paris", "paris", "springfield", "springfield"]
    assert gazetteer.called(["springfield"], 3) == gazetteer.called(["springfield"])[:3]


def test_a_name_that_nothing_has_and_no_name_give_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.called(["nowhere"]) == gazetteer.called([]) == []


def test_a_name_of_two_spellings_is_its_places_once(gazetteer: Gazetteer) -> None:
    covilha = [hit for hit in gazetteer.called(["covilha"]) if hit.place_kind is None]
    assert [(hit.key, hit.kind) for hit in covilha] == [(2740313, NameKind.PRIMARY)]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("geonames:2267057", "Lisbon"),
        ("iata:LIS", "Lisbon Portela Airport"),
        ("icao:LPPT", "Lisbon Portela Airport"),
        ("country:PT", "Portugal"),
        ("region:US.TX", "Texas"),
        ("zone:Pacific/Easter", "Easter Island"),
    ],
)
def test_a_code_has_its_place(gazetteer: Gazetteer, code: str, name: str) -> None:
    key = gazetteer.coded(code)
    assert key is not None
    place = gazetteer.places([key])[key]
    assert (place.id, place.name) == (code.replace("icao:LPPT", "iata:LIS"), name)


@pytest.mark.parametrize(
    "code", ["iata:ZZZ", "geonames:", "geonames:-100000", "geonames:٣", "geonames:" + "9" * 40, "iata:", "osm:1", ""]
)
def test_an_unknown_code_has_none(gazetteer: Gazetteer, code: str) -> None:
    assert gazetteer.coded(code) is None


def test_a_place_is_shown_with_its_region_country_and_zone(gazetteer: Gazetteer) -> None:
    assert gazetteer.places([4717560, 1]) == {
        4717560: Place(
            id="geonames:4717560",
            name="Paris",
            region="Texas",
            country="United States",
            country_code="US",
            latitude=33.66094,
            longitude=-95.55551,
            population=24782,
            timezone="America/Chicago",
            kind=PlaceKind.CITY,
        )
    }


def test_labels_are_in_the_first_language_that_has_one(gazetteer: Gazetteer) -> None:
    assert gazetteer.labels([2267057, 1529102, 1], ["xx", "pt", "zh"]) == {2267057: "Lisboa", 1529102: "乌鲁木齐"}
    assert gazetteer.labels([2267057], ["ru"]) == gazetteer.labels([2267057], ["RU"]) == {2267057: "Лиссабон"}
    assert gazetteer.labels([], ["ru"]) == gazetteer.labels([2267057], []) == {}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["lisb"], "lisbon"),
        (["new", "y"], "newyorkcity"),
        (["лисс"], "лиссабон"),
        (["東"], "東京"),
        (["petersburg"], "saintpetersburg"),
    ],
)
def test_names_begin_with_words_and_a_beginning(gazetteer: Gazetteer, words: list[str], first: str) -> None:
    assert gazetteer.beginning(words, 40)[0] == first


@pytest.mark.parametrize("words", [["NOT"], ["or", "and"], ["near"], ["text"], ["qzx"]])
def test_words_of_the_query_language_are_words(gazetteer: Gazetteer, words: list[str]) -> None:
    assert all(words[0].lower() in name for name in gazetteer.beginning(words, 5))


def test_no_more_beginnings_than_asked_for(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.beginning(["s"], 7)) == 7


def test_the_terms_of_a_length_have_that_length(gazetteer: Gazetteer) -> None:
    terms, letters, pairs = gazetteer.spellings(6)
    numbers = [int.from_bytes(terms[at : at + 4], "little") for at in range(0, len(terms), 4)]
    assert len(letters) == len(pairs) == 8 * len(numbers)
    keys = gazetteer.keys(numbers[:50])
    assert len(keys) == 50
    assert {len(key) for key in keys} == {6}
    assert gazetteer.spellings(999) == (b"", b"", b"")


def test_a_qualifier_may_mean_a_country_and_regions(gazetteer: Gazetteer) -> None:
    georgia = gazetteer.qualifiers("georgia")
    assert {(q.country, q.region is None) for q in georgia} == {("GE", True), ("US", False)}
    athens = {hit.country: hit for hit in gazetteer.called(["athens"]) if hit.place_kind is None}
    assert [any(q.admits(athens[country]) for q in georgia) for country in ("US", "GR")] == [True, False]
    assert Qualifier("US", None).admits(athens["US"])
    assert gazetteer.qualifiers("atlantis") == []


def test_the_nearest_city_to_a_city_is_itself(gazetteer: Gazetteer) -> None:
    (first, distance), *others = gazetteer.nearest(Point(38.72509, -9.1498), 3)
    assert (first, distance) == (2267057, 0)
    assert [key for key, _ in others] == [2740313, 2735943]


def test_the_file_says_what_it_is_from(gazetteer: Gazetteer) -> None:
    assert gazetteer.version == "geonames-2026-05-04"
    assert {"tzdata", "boundaries", "cldr", "built", "places", "names"} <= set(gazetteer.meta)


# -- files that cannot be used ---------------------------------------------------------------------------------------


def test_a_missing_file_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no gazetteer at .*nothing\.sqlite.*citytime gazetteer build"):
        Gazetteer(tmp_path / "nothing.sqlite")


def test_a_file_of_another_format_is_refused(small_gazetteer: Path, tmp_path: Path) -> None:
    other = shutil.copy(small_gazetteer, tmp_path / "other.sqlite")
    with closing(sqlite3.connect(other)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(DataError, match=rf"format {SCHEMA_VERSION + 1}, this program reads {SCHEMA_VERSION}"):
        Gazetteer(other)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + bytes(4080), b"no database at all" * 300])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.sqlite"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged\.sqlite.*make it anew with: citytime gazetteer build"):
        Gazetteer(path)


def test_a_truncated_file_is_refused(small_gazetteer: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.sqlite"
    path.write_bytes(small_gazetteer.read_bytes()[:4096])
    with pytest.raises(DataError, match=r"cut\.sqlite is damaged"):
        Gazetteer(path)


def test_a_path_with_odd_characters_is_opened(small_gazetteer: Path, tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é.sqlite"
    path.symlink_to(small_gazetteer)
    with closing(Gazetteer(path)) as opened:
        assert opened.called(["lisbon"])


def test_the_file_is_never_written_to(gazetteer: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer._db.execute("DELETE FROM place")

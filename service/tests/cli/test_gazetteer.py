"""`citytime gazetteer`, in this process."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citytime.cli import gazetteer
from citytime.cli.gazetteer import ATTRIBUTION
from citytime.cli.main import main
from citytime.errors import DataError
from tests.fakes.geonames_dump import CITIES, GeonamesDump

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings have the gazetteer, with none there yet."""
    path = tmp_path / "share" / "gazetteer.sqlite"
    monkeypatch.setenv("CITYTIME_GAZETTEER", str(path))
    return path


# -- build -----------------------------------------------------------------------------------------------------------


def test_it_is_built_where_the_settings_have_it_and_reported(
    target: Path, geonames_dump: Path, capsys: Capture
) -> None:
    assert main(["gazetteer", "build", "--from", str(geonames_dump)]) == 0
    out, err = capsys.readouterr()
    assert target.is_file()
    assert "Reading cities500.txt: 66 in" in err
    assert "Bole, CN " in out
    assert out.splitlines()[-1].startswith(f"{target}: ")
    assert "geonames-2026-05-04" in out.splitlines()[-1]


def test_it_is_built_elsewhere_and_reported_in_json(
    target: Path, geonames_dump: Path, tmp_path: Path, capsys: Capture
) -> None:
    elsewhere = tmp_path / "fresh.sqlite"
    assert main(["gazetteer", "build", "--from", str(geonames_dump), "--output", str(elsewhere), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["path"] == str(elsewhere)
    assert report["size"] == elsewhere.stat().st_size
    assert report["names"] > report["places"] > len(CITIES)
    bole, vincennes = report["zone_differences"]
    assert (bole["place"], bole["timezone"], bole["geonames_timezone"]) == (
        "geonames:8521718",
        "Asia/Urumqi",
        "Asia/Shanghai",
    )
    assert bole["now"] is True
    assert bole["when"] == "always"
    assert "Xinjiang Time" in bole["why"]
    assert vincennes["name"] == "Vincennes"
    assert not target.exists()


def test_a_damaged_dump_is_one_line_of_error(target: Path, tmp_path: Path, capsys: Capture) -> None:
    path = GeonamesDump().write(tmp_path / "dump") / "cities500.txt"
    path.write_bytes(path.read_bytes()[:-5])
    assert main(["gazetteer", "build", "--from", str(path.parent)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"citytime: .*cities500\.txt:66: the file breaks off within a line; fetch it again", err.splitlines()[-1]
    )
    assert not target.exists()


def test_a_far_smaller_dump_needs_force(small_gazetteer: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "gazetteer.sqlite"
    target.write_bytes(small_gazetteer.read_bytes())
    few = str(GeonamesDump(CITIES[:20]).write(tmp_path / "dump"))
    assert main(["gazetteer", "build", "--from", few, "--output", str(target)]) == 2
    assert "20 cities, and" in capsys.readouterr().err
    assert target.read_bytes() == small_gazetteer.read_bytes()
    assert main(["gazetteer", "build", "--from", few, "--output", str(target), "--force"]) == 0
    assert target.read_bytes() != small_gazetteer.read_bytes()


def test_what_compiling_needs_is_named_with_the_file_that_has_it() -> None:
    gazetteer.require(gazetteer.BUILD_ONLY)
    with pytest.raises(DataError, match=r"needs no_such_package, not .* -r service/requirements/build\.txt"):
        gazetteer.require(["json", "no_such_package"])


# -- info ------------------------------------------------------------------------------------------------------------


def test_info_says_what_is_in_it(small_gazetteer: Path, capsys: Capture) -> None:
    assert main(["gazetteer", "info", "--gazetteer", str(small_gazetteer)]) == 0
    out, err = capsys.readouterr()
    said = dict(re.findall(r"^(\w+) +(\S.*)$", out.split("\n\n")[0], re.MULTILINE))
    assert said["path"] == str(small_gazetteer)
    assert said["version"] == "geonames-2026-05-04"
    assert said["size"].endswith(" MB")
    assert re.fullmatch(r"less than a minute|\d+ minutes?", said["age"])
    assert {"built", "places", "names", "tzdata", "boundaries", "cldr"} <= set(said)
    for line in ATTRIBUTION:
        assert line in out
    assert err == ""


def test_info_in_json_has_the_same_facts_as_numbers(small_gazetteer: Path, capsys: Capture) -> None:
    assert main(["gazetteer", "info", "--json", f"--gazetteer={small_gazetteer}"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["size"] == small_gazetteer.stat().st_size
    assert facts["places"] > len(CITIES)
    built = datetime.fromisoformat(facts["built"])
    assert abs((datetime.now(UTC) - built).total_seconds() - facts["age"]) < 10
    assert facts["attribution"] == list(ATTRIBUTION)


def test_sources_are_attributed_with_their_licences() -> None:
    said = "\n".join(ATTRIBUTION)
    for source in (
        "GeoNames",
        "CC BY 4.0",
        "CLDR",
        "airportsdata",
        "timezone-boundary-builder",
        "ODbL",
        "OpenStreetMap",
    ):
        assert source in said


def test_without_a_gazetteer_the_way_to_one_is_said(target: Path, capsys: Capture) -> None:
    assert main(["gazetteer", "info"]) == 2
    assert capsys.readouterr().err == (
        f"citytime: there is no gazetteer at {target}; make it with: citytime gazetteer build\n"
    )


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1200), "1,200 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, said: str) -> None:
    assert gazetteer.duration(age) == said


# -- usage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["build", "info"])
def test_help_teaches_by_examples(capsys: Capture, action: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["gazetteer", action, "--help"])
    assert caught.value.code == 0
    assert f"  citytime gazetteer {action}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["bild"], ["build", "--from"], ["info", "--from"]])
def test_a_wrong_command_line_is_explained(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["gazetteer", *arguments])
    assert caught.value.code == 2
    assert "usage: citytime" in capsys.readouterr().err

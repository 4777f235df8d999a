"""`citytime time`, `convert` and `batch`, in this process."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from citytime.cli.main import main
from tests.instance import gazetteer


@pytest.fixture(autouse=True)
def _data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYTIME_GAZETTEER", str(gazetteer()))


Capture = pytest.CaptureFixture[str]


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_the_time_in_each_place_is_a_line_each(capsys: Capture) -> None:
    assert main(["time", "lisbon", "東京", "paris, texas", "Europe/Paris", "iata:JFK"]) == 0
    out, err = capsys.readouterr()
    zones = [line.split(" · ")[0].split()[-1] for line in out.splitlines()]
    assert zones == ["Europe/Lisbon", "Asia/Tokyo", "America/Chicago", "Europe/Paris", "America/New_York"]
    assert err == ""


@pytest.mark.parametrize("city", ["-33.87,151.21", " -33.87,151.21", "-33.87, 151.21"])
def test_a_negative_latitude_needs_no_tricks(capsys: Capture, city: str) -> None:
    assert main(["time", city, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["timezone"] == "Australia/Sydney"
    assert facts["query"] == city.strip()


def test_json_is_an_object_a_line(capsys: Capture) -> None:
    assert main(["time", "lisbon", "tokyo", "--json"]) == 0
    facts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["timezone"] for one in facts] == ["Europe/Lisbon", "Asia/Tokyo"]
    assert abs(datetime.fromisoformat(facts[0]["local_time"]) - datetime.now(UTC)) < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("options", "zone", "local"),
    [
        (["--at", "2026-07-01T12:00Z"], "Europe/Paris", "2026-07-01T14:00:00+02:00"),
        (["--at", "2026-07-01T12:00Z", "--country", "US"], "America/Chicago", "2026-07-01T07:00:00-05:00"),
        (["--at=2026-07-01T12:00", "--country=USA"], "America/Chicago", "2026-07-01T12:00:00-05:00"),
        (["--near", "-33.9,151.2", "--at", "2026-07-01T12:00Z"], "Europe/Paris", "2026-07-01T14:00:00+02:00"),
    ],
)
def test_options_are_those_of_the_http_interface(capsys: Capture, options: list[str], zone: str, local: str) -> None:
    assert main(["time", "paris", "--json", *options]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["timezone"], facts["local_time"]) == (zone, local)


def test_names_come_in_a_language(capsys: Capture) -> None:
    assert main(["time", "lisbon", "--lang", "de"]) == 0
    assert "Lissabon" in capsys.readouterr().out


def test_what_is_not_known_is_told_on_stderr_and_the_others_all_the_same(capsys: Capture) -> None:
    assert main(["time", "lisbon", "nirgendwoxyz", "", "tokyo"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert [line[:4] for line in err.splitlines()] == ["404 ", "400 "]
    assert "nirgendwoxyz" in err


def test_strict_refuses_to_guess(capsys: Capture) -> None:
    assert main(["time", "springfield", "--strict"]) == 1
    assert capsys.readouterr().err.startswith("300 Several places answer to this name")


def test_half_a_character_from_the_shell_is_refused(capsys: Capture) -> None:
    assert main(["time", "caf\udce9"]) == 1
    assert capsys.readouterr().err.startswith("400 ")


def test_a_moment_is_converted(capsys: Capture) -> None:
    assert main(["convert", "lisbon", "tokyo", "-33.87,151.21", "--at", "2026-07-01T09:00"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "2026-07-01T09:00:00+01:00",
        "2026-07-01T17:00:00+09:00",
        "2026-07-01T18:00:00+10:00",
    ]


@pytest.mark.parametrize(("at", "kind"), [("2026-03-29T01:30", "gap"), ("2026-10-25T01:30", "overlap")])
def test_gaps_and_overlaps_are_told(capsys: Capture, at: str, kind: str) -> None:
    assert main(["convert", "Europe/Lisbon", "UTC", "--at", at]) == 0
    assert f" · {kind} · " in capsys.readouterr().out.splitlines()[0]
    assert main(["convert", "Europe/Lisbon", "UTC", "--at", at, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["from"]["reading"]["kind"] == kind


def test_a_conversion_to_nowhere_is_a_problem(capsys: Capture) -> None:
    assert main(["convert", "lisbon", "nirgendwoxyz"]) == 1
    assert capsys.readouterr().err.startswith("404 ")


def test_a_batch_answers_each_line_in_its_place(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["lisbon", "", '{"city": "paris", "country": "US"}', "nirgendwoxyz", "{", '{"a":' * 50_000, "  tokyo  "]
    feed(monkeypatch, "\n".join(lines).encode() + b'\n\xff\xfe\n{"city": "\xff"}')
    assert main(["batch", "--json"]) == 1
    out, err = capsys.readouterr()
    facts = [json.loads(line) for line in out.splitlines()]
    assert [one.get("timezone", one.get("status")) for one in facts] == [
        "Europe/Lisbon",
        "America/Chicago",
        404,
        400,
        400,
        "Asia/Tokyo",
        400,
        400,
    ]
    assert err == ""


def test_a_batch_of_known_places_succeeds(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, "lisbon\r\n東京\n".encode())
    assert main(["batch", "--at", "2026-01-01T00:00Z"]) == 0
    assert [line[:25] for line in capsys.readouterr().out.splitlines()] == [
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T09:00:00+09:00",
    ]


def test_an_empty_batch_is_no_failure(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"\n\n")
    assert main(["batch"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["time", "lisbon", "--at", "noon"], "'noon' is not a date and time"),
        (["time", "lisbon", "--near", "lisbon"], "near must be latitude,longitude"),
        (["convert", "lisbon", "  "], "to is empty"),
        (["time", "lisbon", "--gazetteer", "/nowhere.sqlite"], "citytime gazetteer build"),
        (["time", "lisbon", "--geocoders", "nominatum"], "did you mean nominatim?"),
        (["time", "lisbon", "--geocoders", "gazetteer,gazetteer"], "--geocoders='gazetteer,gazetteer' is not allowed"),
    ],
)
def test_a_wrong_command_line_is_told(capsys: Capture, argv: list[str], said: str) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("citytime: ")
    assert said in err


def test_a_wrong_variable_names_key_value_and_what_is_allowed(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYTIME_PORT", "eighty")
    assert main(["time", "lisbon"]) == 2
    said = capsys.readouterr().err
    assert said == "citytime: CITYTIME_PORT='eighty' is not allowed: it must be a whole number from 0 to 65535\n"
    monkeypatch.delenv("CITYTIME_PORT")
    monkeypatch.setenv("CITYTIME_PROT", "80")
    assert main(["time", "lisbon"]) == 2
    assert "CITYTIME_PROT is not a setting" in capsys.readouterr().err


def test_a_wrong_flag_names_key_value_and_what_is_allowed(capsys: Capture) -> None:
    assert main(["serve", "--port", "99999"]) == 2
    assert "--port='99999' is not allowed: it must be a whole number from 0 to 65535" in capsys.readouterr().err
    assert main(["serve", "--workers", "-1"]) == 2
    assert "--workers=" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["tiem"], ["time"], ["convert", "lisbon"], ["time", "x", "--nonsense"]])
def test_a_command_line_that_cannot_be_read_is_told_how(capsys: Capture, argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert "usage: citytime" in capsys.readouterr().err

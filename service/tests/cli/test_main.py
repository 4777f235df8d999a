"""The command as a process: help, pipes, terminals, signals, exit codes."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from citytime import __version__
from citytime.cli.main import EXAMPLES, main, parser
from citytime.settings import Settings, environment_name, flag_name
from tests.instance import environment, gazetteer, instance

COMMAND = [sys.executable, "-m", "citytime"]
LONG = 20.0


def run(*argv: str, stdin: bytes = b"", **settings: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *argv], input=stdin, capture_output=True, env=environment(**settings), timeout=LONG, check=False
    )


def test_the_command_answers_as_a_process() -> None:
    done = run("time", "lisbon", "-33.87,151.21")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 2
    assert run("time", "nirgendwoxyz").returncode == 1
    assert run("time", "lisbon", port="x").returncode == 2


def test_the_version_is_told() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"citytime {__version__}\n")


@pytest.mark.parametrize("command", ["time", "convert", "batch", "serve"])
def test_help_teaches(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert f"usage: citytime {command}" in said
    assert "example: citytime" in said or command == "serve"
    assert "lisbon" in said or command == "serve" or command == "batch"


def test_help_of_the_command_lists_commands_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert EXAMPLES in said
    for command in ("serve", "time", "convert", "batch", "gazetteer"):
        assert re.search(rf"^    {command}\s+\S", said, re.MULTILINE)


def test_the_examples_can_be_read() -> None:
    for line in EXAMPLES.splitlines():
        if line.startswith("  citytime "):
            argv = [part.strip('"') for part in re.findall(r'"[^"]+"|\S+', line.split("   ")[0].split("<")[0])][1:]
            parser().parse_args(argv)


def test_every_setting_is_a_flag_of_serve_with_its_variable_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    said = re.sub(r"\s+", "", capsys.readouterr().out)
    for field in dataclasses.fields(Settings):
        assert flag_name(field.name) in said
        assert f"({environment_name(field.name)};default" in said


def test_the_service_is_served() -> None:
    with instance() as service, urllib.request.urlopen(f"{service.url}/lisbon") as answer:
        assert json.load(answer)["timezone"] == "Europe/Lisbon"


def test_a_flag_wins_over_its_variable() -> None:
    done = run("serve", "--gazetteer", "/of/the/flag", gazetteer="/of/the/environment")
    assert (done.returncode, b"/of/the/flag" in done.stderr) == (2, True)


def test_a_missing_gazetteer_is_told_before_anything_is_served() -> None:
    done = run("serve", gazetteer="/nowhere/gazetteer.sqlite")
    assert done.returncode == 2
    assert "citytime gazetteer build" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, "batch"], env=environment(), **pipes) as process:  # type: ignore[call-overload]
        process.stdout.close()
        _, err = process.communicate(b"lisbon\n" * 3000, timeout=LONG)
    assert (process.returncode, err) == (0, b"")


def test_an_interrupt_ends_a_batch_that_waits_for_input() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, "batch"], env=environment(), **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(b"lisbon\n" * 3000)  # answers come once there are enough of them to write
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG) == -signal.SIGINT
        assert process.stderr.read() == b""


@pytest.mark.parametrize("watched", [True, False])
def test_progress_is_shown_to_those_who_watch(watched: bool) -> None:
    main_end, other_end = pty.openpty()
    stderr = other_end if watched else subprocess.PIPE
    done = subprocess.run(
        [*COMMAND, "batch"],
        input=b"lisbon\n" * 250,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environment(),
        timeout=LONG,
        check=True,
    )
    os.close(other_end)
    assert len(done.stdout.splitlines()) == 250
    if watched:
        shown = os.read(main_end, 4096).decode()
        assert re.search(r"\r100 looked up, [\d,]+ a second\r200 looked up, ", shown)
        assert re.search(r"\r\x1b\[K250 looked up in \d+\.\d s\r\n$", shown)
    else:
        assert done.stderr == b""
    os.close(main_end)


def test_answers_on_a_terminal_come_without_a_count() -> None:
    main_end, other_end = pty.openpty()
    process = subprocess.run(
        [*COMMAND, "batch"],
        input=b"lisbon\nnirgendwoxyz\n",
        stdout=other_end,
        stderr=other_end,
        env=environment(),
        timeout=LONG,
        check=False,
    )
    os.close(other_end)
    shown = os.read(main_end, 4096).decode()
    os.close(main_end)
    assert process.returncode == 1
    assert "looked up" not in shown
    assert len(shown.splitlines()) == 2


def test_the_gazetteer_is_there() -> None:
    assert gazetteer().is_file()

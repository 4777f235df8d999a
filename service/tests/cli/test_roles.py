"""The roles as processes: what they say, what they import, how they stop."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from citytime.cli.main import main
from citytime.domain import PlaceQuery, Point
from citytime.errors import CitytimeError
from citytime.telemetry import Metrics
from citytime.timezones.client import RemoteTimeZones
from tests.instance import environment, instance
from tests.process import service
from tests.rpc.live import remote, settings

LISBON, NOWHERE = PlaceQuery("lisbon"), PlaceQuery("nowhere")


def scrape(admin_url: str) -> str:
    with urllib.request.urlopen(f"{admin_url}/metrics") as answer:
        return str(answer.read().decode())


def test_the_geocoder_answers_on_the_compiled_gazetteer_and_tells_of_itself() -> None:
    async def ask(address: str) -> str:
        async with remote(address) as client:
            await client.ping()
            return (await client.resolve(LISBON)).best.place.timezone

    with instance("geocoder") as geocoder:
        assert asyncio.run(ask(geocoder.url)) == "Europe/Lisbon"
        exposed = scrape(geocoder.admin_url)
        assert 'citytime_resolutions_total{match="exact",source="gazetteer"} 1.0' in exposed
        assert re.search(r"^citytime_data_age_seconds [1-9]", exposed, re.MULTILINE)
        assert "citytime_build_info{" in exposed
        with urllib.request.urlopen(f"{geocoder.admin_url}/readyz") as answer:
            assert json.load(answer)["checks"] == {"server": "ok", "gazetteer": "ok"}


def test_the_time_zones_answer_and_tell_of_themselves() -> None:
    async def ask(address: str) -> str:
        client = RemoteTimeZones(settings(timezones_target=f"ipv4:{address}"), Metrics())
        try:
            await client.ping()
            return await client.zone_at(Point(38.72, -9.14))
        finally:
            await client.close()

    with instance("timezones") as timezones:
        assert asyncio.run(ask(timezones.url)) == "Europe/Lisbon"
        with urllib.request.urlopen(f"{timezones.admin_url}/readyz") as answer:
            assert json.load(answer)["checks"] == {"server": "ok", "boundaries": "ok"}
        assert "citytime_build_info{" in scrape(timezones.admin_url)


@pytest.mark.parametrize("role", ["geocoder", "timezones"])
def test_help_of_a_role_has_the_settings(role: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([role, "--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: citytime {role}" in said
    assert "CITYTIME_GRPC_PORT" in said


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"workers": 2}, "CITYTIME_WORKERS=2"),
        ({"gazetteer": Path("/nowhere.sqlite")}, "citytime gazetteer build"),
        ({"geocoders": "nobody"}, "CITYTIME_GEOCODERS"),
    ],
)
def test_what_cannot_work_is_told_at_the_start(given: dict[str, object], complaint: str) -> None:
    command = [sys.executable, "-m", "citytime", "geocoder"]
    done = subprocess.run(command, env=environment(**given), capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, complaint in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def imported(statements: str) -> set[str]:
    """The names of all modules that a fresh process has imported after some statements."""
    code = f"import sys; {statements}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=20, check=True
    )
    return set(done.stdout.split())


def test_serving_all_in_one_process_needs_no_grpc() -> None:
    modules = imported("import citytime.cli.main, citytime.local, citytime.gateway.front, citytime.workers")
    assert "citytime.gateway.application" in modules
    assert not {name for name in modules if name.partition(".")[0] in ("grpc", "google")}


@pytest.mark.parametrize("role", ["geocoder", "timezones"])
def test_a_role_imports_nothing_of_the_others(role: str) -> None:
    modules = imported(f"import citytime.serving, citytime.rpc.server, citytime.{role}.role")
    assert "grpc" in modules
    strangers = {"geocoder": ["gateway", "images"], "timezones": ["gateway", "images", "geocoder.gazetteer"]}[role]
    assert not {name for name in modules for one in strangers if name.startswith(f"citytime.{one}")}


def test_a_stop_finishes_the_calls_under_way() -> None:
    async def scenario() -> None:
        async with service("geocoder_role", FAKE_DELAY=0.5) as running:
            async with remote(f"127.0.0.1:{running.port}", rpc_retries=0) as client:
                call = asyncio.create_task(client.resolve(LISBON))
                await asyncio.sleep(0.2)
                running.stop(signal.SIGINT)
                assert (await call).best.place.name == "Lisbon"
            code, requests, errors = await running.end()
            assert (code, [line["status"] for line in requests]) == (0, ["OK"])
            assert errors.endswith("closed\n")

    asyncio.run(scenario())


@pytest.mark.parametrize("how", ["a second signal", "the end of the grace"])
def test_calls_that_are_cut_off_make_the_exit_code_1(how: str) -> None:
    async def scenario() -> None:
        grace = 0.2 if how == "the end of the grace" else 30
        async with service("geocoder_role", CITYTIME_SHUTDOWN_GRACE=grace) as running:
            async with remote(f"127.0.0.1:{running.port}", rpc_retries=0, rpc_timeout=20, request_timeout=60) as client:
                call = asyncio.create_task(client.resolve(NOWHERE))
                await asyncio.sleep(0.2)
                running.stop()
                await running.event("stopping")
                begun = time.monotonic()
                if how == "a second signal":
                    running.stop()
                with pytest.raises(CitytimeError, match="geocoder"):
                    await call
            code, requests, errors = await running.end()
            assert time.monotonic() - begun < 5
            assert (code, [line["status"] for line in requests]) == (1, ["CANCELLED"])
            assert '"cut_off": 1' in errors

    asyncio.run(scenario())


def test_a_restart_under_load_loses_no_call_of_two_replicas() -> None:
    async def scenario() -> None:
        async with service("geocoder_role") as one, service("geocoder_role") as other:
            async with remote(f"127.0.0.1:{one.port}", f"127.0.0.1:{other.port}") as client:
                for _ in range(100):
                    await client.resolve(LISBON)
                one.stop()
                for _ in range(100):
                    await client.resolve(LISBON)
            code, requests, _ = await one.end()
            assert code == 0
            assert {line["status"] for line in requests} == {"OK"}

    asyncio.run(scenario())


def test_the_command_line_itself_brings_no_role_the_code_of_another() -> None:
    modules = imported("import citytime.cli.main")
    assert not modules & {"citytime.local", "citytime.geocoder.gazetteer", "citytime.timezones.zones", "grpc", "PIL"}

"""Two processes of `citytime serve` that share a real server, and what its death does to them."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from citytime.geocoder.store import DEADLINE, FAILURES
from tests.fakes.nominatim import LISBON, Behaviour, FakeNominatim, after, answers
from tests.instance import environment
from tests.valkey.server import Server, server

PASSWORD = "open-sesame"
LONG = 15.0
"""Seconds after which what a test waits for has failed to come."""


class Process:
    """A running `citytime serve`; `log` is the file of its standard error."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._http: AsyncHTTPClient = AsyncHTTPClient(force_instance=True, max_clients=200)

    def events(self, *levels: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["level"] in levels]

    def said(self) -> list[str]:
        """What it logged of the store."""
        return [line["event"] for line in self.events("info", "warning", "error") if "valkey" in line["event"]]

    async def listens(self) -> None:
        while not (found := [line for line in self.events("info") if line["event"] == "listening"]):
            assert self._process.returncode is None, self._log.read_text()
            await asyncio.sleep(0.02)
        self.url, self.admin_url = found[0]["url"], found[0]["admin"]

    async def ask(self, city: str) -> HTTPResponse:
        return await self._http.fetch(f"{self.url}/{city}", raise_error=False, request_timeout=60)

    async def metric(self, name: str, **labels: str) -> float:
        body = (await self._http.fetch(f"{self.admin_url}/metrics")).body.decode()
        for family in text_string_to_metric_families(body):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return sample.value
        raise AssertionError(f"there is no {name} {labels}")

    async def state(self) -> float:
        return await self.metric("citytime_circuit_breaker_state", dependency="valkey")

    async def lookups(self, result: str) -> float:
        return await self.metric("citytime_cache_requests_total", cache="valkey:nominatim", result=result)

    async def reaches(self, state: float) -> None:
        """Return when the store's breaker is in this state."""
        async with asyncio.timeout(LONG):
            while await self.state() != state:  # noqa: ASYNC110 (nobody tells us)
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        self._http.close()
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LONG):
            assert await self._process.wait() == 0, self._log.read_text()


@asynccontextmanager
async def serve(log: Path, **settings: object) -> AsyncIterator[Process]:
    with log.open("w") as stderr:
        command = (sys.executable, "-m", "citytime", "serve")
        process = await asyncio.create_subprocess_exec(
            *command, env=environment(**settings), stdout=asyncio.subprocess.DEVNULL, stderr=stderr
        )
    one = Process(process, log)
    try:
        async with asyncio.timeout(LONG):
            await one.listens()
        yield one
    finally:
        await one.stop()


class Pair:
    """Two replicas, what they ask and what they share."""

    def __init__(self, processes: list[Process], nominatim: FakeNominatim, valkey: Server) -> None:
        self.processes = processes
        self.nominatim = nominatim
        self.valkey = valkey

    async def each(self, question: Callable[[Process], Awaitable[float]]) -> list[float]:
        return list(await asyncio.gather(*map(question, self.processes)))

    async def reach(self, state: float) -> None:
        await asyncio.gather(*(process.reaches(state) for process in self.processes))


def run(tmp_path: Path, scenario: Callable[[Pair], Awaitable[None]], behaviour: Behaviour, **settings: object) -> None:
    async def whole(valkey: Server) -> None:
        async with FakeNominatim(behaviour) as nominatim, AsyncExitStack() as stack:
            password = tmp_path / "password"
            password.write_text(PASSWORD)
            given = {
                "geocoders": "nominatim",
                "geocoder_options": json.dumps({"nominatim": nominatim.options}),
                "valkey_url": valkey.url,
                "valkey_password_file": password,
            }
            replicas = [serve(tmp_path / f"{name}.log", **(given | settings)) for name in ("one", "other")]
            processes = [await stack.enter_async_context(replica) for replica in replicas]
            pair = Pair(processes, nominatim, valkey)
            assert await pair.each(Process.state) == [0, 0]
            await scenario(pair)
            assert PASSWORD not in "".join((tmp_path / f"{name}.log").read_text() for name in ("one", "other"))

    with server(tmp_path, "--requirepass", PASSWORD) as valkey:
        asyncio.run(whole(valkey))


def test_two_processes_make_one_call_for_a_name_and_one_a_second_at_most(tmp_path: Path) -> None:
    async def scenario(pair: Pair) -> None:
        both = await asyncio.gather(*(process.ask("lisbon") for process in pair.processes for _ in range(3)))
        assert [response.code for response in both] == [200] * 6
        assert {json.loads(response.body)["timezone"] for response in both} == {"Europe/Lisbon"}
        assert len(pair.nominatim.requests) == 1
        names = [f"town-{n}" for n in range(4)]
        many = await asyncio.gather(*(process.ask(name) for name in names for process in pair.processes))
        assert [response.code for response in many] == [200] * 8
        asked = pair.nominatim.requests
        assert sorted(request.arguments["q"] for request in asked) == sorted([*names, "lisbon"])
        assert min(later.at - earlier.at for earlier, later in pairwise(asked)) > 0.95

    run(tmp_path, scenario, after(0.1, answers(LISBON)), request_timeout=30)


def test_a_server_that_is_killed_under_load_costs_no_request_and_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    async def scenario(pair: Pair) -> None:
        codes: list[int] = []
        going = True

        async def load(process: Process, name: str) -> None:
            number = 0
            while going:
                number += 1
                # What is new, what is known, and what the other knows too.
                for city in (f"{name}-{number}", f"{name}-1", f"town-{number}"):
                    codes.append((await process.ask(city)).code)
                await asyncio.sleep(0.1)

        loads = [
            asyncio.create_task(load(process, name)) for name, process in zip("abcd", pair.processes * 2, strict=True)
        ]
        await asyncio.sleep(1.0)
        pair.valkey.kill()
        await pair.reach(2)
        await asyncio.sleep(1.0)
        assert min(await pair.each(lambda process: process.lookups("error"))) > 0
        assert [process.said() for process in pair.processes] == [["valkey is out: each process goes by itself"]] * 2
        pair.valkey.start()
        await pair.reach(0)
        known = await pair.each(lambda process: process.lookups("hit"))
        await asyncio.sleep(1.0)
        going = False
        await asyncio.gather(*loads)
        later = await pair.each(lambda process: process.lookups("hit"))
        assert sum(later) > sum(known)
        assert set(codes) == {200}
        assert len(codes) > 100
        assert all(process.said()[1:] == ["valkey is back"] for process in pair.processes)

    run(tmp_path, scenario, answers(LISBON), geocoder_rate=100)


def test_a_server_that_is_paused_holds_up_no_request_for_long(tmp_path: Path) -> None:
    async def scenario(pair: Pair) -> None:
        took: list[float] = []

        async def ask(number: int) -> None:
            began = time.monotonic()
            assert (await pair.processes[number % 2].ask(f"town-{number}")).code == 200
            took.append(time.monotonic() - began)

        await asyncio.gather(*map(ask, range(10)))
        took.clear()
        pair.valkey.pause()
        for number in range(10, 30):
            await ask(number)
        slowest, median = (f"{seconds * 1000:.0f} ms" for seconds in (max(took), sorted(took)[10]))
        print(f"server paused: the slowest of 20 requests took {slowest}, the median {median}")
        assert max(took) < FAILURES * DEADLINE + 0.2
        assert sorted(took)[10] < 0.1
        pair.valkey.resume()
        await pair.reach(0)

    run(tmp_path, scenario, answers(LISBON), geocoder_rate=1000)


def test_a_server_that_is_not_there_holds_up_no_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        absent = Server(tmp_path, "--requirepass", PASSWORD)
        async with (
            FakeNominatim(answers(LISBON)) as nominatim,
            serve(
                tmp_path / "log",
                geocoders="nominatim",
                geocoder_options=json.dumps({"nominatim": nominatim.options}),
                valkey_url=absent.url.replace("//", f"//:{PASSWORD}@"),
            ) as process,
        ):
            assert (await process.ask("lisbon")).code == 200
            await process.reaches(2)
            absent.start()
            try:
                await process.reaches(0)
            finally:
                absent.kill()
        assert PASSWORD not in (tmp_path / "log").read_text()

    asyncio.run(scenario())

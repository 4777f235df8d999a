from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

from tests.load import Load
from tests.process import Service, service
from tests.wire import Answer, fetch, until


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until_ready(running: Service) -> None:
    async def ready() -> bool:
        return (await fetch(running.admin_port, "/readyz")).status == 200

    await until(ready)


async def until_counted(running: Service, sample: str) -> None:
    """Wait for a sample: a worker counts a request just after the client has its answer."""

    async def counted() -> bool:
        return sample in (await fetch(running.admin_port, "/metrics")).body.decode().splitlines()

    await until(counted)


def test_workers_share_the_port_and_the_admin_port_speaks_for_them_all(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2, TMPDIR=tmp_path) as running:
            await until_ready(running)
            assert (await fetch(running.admin_port, "/readyz")).json["checks"] == {
                "server": "ok",
                "worker-1": "ok",
                "worker-2": "ok",
            }
            for _ in range(20):
                assert (await fetch(running.port)).status == 200
            labels = '{http_request_method="GET",http_response_status_code="200",http_route="/cached"}'
            await until_counted(running, f"http_server_request_duration_seconds_count{labels} 20.0")
            # Each worker counts one when it is built: the sum shows that both are in.
            await until_counted(running, 'citytime_resolutions_total{match="exact",source="gazetteer"} 2.0')
            running.stop()
            code, requests, errors = await running.end()
            assert (code, len(requests)) == (0, 20)
            assert errors.count("closed\n") == 2

    asyncio.run(scenario())
    assert not list(tmp_path.iterdir())


def test_a_worker_that_dies_is_replaced_and_its_counts_are_kept() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2) as running:
            await until_ready(running)
            victim = children(running.pid)[0]
            os.kill(victim, signal.SIGKILL)
            died = await running.event("worker died")
            assert (died["code"], died["level"]) == (-9, "error")
            await until(lambda: len(children(running.pid)) == 2 and victim not in children(running.pid))
            await until_ready(running)
            await until_counted(running, 'citytime_resolutions_total{match="exact",source="gazetteer"} 3.0')
            running.stop()
            assert (await running.end())[0] == 0

    asyncio.run(scenario())


def test_it_is_not_ready_while_a_worker_is_not_and_says_why() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2, FAKE_DEPENDENCY="down") as running:
            answers: list[Answer] = []

            async def reason_known() -> bool:
                answers.append(await fetch(running.admin_port, "/readyz"))
                return "fake: it is out" in answers[-1].json["checks"].values()

            await until(reason_known)
            assert {answer.status for answer in answers} == {503}
            assert (await fetch(running.port)).status == 200
            running.stop()
            assert (await running.end())[0] == 0

    asyncio.run(scenario())


def test_no_accepted_request_is_lost_when_all_workers_stop_under_load() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2) as running:
            await until_ready(running)
            async with Load.on(running.port) as load:
                await asyncio.sleep(0.7)
                running.stop()
                code, requests, _ = await running.end()
            assert load.lost == 0
            assert len(requests) == load.answered > 100
            assert code == 0

    asyncio.run(scenario())


def test_a_second_signal_kills_the_workers() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2) as running:
            await until_ready(running)
            asking = asyncio.create_task(fetch(running.port, "/sleep?4"))
            await asyncio.sleep(0.1)
            running.stop()
            await running.event("stopping")
            await asyncio.sleep(0.1)
            running.stop()
            assert (await running.end())[0] == 1
            await asyncio.gather(asking, return_exceptions=True)
            assert isinstance(asking.exception(), (OSError, EOFError))

    asyncio.run(scenario())


def test_workers_do_not_outlive_their_parent() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_WORKERS=2) as running:
            await until_ready(running)
            workers = children(running.pid)
            running.stop(signal.SIGKILL)
            # Standard error ends when the last process that holds it has.
            code, _, errors = await running.end()
            assert code == -9
            assert errors.count("closed\n") == len(workers) == 2
            stopped = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
            assert [line["event"] for line in stopped].count("stopped") == 2

    asyncio.run(scenario())

from __future__ import annotations

import asyncio
import signal
import socket
import time

import pytest

from citytime import serving
from citytime.errors import ConfigurationError
from citytime.gateway import front
from citytime.settings import Settings
from tests.load import Load
from tests.process import event, service, start
from tests.wire import connect, fetch


def test_a_free_port_is_picked_and_told() -> None:
    listener, *_ = serving.listen(Settings(port=0), "address", "port")
    with listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert serving.url(listener) == f"http://127.0.0.1:{port}"


# Tornado leaves a socket that it could not bind to the garbage collector.
leaves_a_socket = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


@leaves_a_socket
def test_a_port_in_use_is_a_configuration_error_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"127\.0\.0\.1 port {port}: .*CITYTIME_ADMIN_PORT"):
            front.listen(Settings(port=0, admin_port=port))


@leaves_a_socket
@pytest.mark.parametrize("address", ["192.0.2.1", "no such host", "x" * 300, "a..b"])
def test_an_address_that_is_not_ours_is_a_configuration_error(address: str) -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_ADDRESS"):
        front.listen(Settings(address=address, port=0, admin_port=0))


def test_the_url_of_an_ipv6_address_has_brackets() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind(("::1", 0))
        assert serving.url(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_service_serves_logs_and_stops_with_exit_code_0() -> None:
    async def scenario() -> None:
        async with service() as running:
            assert (await fetch(running.port, "/cached/lisbon")).json["path"] == "/cached/lisbon"
            ready = await fetch(running.admin_port, "/readyz")
            assert (ready.status, ready.json["checks"]) == (200, {"server": "ok", "fake": "ok"})
            assert b"citytime_resolutions_total" in (await fetch(running.admin_port, "/metrics")).body
            running.stop(signal.SIGINT)
            code, requests, errors = await running.end()
            assert code == 0
            assert [line["route"] for line in requests] == ["/cached"]
            assert errors.endswith("closed\n")

    asyncio.run(scenario())


def test_no_accepted_request_is_lost_when_stopped_under_load() -> None:
    async def scenario() -> None:
        async with service() as running, Load.on(running.port) as load:
            await asyncio.sleep(0.7)
            running.stop()
            code, requests, _ = await running.end()
        assert load.lost == 0
        assert load.answered > 100
        assert len(requests) == load.answered
        assert code == 0

    asyncio.run(scenario())


def test_while_stopping_it_is_alive_but_not_ready() -> None:
    async def scenario() -> None:
        async with service() as running, connect(running.port) as connection:
            connection.get("/sleep?0.6")
            await asyncio.sleep(0.1)
            running.stop()
            await running.event("stopping")
            ready = await fetch(running.admin_port, "/readyz")
            assert (ready.status, ready.json) == (503, {"status": "not ready", "checks": {"server": "stopping"}})
            assert (await fetch(running.admin_port, "/livez")).status == 200
            assert (await connection.answer()).status == 200
            assert (await running.end())[0] == 0

    asyncio.run(scenario())


def test_a_second_signal_ends_it_at_once() -> None:
    async def scenario() -> None:
        async with service() as running, connect(running.port) as connection:
            connection.get("/sleep?4")
            await asyncio.sleep(0.1)
            running.stop()
            await running.event("stopping")
            begun = time.monotonic()
            running.stop()
            code, _, errors = await running.end()
            assert time.monotonic() - begun < 2
            assert code == 1
            assert '"cut_off": 1' in errors

    asyncio.run(scenario())


def test_requests_that_outlast_the_grace_are_cut_off() -> None:
    async def scenario() -> None:
        async with service(CITYTIME_SHUTDOWN_GRACE=0.2) as running, connect(running.port) as connection:
            connection.get("/sleep?4")
            await asyncio.sleep(0.1)
            running.stop()
            assert (await running.end())[0] == 1
            assert await connection.rest() == b""

    asyncio.run(scenario())


def test_a_signal_while_starting_stops_it() -> None:
    async def scenario() -> None:
        process = await start(FAKE_BUILD=30)
        await event(process, "building")
        process.terminate()
        async with asyncio.timeout(5):
            await process.communicate()
        assert process.returncode == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_service_that_cannot_be_built_fails_with_the_reason(workers: int) -> None:
    async def scenario() -> None:
        process = await start(FAKE_BUILD="fail", CITYTIME_WORKERS=workers)
        async with asyncio.timeout(10):
            _, errors = await process.communicate()
        assert process.returncode == 2
        assert b"no data" in errors

    asyncio.run(scenario())

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.testing import bind_unused_port

from citytime.errors import ConfigurationError
from citytime.geocoder import store as module
from citytime.geocoder.store import DEADLINE, FAILURES, Store, StoreOut, connect
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.valkey import FakeValkey, echoes, hangs, late, says

PASSWORD = "open-sesame"

CALM, QUICK = 3600.0, 0.05
"""Seconds between heartbeats: so that the first is the last, and so that a test can wait for them."""


class Shared:
    """A store in front of a server, with its metrics."""

    def __init__(self, url: str, beat: float = CALM, **settings: Any) -> None:
        self.metrics = Metrics()
        store = connect(Settings(valkey_url=url, **settings), self.metrics, beat)
        assert store
        self.store: Store = store

    async def put(self, text: str = "value") -> str:
        return await self.store.ask(_text, "SET", "key", text)

    async def fails(self) -> float:
        """The seconds until StoreOut."""
        began = time.monotonic()
        with pytest.raises(StoreOut):
            await self.put()
        return time.monotonic() - began

    def state(self) -> float | None:
        return self.metrics.registry.get_sample_value("citytime_circuit_breaker_state", {"dependency": "valkey"})


def _text(reply: Any) -> str:
    assert isinstance(reply, bytes)
    return reply.decode()


def run(
    scenario: Callable[[Shared, FakeValkey], Awaitable[None]], server: FakeValkey, beat: float = CALM, **settings: Any
) -> None:
    async def whole() -> None:
        async with server:
            shared = Shared(server.url, beat, **settings)
            try:
                await scenario(shared, server)
            finally:
                await shared.store.close()

    asyncio.run(whole())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 (what is waited for says nothing)
            await asyncio.sleep(0.01)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(r.levelname, r.getMessage()) for r in caplog.records if r.name == module.__name__]


GONE, BACK = ("WARNING", "valkey is out: each process goes by itself"), ("INFO", "valkey is back")


def test_without_a_url_there_is_no_store() -> None:
    assert connect(Settings(), Metrics()) is None


def test_a_command_is_answered() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        assert await shared.put() == "OK"
        assert server.data[b"key"][0] == b"value"
        assert not shared.store.out
        assert shared.state() == 0

    run(scenario, FakeValkey())


def test_replicas_are_counted_by_their_heartbeats() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        other = Shared(server.url)
        await until(lambda: shared.store.replicas == 2 == other.store.replicas)
        await other.store.close()

    run(scenario, FakeValkey(), QUICK)


def test_the_password_comes_from_the_url_or_from_a_file(tmp_path: Path) -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        assert await shared.put() == "OK"
        inline = Shared(server.url.replace("//", f"//:{PASSWORD}@"))
        assert await inline.put() == "OK"
        await inline.store.close()
        assert [b"AUTH", PASSWORD.encode()] in server.commands

    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    run(scenario, FakeValkey(PASSWORD), valkey_password_file=str(file))


@pytest.mark.parametrize(
    ("content", "url", "complaint"),
    [
        (None, "valkey://h", "cannot be read: No such file"),
        (b"\n", "valkey://h", "holds no password"),
        (b"\xff", "valkey://h", "holds no password"),
        (b"open-sesame", "valkey://:open-sesame@h", "both have a password"),
    ],
)
def test_a_password_file_of_no_use_is_a_configuration_error(
    content: bytes | None, url: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=complaint) as error:
        connect(Settings(valkey_url=url, valkey_password_file=str(file)), Metrics())
    assert "CITYTIME_VALKEY_PASSWORD_FILE" in str(error.value)
    assert PASSWORD not in str(error.value)


BAD: dict[str, Any] = {
    "hangs": hangs,
    "no RESP": says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "wrong answer": says(b":-7\r\n"),
    "wrong shape": says(b"*1\r\n*1\r\n$-1\r\n"),
    "endless": says(b"$1000000000000\r\nabc"),
    "error": says(b"-MISCONF cannot write\r\n"),
    "refuses password": echoes,
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_server_is_given_up_soon_and_then_not_asked(how: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        server.behave = BAD[how]
        lost = [await shared.fails() for _ in range(FAILURES)]
        assert max(lost) < DEADLINE + 0.1
        assert shared.store.out
        assert shared.state() == 2
        asked = len(server.commands)
        for _ in range(5):
            assert await shared.fails() < 0.05
        assert len(server.commands) == asked

    caplog.set_level(logging.DEBUG)
    run(scenario, FakeValkey())
    assert lines(caplog) == [GONE]


def test_a_password_that_the_server_repeats_is_not_logged(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        server.behave = echoes
        for _ in range(FAILURES):
            await shared.fails()
        assert any(PASSWORD.encode() in command for command in server.commands)

    file = tmp_path / "password"
    file.write_text(PASSWORD)
    caplog.set_level(logging.DEBUG)
    run(scenario, FakeValkey(PASSWORD), valkey_password_file=str(file))
    assert lines(caplog) == [GONE]
    assert PASSWORD not in repr([vars(record) for record in caplog.records])


def test_a_server_that_is_not_there_at_the_start_is_noticed_without_a_question(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        listener, port = bind_unused_port()
        listener.close()
        shared = Shared(f"valkey://127.0.0.1:{port}", QUICK)
        await until(lambda: shared.store.out)
        await shared.store.close()

    asyncio.run(scenario())
    assert lines(caplog) == [GONE]
    assert caplog.records[-1].__dict__["reason"].startswith("Connect call failed")


def test_a_server_that_comes_back_is_used_again_and_each_change_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        await shared.put()
        await server.stop()
        await until(lambda: shared.store.out)
        await asyncio.sleep(0.3)  # heartbeats that fail
        await server.start()
        await until(lambda: not shared.store.out)
        assert await shared.put() == "OK"
        assert shared.state() == 0

    caplog.set_level(logging.INFO)
    run(scenario, FakeValkey(), QUICK)
    assert lines(caplog) == [GONE, BACK]


def test_a_reply_that_comes_too_late_is_nobody_elses() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        await asyncio.sleep(0.05)  # past the heartbeat
        server.behave = late(DEADLINE + 0.05)
        await shared.fails()
        server.behave = says(b"+another\r\n")
        assert await shared.put() == "another"
        await asyncio.sleep(0.1)
        assert await shared.put() == "another"

    run(scenario, FakeValkey())


def test_one_who_gives_up_leaves_a_store_that_works() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        server.behave = late(0.05)
        asking = [asyncio.create_task(shared.put(str(n))) for n in range(20)]
        await asyncio.sleep(0.02)
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)
        server.behave = says(b"+another\r\n")
        assert [await shared.put() for _ in range(20)] == ["another"] * 20
        assert not shared.store.out

    run(scenario, FakeValkey())


def test_many_at_once_wait_for_few_connections() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        assert await asyncio.gather(*(shared.put(str(n)) for n in range(100))) == ["OK"] * 100
        assert len(server._writers) <= 9

    run(scenario, FakeValkey())


def test_a_wait_for_our_own_connections_does_not_speak_against_the_server() -> None:
    async def scenario(shared: Shared, server: FakeValkey) -> None:
        await asyncio.sleep(0.05)
        server.behave = late(DEADLINE * 0.7)
        outcomes = await asyncio.gather(*(shared.put(str(n)) for n in range(40)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {str, StoreOut}
        assert not shared.store.out

    run(scenario, FakeValkey())

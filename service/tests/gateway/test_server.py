from __future__ import annotations

import asyncio
import socket

import pytest

from citytime.gateway import server as gateway_server
from tests.gateway.serve import running
from tests.wire import Connection, connect, fetch, until


@pytest.mark.parametrize("said", [b"", b"GET /cached HTT"])
def test_a_connection_that_asks_nothing_is_closed(said: bytes) -> None:
    async def scenario() -> None:
        async with running(idle_timeout=0.2) as server, connect(server.port) as connection:
            connection.send(said)
            assert await connection.rest() == b""

    asyncio.run(scenario())


def test_a_connection_is_not_idle_while_its_answer_is_worked_on() -> None:
    async def scenario() -> None:
        async with running(idle_timeout=0.1) as server, connect(server.port) as connection:
            connection.get("/sleep?0.5")
            assert (await connection.answer()).status == 200
            assert await connection.rest() == b""

    asyncio.run(scenario())


def test_a_client_that_does_not_read_is_closed() -> None:
    async def scenario() -> None:
        async with running(idle_timeout=0.3, body_limit=10_000_000) as server:
            client = socket.create_connection(("127.0.0.1", server.port))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with client:
                body = b"x" * 9_000_000
                head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
                await asyncio.to_thread(client.sendall, head + body)
                await until(lambda: server.server.busy == 1)
                await until(lambda: server.server.busy == 0)

    asyncio.run(scenario())


def test_a_stop_finishes_requests_under_way_and_says_goodbye() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as busy, connect(server.port) as fresh:
            busy.get("/cached")
            assert "connection" not in (await busy.answer()).headers
            busy.get("/sleep?0.2")
            await until(lambda: server.server.busy == 1)
            drain = asyncio.create_task(server.server.drain(5))
            await asyncio.sleep(0.05)
            fresh.get("/cached")  # connected before the stop, asking after it
            for connection in (busy, fresh):
                answer = await connection.answer()
                assert (answer.status, answer.headers["connection"]) == (200, "close")
                assert await connection.rest() == b""
            with pytest.raises(ConnectionRefusedError):
                await fetch(server.port)
            await drain
            assert server.server.busy == 0

    asyncio.run(scenario())


def test_a_stop_answers_what_the_kernel_accepted_but_the_server_had_not_seen() -> None:
    async def scenario() -> None:
        async with running() as server:
            clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
            for client in clients:
                client.sendall(b"GET /sleep?0.05 HTTP/1.1\r\nHost: x\r\n\r\n")
            # The event loop has not turned since: all of them are still in the listening socket's queue.
            await server.server.drain(5)
            for client in clients:
                with client:
                    assert client.recv(100).startswith(b"HTTP/1.1 200 ")

    asyncio.run(scenario())


def test_a_stop_closes_quiet_connections_after_a_short_wait() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as quiet:
            quiet.get("/cached")
            await quiet.answer()
            async with asyncio.timeout(5):
                await server.server.drain(60)
            assert await quiet.rest() == b""

    asyncio.run(scenario())


def test_a_stop_without_connections_takes_no_time() -> None:
    async def scenario() -> None:
        async with running() as server:
            async with asyncio.timeout(gateway_server.LINGER / 2):
                await server.server.drain(60)

    asyncio.run(scenario())


def test_a_stop_ends_with_its_grace_and_tells_what_is_left() -> None:
    async def scenario() -> None:
        async with running() as server, connect(server.port) as connection:
            connection.get("/sleep?30")
            await until(lambda: server.server.busy == 1)
            await server.server.drain(0.1)
            assert server.server.busy == 1
            await server.server.close()
            assert await connection.rest() == b""
            await until(lambda: server.app.cancelled)

    asyncio.run(scenario())


def test_keep_alive_clients_lose_nothing_in_a_stop() -> None:
    async def client(connection: Connection) -> int:
        answered = 0
        while True:
            connection.get("/echo" if answered % 2 else "/cached")
            answer = await connection.answer()
            assert answer.status == 200
            answered += 1
            if answer.headers.get("connection") == "close":
                return answered

    async def one(port: int) -> int:
        async with connect(port) as connection:
            return await client(connection)

    async def scenario() -> None:
        async with running(log_level="error") as server:
            clients = [asyncio.create_task(one(server.port)) for _ in range(20)]
            await asyncio.sleep(0.3)
            await server.server.drain(5)
            answered = await asyncio.gather(*clients)
            assert sum(answered) > 20
            assert server.server.busy == 0

    asyncio.run(scenario())

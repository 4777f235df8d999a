"""A Valkey server on loopback that knows as much as the shared store asks of one, and ways to be a bad one.

`async with FakeValkey() as server`: `server.url` is where it is, `server.data` what it holds: bytes or a list and the
moment of their expiry (seconds of its clock) by key. `server.behave` may be set to one of the behaviours below, and
`await server.stop()` and `start()` take it away and bring it back on the same port. Scripts are known by their text
and played in Python; tests/valkey holds the real ones against the same expectations.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from citytime.geocoder import shared_answers, shared_rate, store
from citytime.geocoder.rate_limit import LONGEST_PAUSE

Reply = bytes | int | None | list["Reply"]
Behaviour = Callable[[list[bytes], asyncio.StreamWriter], Awaitable[bool]]
"""Takes a command and where to write; returns whether the server still is to answer it."""

OK = b"+OK\r\n"


async def answers(command: list[bytes], writer: asyncio.StreamWriter) -> bool:
    """Be good."""
    return True


async def hangs(command: list[bytes], writer: asyncio.StreamWriter) -> bool:
    """Take commands and never answer."""
    return False


def says(reply: bytes) -> Behaviour:
    """Answer every command with these bytes."""

    async def behave(command: list[bytes], writer: asyncio.StreamWriter) -> bool:
        writer.write(reply)
        return False

    return behave


async def echoes(command: list[bytes], writer: asyncio.StreamWriter) -> bool:
    """Refuse every command and repeat it, password and all, as servers do with one that they do not know."""
    writer.write(b"-ERR unknown command, with args beginning with: " + b" ".join(command) + b"\r\n")
    return False


def late(seconds: float) -> Behaviour:
    """Answer late."""

    async def behave(command: list[bytes], writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(seconds)
        return True

    return behave


class FakeValkey:
    """The server; with a password it answers nobody who does not give it."""

    def __init__(self, password: str = "", clock: Callable[[], float] = time.time) -> None:
        self.behave: Behaviour = answers
        self.data: dict[bytes, tuple[bytes | list[bytes], float]] = {}
        self.commands: list[list[bytes]] = []
        self.port = 0
        self._password = password.encode()
        self._clock = clock
        self._replicas: dict[bytes, float] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._played: dict[str, Callable[[list[bytes], list[bytes]], Reply]] = {
            shared_answers._GET: self._get_answer,
            shared_rate._TURN: self._turn,
            shared_rate._PAUSE: self._pause,
            store._COUNT: self._count,
        }

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be gone, as a killed server is: connections cut, data lost, the port refusing."""
        assert self._server
        self._server.close()
        self.data.clear()
        self._replicas.clear()
        writers, self._writers = self._writers, set()
        for writer in writers:
            writer.transport.abort()

    async def __aenter__(self) -> FakeValkey:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        known = not self._password
        try:
            while (head := await reader.readline()).startswith(b"*"):
                command = [await _argument(reader) for _ in range(int(head[1:]))]
                self.commands.append(command)
                if not await self.behave(command, writer):
                    continue
                if command[0] == b"AUTH":
                    known = command[-1] == self._password
                    writer.write(OK if known else b"-WRONGPASS invalid username-password pair\r\n")
                else:
                    writer.write(self._answer(command) if known else b"-NOAUTH Authentication required.\r\n")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._writers.discard(writer)

    def _answer(self, command: list[bytes]) -> bytes:
        name, *arguments = command
        if name == b"EVAL":
            number = int(arguments[1])
            return _resp(self._played[arguments[0].decode()](arguments[2 : 2 + number], arguments[2 + number :]))
        if name == b"SET":
            seconds = int(arguments[3]) / 1000 if len(arguments) > 2 else float("inf")
            self.data[arguments[0]] = (arguments[1], self._clock() + seconds)
        elif name == b"RPUSH":
            self.data[arguments[0]] = (arguments[1:], float("inf"))
            return b":1\r\n"
        return OK

    def _value(self, key: bytes) -> tuple[bytes | list[bytes], float]:
        value, expiry = self.data.get(key, (b"", 0.0))
        return (value, expiry - self._clock()) if self._clock() < expiry else (b"", 0.0)

    def _get_answer(self, keys: list[bytes], arguments: list[bytes]) -> Reply:
        value, left = self._value(keys[0])
        if isinstance(value, list):
            return [b"", 0]
        return [value[: int(arguments[0]) + 1], -1 if left == float("inf") else int(left * 1000)]

    def _moment(self, key: bytes) -> float:
        value, _ = self._value(key)
        try:
            moment = float(bytes(value)) if isinstance(value, bytes) else 0.0
        except ValueError:
            return 0.0
        return moment if moment - self._now() <= LONGEST_PAUSE * 1e6 else 0.0

    def _now(self) -> int:
        return round(self._clock() * 1e6)

    def _keep(self, key: bytes, moment: float) -> None:
        self.data[key] = (b"%d" % moment, moment / 1e6)

    def _turn(self, keys: list[bytes], arguments: list[bytes]) -> Reply:
        interval, patience, slot = map(int, arguments)
        paused = self._moment(keys[1])
        if slot == 0 or slot < paused:
            slot = int(max(self._now(), self._moment(keys[0]), paused))
            if slot - self._now() > patience:
                return [slot - self._now(), 0]
            self._keep(keys[0], slot + interval)
        return [max(0, slot - self._now()), slot]

    def _pause(self, keys: list[bytes], arguments: list[bytes]) -> Reply:
        till = self._now() + int(arguments[0])
        if till > self._moment(keys[0]):
            self._keep(keys[0], till)
        return 1

    def _count(self, keys: list[bytes], arguments: list[bytes]) -> Reply:
        self._replicas[arguments[0]] = self._clock()
        return len(self._replicas)


async def _argument(reader: asyncio.StreamReader) -> bytes:
    length = int((await reader.readline())[1:])
    return (await reader.readexactly(length + 2))[:-2]


def _resp(reply: Any) -> bytes:
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, bytes):
        return b"$%d\r\n%s\r\n" % (len(reply), reply)
    return b"*%d\r\n" % len(reply) + b"".join(map(_resp, reply))

"""HTTP as bytes: a client for tests that must say exactly what goes over the wire."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

LONG = 10.0
"""Seconds after which a test that waits has failed."""


@dataclass(frozen=True)
class Answer:
    """A response as it came; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One connection to a server on loopback."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def flush(self) -> None:
        await self._writer.drain()

    def get(self, target: str = "/cached", *headers: str, method: str = "GET", version: str = "1.1") -> None:
        lines = [f"{method} {target} HTTP/{version}", "Host: localhost", *headers]
        self.send("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))

    async def answer(self, *, head: bool = False) -> Answer:
        """The next response. Raises EOFError (IncompleteReadError) when the connection ends before it."""
        async with asyncio.timeout(LONG):
            lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()[:-1]
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
            size = 0 if head else int(headers.get("content-length", 0))
            return Answer(int(lines[0].split()[1]), headers, await self._reader.readexactly(size))

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        async with asyncio.timeout(LONG):
            return await self._reader.read()

    def close(self) -> None:
        self._writer.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition, which may be asynchronous, holds."""
    async with asyncio.timeout(LONG):
        while True:
            holds = condition()
            if await holds if inspect.isawaitable(holds) else holds:
                return
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connect(port: int) -> AsyncIterator[Connection]:
    """A new connection to a port of this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


async def fetch(port: int, target: str = "/cached", *headers: str, method: str = "GET") -> Answer:
    """One answer on a connection of its own."""
    async with connect(port) as connection:
        connection.get(target, *headers, "Connection: close", method=method)
        return await connection.answer(head=method == "HEAD")

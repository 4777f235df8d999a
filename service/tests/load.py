"""Clients that ask without pause, and count what they were promised and did not get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.wire import connect


class Load:
    """Half of the clients keep their connections, half make a new one for each request.

    A request is lost when its connection was made and no answer came; being refused a connection is no loss, and
    ends a client.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self.answered = 0
        self.lost = 0

    async def client(self, keep: bool, target: str) -> None:
        while True:
            try:
                async with connect(self._port) as connection:
                    try:
                        last = False
                        while not last:
                            connection.get(target, *([] if keep else ["Connection: close"]))
                            answer = await connection.answer()
                            assert answer.status == 200
                            self.answered += 1
                            last = answer.headers.get("connection") == "close"
                    except (OSError, EOFError):
                        self.lost += 1
            except OSError:
                return

    @classmethod
    @asynccontextmanager
    async def on(cls, port: int, clients: int = 16) -> AsyncIterator[Load]:
        """Load on a port; at the end, wait until every client has been refused."""
        load = cls(port)
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            for n in range(clients):
                group.create_task(load.client(n % 2 == 0, "/cached" if n % 4 < 2 else "/sleep?0.02"))
            yield load

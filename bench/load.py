"""The load: requests over a few connections that stay open, one at a time on each, from this process.

Bare sockets and epoll, since a client that costs more than the server would measure itself.
"""

from __future__ import annotations

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

Address = tuple[str, int]

TIMEOUT = 10.0
"""Seconds without any answer after which a run is given up."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class BenchError(Exception):
    """The benchmark cannot go on; the message says why."""


def get(target: str) -> bytes:
    """A GET as curl sends it."""
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n".encode()


def post(target: str, body: bytes) -> bytes:
    """A POST of JSON."""
    head = f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass(slots=True)
class Answers:
    """What came back: how often each status, each answer's latency in seconds, and how long all of it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0


class _Connection:
    """An open connection; `read` until it returns an answer."""

    def __init__(self, address: Address) -> None:
        self.socket = socket.create_connection(address, timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0.0
        self._received = b""
        self._missing = 0

    def send(self, request: bytes) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bytes | None:
        """Take what has come; the answer once it is complete."""
        chunk = self.socket.recv(1_048_576)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._received += chunk
        if self._missing:
            self._missing -= len(chunk)
        else:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return None
            length = _LENGTH.search(self._received, 0, end)
            if length is None:
                raise BenchError("an answer has no Content-Length")
            self._missing = end + 4 + int(length[1]) - len(self._received)
        if self._missing:
            return None
        answer, self._received = self._received, b""
        return answer


def _status(answer: bytes) -> int:
    return int(answer[9:12])


def exchange(address: Address, request: bytes) -> tuple[int, bytes]:
    """Ask once, on a connection of its own: status and body."""
    connection = _Connection(address)
    with connection.socket:
        connection.send(request)
        while (answer := connection.read()) is None:
            pass
    return _status(answer), answer.partition(b"\r\n\r\n")[2]


def drive(address: Address, requests: Iterable[bytes], connections: int) -> Answers:
    """Send all requests, each connection its next one as soon as it has its answer."""
    left, answers = iter(requests), Answers()
    with ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        open_ones = {}
        for _ in range(connections):
            connection = _Connection(address)
            stack.enter_context(connection.socket)
            open_ones[connection.socket.fileno()] = connection
            poll.register(connection.socket, select.EPOLLIN)
        began = time.perf_counter()
        waiting = 0
        for connection, request in zip(open_ones.values(), left, strict=False):
            connection.send(request)
            waiting += 1
        while waiting:
            events = poll.poll(TIMEOUT)
            if not events:
                raise BenchError(f"no answer for {TIMEOUT:g} s")
            for descriptor, _ in events:
                connection = open_ones[descriptor]
                answer = connection.read()
                if answer is None:
                    continue
                answers.latencies.append(time.perf_counter() - connection.sent)
                answers.statuses[_status(answer)] += 1
                if (following := next(left, None)) is None:
                    waiting -= 1
                else:
                    connection.send(following)
        answers.seconds = time.perf_counter() - began
    return answers


def steady(address: Address, request: bytes, rate: float, done: Callable[[], bool]) -> Answers:
    """Ask the same on one connection, `rate` times a second, until `done`.

    An answer that is late delays the next request; that delay counts as the next one's latency, as it would for
    whoever had asked at that moment.
    """
    connection, answers = _Connection(address), Answers()
    with connection.socket:
        began = due = time.perf_counter()
        while not done():
            due += 1 / rate
            pause = due - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            connection.send(request)
            since = connection.sent if pause > 0 else due
            while (answer := connection.read()) is None:
                pass
            answers.latencies.append(time.perf_counter() - since)
            answers.statuses[_status(answer)] += 1
    answers.seconds = time.perf_counter() - began
    return answers

"""The store that replicas share: a Valkey (or Redis) server, asked in a way that can neither fail nor delay a request.

Every command has a short deadline and goes through a breaker; whatever goes wrong, the server's answers of a wrong
shape included, is StoreOut, and whoever asked does without. While the server is out only the heartbeat tries it, so no
request waits to find out that it is still out. Nothing the server or its client says is logged: an error message of
either may repeat the password.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from citytime.breaker import CircuitBreaker, State
from citytime.errors import ConfigurationError
from citytime.settings import Settings, environment_name
from citytime.telemetry import Metrics

if TYPE_CHECKING:
    from valkey.asyncio import ConnectionPool

_log = logging.getLogger(__name__)

NAME = "valkey"

PREFIX = "citytime:1:"
"""Of all keys; the number is the version of what is kept under them."""

DEADLINE = 0.1
"""Seconds that a command may take, connecting included. A server in the same data centre needs one or two thousandths
even with TLS to begin; the rest is for an event loop that was held up."""

FAILURES = 2
"""Failures in a row after which the server is out: so a request loses at most twice DEADLINE to it."""

BEAT = 2.0
"""Seconds between two heartbeats; doubled while the server stays out, four times at most."""

ALIVE = 60
"""Seconds after its last heartbeat that a replica is still counted."""

_CONNECTIONS = 8
_REPLICAS = PREFIX + "replicas"

# KEYS: replicas by their last heartbeat. ARGV: this one, seconds that count. Returns how many there are.
_COUNT = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
"""

Reply = TypeVar("Reply")


class StoreOut(Exception):
    """The store cannot be asked now."""


class Store:
    """The server behind `pool`; for one event loop, in which its heartbeat begins at once.

    `replicas` is how many processes shared it when it was last heard of, this one included.
    """

    def __init__(self, pool: ConnectionPool, metrics: Metrics, beat: float = BEAT) -> None:
        self.replicas = 1
        self._beat = beat
        self._pool = pool
        self._gauge = metrics.circuit_breaker_state.labels(NAME)
        self._breaker = CircuitBreaker(NAME, FAILURES, 0.0, self._report)
        self._free = asyncio.Semaphore(_CONNECTIONS)
        self._identity = secrets.token_hex(8)
        self._out = False
        self._reason = ""
        self._heart = asyncio.create_task(self._live())

    @property
    def out(self) -> bool:
        """Whether the store is known to be out."""
        return self._breaker.state is not State.CLOSED

    async def ask(self, read: Callable[[Any], Reply], *command: str | bytes | int) -> Reply:
        """The reply to a command, as `read` understands it (any exception says that it cannot). Raises StoreOut."""
        try:
            async with asyncio.timeout(DEADLINE):  # a wait for our own connections is no fault of the server's
                await self._free.acquire()
        except TimeoutError:
            raise StoreOut from None
        try:
            if self.out:
                raise StoreOut
            return await self._try(read, *command)
        finally:
            self._free.release()

    async def close(self) -> None:
        """End the heartbeat and the connections."""
        self._heart.cancel()
        await asyncio.wait({self._heart})
        with suppress(Exception):
            async with asyncio.timeout(DEADLINE):
                await self._pool.aclose()

    async def _try(self, read: Callable[[Any], Reply], *command: str | bytes | int) -> Reply:
        try:
            with self._breaker.attempt():
                try:
                    async with asyncio.timeout(DEADLINE):
                        return read(await self._execute(*command))
                except Exception as error:
                    self._reason = _reason(error)
                    raise
        except Exception:
            raise StoreOut from None

    async def _execute(self, *command: str | bytes | int) -> Any:
        """Send and read; a connection that is given up in between is closed by the client, its reply with it."""
        connection = await self._pool.get_connection(command[0])  # type: ignore[no-untyped-call]
        try:
            await connection.send_command(*command)
            return await connection.read_response()
        finally:
            await self._pool.release(connection)

    async def _live(self) -> None:
        delay = self._beat
        while True:
            with suppress(StoreOut):
                self.replicas = await self._try(_count, "EVAL", _COUNT, 1, _REPLICAS, self._identity, ALIVE)
            delay = min(2 * delay, 16 * self._beat) if self.out else self._beat
            await asyncio.sleep(delay)

    def _report(self, state: State) -> None:
        self._gauge.set(state)
        if state is State.OPEN and not self._out:
            self._out = True
            _log.warning("valkey is out: each process goes by itself", extra={"reason": self._reason})
        elif state is State.CLOSED:
            self._out = False
            _log.info("valkey is back")


def connect(settings: Settings, metrics: Metrics, beat: float = BEAT) -> Store | None:
    """The store of `settings.valkey_url`, None without one; needs a running event loop, and waits for nothing.

    `beat` is the seconds between its heartbeats.
    Raises ConfigurationError for a password file that is of no use.
    """
    if not settings.valkey_url:
        return None
    # A quarter of a second that is lost only where there is a server.
    from valkey.asyncio import ConnectionPool  # noqa: PLC0415

    options: dict[str, Any] = {"socket_timeout": None, "lib_name": None, "lib_version": None}
    if settings.valkey_password_file:
        options["password"] = _password(settings)
    if urlsplit(settings.valkey_url).scheme in ("valkeys", "rediss"):
        options["ssl_check_hostname"] = True  # which the client by itself does not
    return Store(ConnectionPool.from_url(settings.valkey_url, **options), metrics, beat)


def _password(settings: Settings) -> str:
    key, path = environment_name("valkey_password_file"), settings.valkey_password_file
    if urlsplit(settings.valkey_url).password is not None:
        raise ConfigurationError(f"{key} and {environment_name('valkey_url')} both have a password: give one of them")
    try:
        password = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{key}={path!r} cannot be read: {error.strerror}") from None
    except ValueError:
        password = ""
    if not password:
        raise ConfigurationError(f"{key}={path!r} holds no password")
    return password


def _count(reply: Any) -> int:
    if not isinstance(reply, int) or not 1 <= reply <= 10_000:
        raise ValueError
    return reply


def _reason(error: Exception) -> str:
    """What went wrong in the system's words and in the names of classes, never in those of the other side."""
    if isinstance(error, TimeoutError) and not error.args:
        return f"no answer within {DEADLINE:g} s"
    cause = error if isinstance(error, OSError) else error.__cause__ or error.__context__
    strerror = getattr(cause, "strerror", None) if isinstance(cause, OSError) else None
    return strerror or type(error).__name__

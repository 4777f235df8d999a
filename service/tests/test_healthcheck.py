"""The healthcheck as container engines run it: a process, and its exit code."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE
from contextlib import closing

import pytest

from citytime.healthcheck import reachable
from tests.test_health import admin, broken, serving, well


async def checked(**settings: object) -> tuple[int, str]:
    """Exit code and output of the healthcheck with these settings."""
    environment = {f"CITYTIME_{name.upper()}": str(value) for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "citytime.healthcheck"),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        stdout=PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode().strip()


def test_a_process_that_is_ready_is_healthy() -> None:
    async def run() -> tuple[int, str]:
        async with admin(serving(geocoder=well)) as port:
            return await checked(admin_port=port)

    code, said = asyncio.run(run())
    assert code == 0
    assert '"ready"' in said


def test_one_that_lacks_what_it_needs_is_not_and_says_what() -> None:
    async def run() -> tuple[int, str]:
        async with admin(serving(geocoder=broken)) as port:
            return await checked(admin_port=port, admin_address="0.0.0.0")

    code, said = asyncio.run(run())
    assert code == 1
    assert '"geocoder": "KeyError"' in said


def test_one_that_is_not_there_is_not() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    code, said = asyncio.run(checked(admin_port=port))
    assert code == 1
    assert "refused" in said


def test_one_that_hangs_is_not() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        code, said = asyncio.run(checked(admin_port=listener.getsockname()[1]))
    assert code == 1
    assert "timed out" in said


def test_wrong_settings_are_not_healthy() -> None:
    code, said = asyncio.run(checked(admin_port="many"))
    assert code == 1
    assert "CITYTIME_ADMIN_PORT" in said


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("10.1.2.3", "10.1.2.3"),
        ("localhost", "localhost"),
    ],
)
def test_what_listens_everywhere_is_asked_on_the_loopback(address: str, asked: str) -> None:
    assert reachable(address) == asked

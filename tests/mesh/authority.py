"""The lab's authority as the process that it is."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc

from .sidecar import ROLES, ROOT

PROGRAM = ROOT / "mesh" / "ca" / "ca.py"


def command(folder: Path, *arguments: str, certificates: Path | None = None) -> list[str]:
    """The command line of an authority whose keys and certificates are in `folder`."""
    places = [f"--authority={folder / 'authority'}", f"--certificates={certificates or folder / 'certificates'}"]
    roles = [f"--role={role}" for role in (*ROLES, "edge")]
    return [sys.executable, str(PROGRAM), *places, *roles, *arguments]


def once(folder: Path, *arguments: str, certificates: Path | None = None) -> str:
    """Make what is missing or due; returns what it logged."""
    given = command(folder, *arguments, "--once", certificates=certificates)
    return subprocess.run(given, check=True, capture_output=True, text=True, timeout=30).stdout


@asynccontextmanager
async def renewing(folder: Path, *arguments: str) -> AsyncIterator[Process]:
    """The authority as it runs on; told to stop at the end, which must succeed."""
    with (folder / "authority.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command(folder, *arguments), stdout=log)
    try:
        yield process
    finally:
        process.terminate()
        assert await process.wait() == 0


def credentials(folder: Path, role: str) -> grpc.ChannelCredentials:
    """What a client needs to pass for a role; `folder` holds the roles' certificates."""
    key, chain, trusted = ((folder / role / name).read_bytes() for name in ("tls.key", "tls.crt", "ca.crt"))
    return grpc.ssl_channel_credentials(trusted, key, chain)

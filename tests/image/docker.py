"""The image, and containers of it that are as confined as any environment makes them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CONFINED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=100", "--memory=256m")
LONG = 30.0
"""Seconds after which a test that waits has failed."""


def image() -> str:
    """The image under test: CITYTIME_IMAGE, else the one that .env names."""
    named = re.search(r"^CITYTIME_IMAGE=(\S+)$", (ROOT / ".env").read_text(), re.MULTILINE)
    assert named
    return os.environ.get("CITYTIME_IMAGE") or named[1]


def docker(*arguments: str, check: bool = True) -> str:
    """What a docker command printed, errors included."""
    if not shutil.which("docker"):
        raise FileNotFoundError("these tests need Docker: install it, then `make image`")
    done = subprocess.run(
        ["docker", *arguments], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONG
    )
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stdout}")
    return done.stdout.strip()


def configuration() -> dict[str, Any]:
    """What the image says of itself."""
    found: dict[str, Any] = json.loads(docker("image", "inspect", image()))[0]
    return found


def files() -> Iterator[tarfile.TarInfo]:
    """All that is in the image; what Docker puts into a container of its own accord is left out."""
    made = docker("create", image())
    try:
        with (
            subprocess.Popen(["docker", "export", made], stdout=subprocess.PIPE) as export,
            tarfile.open(fileobj=export.stdout, mode="r|") as archive,
        ):
            given = r"\.dockerenv|(dev|proc|sys)(/.*)?|etc/(hostname|hosts|resolv.conf|mtab)"
            yield from (file for file in archive if not re.fullmatch(given, file.name))
    finally:
        docker("rm", made)


def until(ready: Callable[[], object], what: Callable[[], str]) -> float:
    """Wait until something holds; how long it took, in seconds."""
    start = time.monotonic()
    while not ready():
        assert time.monotonic() - start < LONG, what()
        time.sleep(0.05)
    return time.monotonic() - start


@dataclass(frozen=True)
class Container:
    """A container that runs."""

    name: str

    @property
    def state(self) -> dict[str, Any]:
        """What Docker says of it."""
        found: dict[str, Any] = json.loads(docker("inspect", self.name))[0]["State"]
        return found

    @property
    def log(self) -> str:
        """What it has written."""
        return docker("logs", self.name)

    def get(self, path: str, port: int = 8080) -> tuple[str, bytes]:
        """Content type and body of what it answers on a published port."""
        address = docker("port", self.name, str(port)).splitlines()[0]
        with urllib.request.urlopen(f"http://{address}{path}", timeout=LONG) as answer:
            return answer.headers["Content-Type"], answer.read()

    def execute(self, *command: str) -> tuple[int, str]:
        """Exit code and output of a command within it."""
        done = subprocess.run(
            ["docker", "exec", self.name, *command], check=False, capture_output=True, text=True, timeout=LONG
        )
        return done.returncode, done.stdout + done.stderr

    def wait_healthy(self) -> float:
        """Wait for its healthcheck; how long it took, in seconds."""
        return until(lambda: self.state["Health"]["Status"] == "healthy", lambda: self.log)

    def stop(self) -> tuple[float, int]:
        """Send SIGTERM; how long it took to end, in seconds, and the exit code."""
        start = datetime.now(UTC)
        docker("kill", "--signal=TERM", self.name)
        code = int(docker("wait", self.name))
        return (datetime.fromisoformat(self.state["FinishedAt"]) - start).total_seconds(), code


@contextmanager
def container(*role: str, options: tuple[str, ...] = ()) -> Iterator[Container]:
    """A container of the image, removed at the end."""
    name = f"citytime-test-{uuid.uuid4().hex[:8]}"
    ports = ("--publish=127.0.0.1::8080", "--publish=127.0.0.1::8081")
    docker("run", "--detach", f"--name={name}", *CONFINED, *ports, *options, image(), *role)
    try:
        yield Container(name)
    finally:
        docker("rm", "--force", "--volumes", name)


@contextmanager
def network() -> Iterator[str]:
    """A network that containers find each other by name in."""
    name = f"citytime-test-{uuid.uuid4().hex[:8]}"
    docker("network", "create", name)
    try:
        yield name
    finally:
        docker("network", "rm", name)

"""The real service as processes of its own, on the compiled gazetteer: `serve`, or one for each role."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from citytime.settings import load

STOP = 15.0
"""Seconds after which a service that was told to stop has failed."""


ROLES = ("timezones", "geocoder", "images")
"""Those that the gateway asks."""


@dataclass(frozen=True)
class Instance:
    """Where a service answers (a role on gRPC: host and port), and where its metrics and health are."""

    url: str
    admin_url: str


def gazetteer() -> Path:
    """The compiled gazetteer that tests run on. Raises FileNotFoundError with what to do where there is none."""
    path = load(os.environ).gazetteer
    if not path.is_file():
        raise FileNotFoundError(f"there is no gazetteer at {path}: run `make gazetteer` first")
    return path


def environment(**settings: object) -> dict[str, str]:
    """The environment of a process that runs citytime with these settings on free ports."""
    given = {"port": 0, "admin_port": 0, "grpc_port": 0, "gazetteer": gazetteer()} | settings
    ours = {f"CITYTIME_{name.upper()}": str(value) for name, value in given.items()}
    return os.environ | ours | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}


@contextmanager
def instance(role: str = "serve", **settings: object) -> Iterator[Instance]:
    """The service, listening; at the end it is stopped, which must succeed."""
    command = [sys.executable, "-m", "citytime", role]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment(**settings), text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield _listening(process)
        finally:
            process.terminate()
            _, err = process.communicate(timeout=STOP)
    assert process.returncode == 0, err


@contextmanager
def services(**settings: object) -> Iterator[Instance]:
    """The gateway, with a geocoder, time zones and images behind it, each a process."""
    with ExitStack() as stack:
        behind = {role: stack.enter_context(instance(role, **settings)) for role in ROLES}
        targets = {f"{role}_target": f"ipv4:{one.url}" for role, one in behind.items()}
        yield stack.enter_context(instance("gateway", **targets, **settings))


def _listening(process: subprocess.Popen[str]) -> Instance:
    seen = ""
    assert process.stderr is not None
    for line in process.stderr:
        seen += line
        if line.startswith("{") and (fields := json.loads(line))["event"] == "listening":
            return Instance(fields["url"], fields["admin"])
    raise AssertionError(f"the service ended before it listened:\n{seen}")

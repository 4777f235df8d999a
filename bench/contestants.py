"""The servers that are measured, and how each is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parent / "service" / "src"


class Skipped(Exception):
    """A contestant cannot take part; the message says why."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server: `command` and `environment` make it listen on a port of 127.0.0.1."""

    name: str
    command: Callable[[int], list[str]]
    environment: Callable[[int], dict[str, str]] = lambda _: {}


def bare() -> Contestant:
    """A Tornado handler that does nothing."""
    return Contestant("bare", lambda port: [sys.executable, str(HERE / "bare_tornado.py"), str(port)])


def citytime(name: str = "citytime", **variables: str) -> Contestant:
    """This tree's `citytime serve`, with all that it does by default: metrics, a log line a request.

    `variables` are added to its environment.
    """
    return Contestant(
        name,
        lambda _: [sys.executable, "-m", "citytime", "serve"],
        lambda port: {
            "CITYTIME_ADDRESS": "127.0.0.1",
            "CITYTIME_PORT": str(port),
            "CITYTIME_ADMIN_PORT": "0",
            "PYTHONPATH": str(SOURCE),
            **variables,
        },
    )


def traced(collector: str) -> list[Contestant]:
    """`citytime serve` that sends its traces to a collector: all of them, and one in a hundred."""
    sampled = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}
    to = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector}
    return [citytime("traced", **to), citytime("sampled", **to, **sampled)]


def four_processes() -> Contestant:
    """The same as four processes that speak gRPC, all on the same core; what they spend is added up."""
    return Contestant(
        "four",
        lambda port: [sys.executable, "-m", "bench.four_processes", str(port)],
        lambda _: {"PYTHONPATH": os.pathsep.join([str(SOURCE), str(HERE.parent)])},
    )


def gin() -> Contestant:
    """The gin server, built now (at once when nothing has changed). Raises Skipped without a Go toolchain."""
    go, binary = shutil.which("go"), HERE / "build" / "gin"
    if go is None:
        raise Skipped("no Go toolchain")
    command = [go, "build", "-o", str(binary), "."]
    built = subprocess.run(command, cwd=HERE / "gin", capture_output=True, text=True, check=False)  # noqa: S603
    if built.returncode:
        raise Skipped("go build failed: " + (built.stderr.strip().splitlines() or ["no message"])[-1])
    return Contestant("gin", lambda port: [str(binary), str(port)])


def environment(contestant: Contestant, port: int) -> dict[str, str]:
    """The whole environment of a contestant's process."""
    return os.environ | contestant.environment(port)

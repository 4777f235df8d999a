"""The lab that is running: its ports, its containers, what its parts say over HTTP.

Which lab is meant is said as to Docker Compose: by compose.yaml and .env, COMPOSE_PROJECT_NAME and ports in the
environment.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.parse
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class LabError(Exception):
    """The lab is not there, or does not do as it is told; the message says what to do."""


def shell(command: str, timeout: float = 120) -> str:
    """What a shell command prints; the commands are those of the catalogue, run where compose.yaml is.

    Not in our terminal's group, so that Ctrl-C ends us and not what we have begun.
    """
    with subprocess.Popen(  # noqa: S603
        ["/bin/sh", "-c", f"set -eu\n{command}"],
        cwd=ROOT,
        env=os.environ | {"COMPOSE_PROJECT_NAME": project(), "COMPOSE_PROFILES": "load"},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException as error:  # nothing that it began is to go on without us
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise LabError(f"`{command}` took more than {timeout:g} s") from None
            raise
    if process.returncode:
        raise LabError(f"`{command}` failed: {err.strip()[-500:]}")
    return out.strip()


@cache
def project() -> str:
    """The name of the Compose project: also how its network's and volumes' names begin."""
    asked = ["docker", "compose", "config", "--format", "json"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise LabError(f"compose.yaml cannot be read: {done.stderr.decode().strip()}")
    return str(json.loads(done.stdout)["name"])


@cache
def address(service: str, port: int) -> str:
    """Where a port of a service is on this machine: `127.0.0.1:9090`."""
    try:
        return shell(f"docker compose port {service} {port}")
    except LabError as error:
        raise LabError(f"{service} is not running: docker compose up -d --wait ({error})") from error


def gateway() -> str:
    """Where callers ask."""
    return address("gateway-mesh", 8080)


def get(url: str, timeout: float = 10) -> Any:
    """JSON by GET."""
    with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310
        return json.load(answer)


def prometheus(path: str, **parameters: str) -> Any:
    """The data of an answer of Prometheus' API: `prometheus("query", query="up")`."""
    query = urllib.parse.urlencode(parameters)
    return get(f"http://{address('prometheus', 9090)}/api/v1/{path}?{query}")["data"]


def query(expression: str) -> list[dict[str, Any]]:
    """What an expression gives now: the series, each with `metric` and `value`."""
    result: list[dict[str, Any]] = prometheus("query", query=expression)["result"]
    return result


def alerts(name: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Active alerts of a name that have these labels; `state` is pending or firing."""
    found = prometheus("alerts")["alerts"]
    return [one for one in found if one["labels"].items() >= (labels | {"alertname": name}).items()]

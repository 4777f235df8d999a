"""A sidecar as a process: the product's own configuration, of which only addresses and folders are others."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import urllib.request
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.wire import until

ROOT = Path(__file__).parents[2]
MESH = ROOT / "mesh"
ROLES = ("gateway", "geocoder", "timezones", "images")
EGRESS = {"geocoder": 15051, "timezones": 15052, "images": 15053}
INGRESS, METRICS, HEALTH = 15443, 15090, 15021

Change = Callable[[dict[str, Any]], None]


def envoy(folder: Path) -> list[str]:
    """The command that runs Envoy, to which `folder` is visible: from PATH, else from the image that .env names."""
    if found := shutil.which("envoy"):
        return [found]
    image = re.search(r"^ENVOY_IMAGE=(\S+)$", (ROOT / ".env").read_text(), re.MULTILINE)
    if shutil.which("docker") and image:
        user = f"{os.getuid()}:{os.getgid()}"
        run = ["docker", "run", "--rm", "--network=host", f"--user={user}", f"--volume={folder}:{folder}"]
        return [*run, "--env=OTEL_RESOURCE_ATTRIBUTES", "--entrypoint=envoy", image[1]]
    raise FileNotFoundError("these tests need Envoy 1.40 or Docker: put `envoy` on PATH, or install Docker")


def configuration(folder: Path, host: str, port: int, peers: Mapping[str, list[str]]) -> dict[str, Any]:
    """`envoy.yaml` for a sidecar at `host` in front of a service at `port`, whose files are in `folder`.

    `peers` gives the addresses that a name stands for, in place of DNS; names that are not in it stay as they are.
    """
    text = (MESH / "envoy" / "envoy.yaml").read_text()
    config: dict[str, Any] = yaml.safe_load(_moved(text, folder).replace("127.0.0.1", host).replace("0.0.0.0", host))
    for cluster in config["static_resources"]["clusters"]:
        endpoints = cluster["load_assignment"]["endpoints"]
        address = endpoints[0]["lb_endpoints"][0]["endpoint"]["address"]["socket_address"]
        if cluster["name"] in ("service_grpc", "service_http"):
            address |= {"address": "127.0.0.1", "port_value": port}
        elif cluster["name"] in peers:
            sockets = [{"address": peer, "port_value": address["port_value"]} for peer in peers[cluster["name"]]]
            addresses = [{"endpoint": {"address": {"socket_address": socket}}} for socket in sockets]
            cluster["load_assignment"] |= {"endpoints": [{"lb_endpoints": addresses}]}
    return config


def _moved(text: str, folder: Path) -> str:
    return text.replace("/etc/envoy/", f"{folder}/").replace("/etc/mesh/", f"{folder}/")


def write(folder: Path, role: str, config: dict[str, Any]) -> list[str]:
    """Put a role's files into `folder`; returns Envoy's arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (MESH / "envoy" / "identity.yaml", MESH / "envoy" / "authorities.yaml"):
        (folder / source.name).write_text(_moved(source.read_text(), folder))
    (folder / "callers.yaml").write_text(_moved((MESH / "callers" / f"{role}.yaml").read_text(), folder))
    (folder / "envoy.yaml").write_text(json.dumps(config))
    arguments = ["-c", f"{folder}/envoy.yaml", "--service-cluster", role, "--service-node", role]
    return [*arguments, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"]


class Sidecar:
    """The sidecar of a role, at `host`, a loopback address; its certificates are in `folder/certificates`."""

    def __init__(self, role: str, host: str, folder: Path) -> None:
        self.role = role
        self.host = host
        self.folder = folder
        self.certificates = folder / "certificates"
        self._process: Process | None = None

    async def start(self, port: int, peers: Mapping[str, list[str]], *changes: Change) -> None:
        """Start it, and wait until it says that it is ready."""
        config = configuration(self.folder, self.host, port, peers)
        for change in changes:
            change(config)
        command = [*envoy(self.folder.parent), *write(self.folder, self.role, config)]
        environment = os.environ | {"OTEL_RESOURCE_ATTRIBUTES": f"service.name={self.role}-mesh"}
        out, err = ((self.folder / name).open("wb") for name in ("stdout", "stderr"))
        with out, err:
            self._process = await asyncio.create_subprocess_exec(*command, stdout=out, stderr=err, env=environment)
        await until(self._ready)

    async def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, (self.folder / "stderr").read_text()
        with contextlib.suppress(OSError):
            return await self.get(HEALTH, "/ready") == "LIVE\n"
        return False

    async def stop(self) -> None:
        """End it at once, whatever is under way."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def get(self, port: int, path: str) -> str:
        """What one of its ports answers. Raises OSError (HTTPError, URLError)."""

        def read() -> str:
            with urllib.request.urlopen(f"http://{self.host}:{port}{path}", timeout=2) as answer:
                return str(answer.read().decode())

        return await asyncio.to_thread(read)

    async def series(self) -> dict[str, float]:
        """Its metrics, by name and labels as they are written."""
        lines = (await self.get(METRICS, "/stats/prometheus")).splitlines()
        return {
            name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] not in "#")
        }

    async def metric(self, name: str, label: str = "") -> float:
        """The sum of the series called `envoy_<name>` whose labels contain `label`."""
        found = [v for k, v in (await self.series()).items() if k.partition("{")[0] == f"envoy_{name}" and label in k]
        assert found, f"no {name} with {label}"
        return sum(found)

    def log(self) -> list[dict[str, Any]]:
        """The lines that it has written to standard output."""
        return [json.loads(line) for line in (self.folder / "stdout").read_text().splitlines()]

"""Say, before the lab is started, what will go wrong, and the way out of it: `make doctor`.

A line for each thing that was looked at: `ok`, `warn` (it works, but not well) or `FAIL` (it will not work). Exit code
1 if anything fails. What is looked at is what Docker Compose makes of compose.yaml, .env and the environment, so that
ports and images are those that would be used. Needs nothing but Python and the `docker` command.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ENGINE = (26, 0)
"""The oldest engine that mounts a part of a volume (`subpath`)."""
COMPOSE = (2, 26)
"""The oldest Compose that knows of it."""
MACHINES = {"amd64", "arm64"}
GIB = 2**30
MEMORY = 2 * GIB
"""Bytes: the lab's 1.5 GiB, and a system to run it on."""
DISK_NEW, DISK = 4 * GIB, 1 * GIB
"""Bytes that are needed where images are missing, and where only data will grow."""
SECONDS = 30
"""How long a command may take."""


@dataclass(frozen=True)
class Finding:
    """What was found. `level` is ok, warn or FAIL; `remedy` is the way out."""

    level: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:4}  {self.what}" + (f"\n      -> {self.remedy}" if self.remedy else "")


class Unable(Exception):
    """Nothing further can be looked at."""


def docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the docker command, without a word; one that takes too long has failed."""
    command = ["docker", *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"no answer within {SECONDS} s")


def version(text: str) -> tuple[int, ...]:
    """`v28.5.2+dfsg4` → (28, 5)."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def size(count: float) -> str:
    """Bytes for people."""
    return f"{count / GIB:.1f} GiB"


def engine(lab: Lab) -> Iterator[Finding]:
    """Whether there is an engine that may be used, is new enough, and runs our kind of images."""
    if shutil.which("docker") is None:
        yield Finding("FAIL", "no docker command", "install Docker Engine: https://docs.docker.com/engine/install/")
        raise Unable
    asked = docker("info", "--format", "{{json .}}")
    try:
        lab.info = json.loads(asked.stdout)
    except ValueError:
        lab.info = {}
    said = (asked.stderr + " ".join(lab.info.get("ServerErrors") or [])).strip()
    if "permission denied" in said:
        remedy = "sudo usermod -aG docker $USER, and log in anew; or use rootless Docker"
        yield Finding("FAIL", "no right to talk to the Docker engine", remedy)
        raise Unable
    if not lab.info.get("ServerVersion"):
        remedy = "start it: sudo systemctl start docker, or Docker Desktop; with a remote one, look at DOCKER_HOST"
        yield Finding("FAIL", f"the Docker engine does not answer: {said[:200] or 'nothing said'}", remedy)
        raise Unable
    yield _at_least("Docker engine", lab.info["ServerVersion"], ENGINE, "https://docs.docker.com/engine/install/")
    compose = docker("compose", "version", "--short")
    if compose.returncode:
        remedy = "install the plugin docker-compose-plugin (the old docker-compose command is not enough)"
        yield Finding("FAIL", "docker has no compose command", remedy)
        raise Unable
    yield _at_least("Docker Compose", compose.stdout.strip(), COMPOSE, "https://docs.docker.com/compose/install/")
    if lab.info.get("OSType") != "linux":
        yield Finding("FAIL", "the engine runs Windows containers", "switch Docker Desktop to Linux containers")
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(lab.info["Architecture"], lab.info["Architecture"])
    if machine in MACHINES:
        yield Finding("ok", f"architecture {machine}")
    else:
        remedy = "use a machine of one of them, or emulation (docker run --privileged tonistiigi/binfmt), which is slow"
        yield Finding("FAIL", f"architecture {machine}: the images are for {' and '.join(sorted(MACHINES))}", remedy)


def _at_least(what: str, found: str, least: tuple[int, ...], where: str) -> Finding:
    if version(found) >= least:
        return Finding("ok", f"{what} {found}")
    needed = ".".join(map(str, least))
    return Finding("FAIL", f"{what} {found} is too old, {needed} is needed", f"install a newer one: {where}")


def limits(lab: Lab) -> Iterator[Finding]:
    """Whether the kernel can hold containers to their limits."""
    missing = [name for name in ("MemoryLimit", "PidsLimit", "CpuCfsQuota") if not lab.info.get(name)]
    if missing:
        remedy = "boot with cgroup_enable=memory swapaccount=1 (on a Raspberry Pi: cmdline.txt)"
        yield Finding("warn", f"limits are ignored here: no {', '.join(missing)} of cgroups", remedy)
    else:
        yield Finding("ok", f"cgroup v{lab.info.get('CgroupVersion', '?')} limits memory, processes and CPU")


def composition(lab: Lab) -> Iterator[Finding]:
    """Whether compose.yaml, .env and the environment make sense together."""
    asked = docker("compose", "config", "--format", "json")
    if asked.returncode:
        remedy = "see `docker compose config`; does .env lack a variable, or the environment have a wrong one?"
        yield Finding("FAIL", f"compose.yaml cannot be read: {asked.stderr.strip()[:300]}", remedy)
        raise Unable
    lab.services = json.loads(asked.stdout)["services"]
    running = docker("compose", "ps", "--all", "--format", "json").stdout
    containers = [json.loads(line) for line in running.splitlines() if line.startswith("{")]
    lab.own_ports = {port["PublishedPort"] for one in containers for port in one.get("Publishers") or []}
    state = f"{len(containers)} of its containers are there already" if containers else "not started yet"
    yield Finding("ok", f"compose.yaml has {len(lab.services)} services; {state}")


def ports(lab: Lab) -> Iterator[Finding]:
    """Whether the ports of this machine are free."""
    wanted = []
    for name, service in lab.services.items():
        wanted += [(int(port["published"]), name) for port in service.get("ports", []) if port.get("published")]
    free = True
    for port, name in sorted(wanted):
        others = [other for other_port, other in wanted if other_port == port and other != name]
        remedy = f"set another: {name.upper().replace('-MESH', '')}_PORT=… in .env or the environment"
        if others:
            free = False
            yield Finding("FAIL", f"{name} and {others[0]} are both to have port {port}", remedy)
        elif port not in lab.own_ports and (why := _taken(port)):
            free = False
            yield Finding(
                "FAIL", f"port {port}, for {name}, {why}", f"{remedy}; or see who has it: ss -ltnp 'sport = :{port}'"
            )
    if free:
        yield Finding(
            "ok", f"ports {', '.join(str(port) for port, _ in sorted(wanted))} are free, or the lab's already"
        )


def _taken(port: int) -> str:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except PermissionError:
            return "" if not _local() else "needs more rights than you have, but Docker may have them"
        except OSError:
            return "is taken"
    return ""


def _local() -> bool:
    return sys.platform == "linux" and not os.environ.get("DOCKER_HOST", "").startswith(("tcp:", "ssh:"))


def images(lab: Lab) -> Iterator[Finding]:
    """Whether the images are here, or can be had."""
    built = {service["image"] for service in lab.services.values() if "build" in service and "image" in service}
    wanted = {service["image"] for service in lab.services.values() if "image" in service}
    lab.missing = sorted(image for image in wanted if docker("image", "inspect", image).returncode)
    pulled = [image for image in lab.missing if image not in built]
    if lab.missing:
        doing = [f"{image} is {'built' if image in built else 'pulled'}" for image in lab.missing]
        yield Finding("ok", f"{len(lab.missing)} of {len(wanted)} images are missing: {', '.join(doing)}")
    else:
        yield Finding("ok", f"all {len(wanted)} images are here")
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda image: docker("manifest", "inspect", image), pulled))
    for image, asked in zip(pulled, answers, strict=True):
        if asked.returncode:
            users = [name for name, service in lab.services.items() if service.get("image") == image]
            remedy = (
                f"name one that can be had in .env; docker load it; or leave it out: --pull never --scale {users[0]}=0"
            )
            why = (asked.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
            yield Finding("FAIL", f"{image} is not here and cannot be pulled: {why}", remedy)


def memory(lab: Lab) -> Iterator[Finding]:
    """Whether there is room for the lab to run."""
    total = lab.info.get("MemTotal", 0)
    if total < MEMORY:
        remedy = "give Docker more (Docker Desktop: Settings, Resources), or leave out grafana, jaeger and collector"
        yield Finding("FAIL", f"{size(total)} of memory; the lab needs {size(MEMORY)}", remedy)
        return
    meminfo = Path("/proc/meminfo")
    if _local() and meminfo.exists() and not lab.own_ports:
        found = re.search(r"MemAvailable: *(\d+) kB", meminfo.read_text())
        available = int(found[1]) * 1024 if found else total
        if available < MEMORY * 3 // 4:
            remedy = "end what is not needed; otherwise the kernel may"
            yield Finding("warn", f"only {size(available)} of {size(total)} memory are available", remedy)
            return
    yield Finding("ok", f"{size(total)} of memory")


def disk(lab: Lab) -> Iterator[Finding]:
    """Whether there is room for images and data."""
    root = Path(lab.info.get("DockerRootDir", ""))
    place = next(path for path in (root, *root.parents, ROOT) if path.exists()) if _local() else ROOT
    free = shutil.disk_usage(place).free
    needed = DISK_NEW if lab.missing else DISK
    if free < needed:
        remedy = "docker system prune; or move Docker's data-root to a larger disk (/etc/docker/daemon.json)"
        yield Finding("FAIL", f"{size(free)} free at {place}; {size(needed)} are needed", remedy)
    else:
        yield Finding("ok", f"{size(free)} free at {place}")


class Lab:
    """What was learned so far."""

    def __init__(self) -> None:
        self.info: dict[str, Any] = {}
        self.services: dict[str, dict[str, Any]] = {}
        self.own_ports: set[int] = set()
        self.missing: list[str] = []


CHECKS: tuple[Callable[[Lab], Iterator[Finding]], ...] = (engine, limits, composition, ports, images, memory, disk)


def main() -> int:
    """Look at everything; 1 if something will fail."""
    lab, failed = Lab(), 0
    try:
        for check in CHECKS:
            for finding in check(lab):
                print(finding, flush=True)
                failed += finding.level == "FAIL"
    except Unable:
        pass
    print(
        f"\n{failed} problem{'s' * (failed != 1)} to solve first" if failed else "\nready: docker compose up -d --wait"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

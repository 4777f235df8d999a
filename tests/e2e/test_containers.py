"""`docker inspect` of every container: no root, nothing to write to, no capabilities, limits, ports on loopback."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from drills import lab

MEMORY = 1.5 * 2**30
"""Bytes that all containers together may have resident."""

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("node-exporter", "pid"): "counts the machine's processes, which it sees only in the machine's namespace",
}
"""What is not as it should be, and why."""


@pytest.fixture(scope="module")
def containers() -> dict[str, dict[str, Any]]:
    numbers = lab.shell("docker compose ps -aq").split()
    found = json.loads(lab.shell("docker inspect " + " ".join(numbers)))
    return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}


def faults(container: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a container, by a short name."""
    config, host = container["Config"], container["HostConfig"]
    bindings = [one for many in (host["PortBindings"] or {}).values() for one in many]
    checks = {
        "root": config["User"].split(":")[0] in {"", "0", "root"},
        "writable": not host["ReadonlyRootfs"],
        "capabilities": host["CapDrop"] != ["ALL"] or bool(host["CapAdd"]),
        "privileges": host["Privileged"] or "no-new-privileges:true" not in (host["SecurityOpt"] or []),
        "memory": not host["Memory"],
        "pids": not host["PidsLimit"] or host["PidsLimit"] < 0,
        "pid": host["PidMode"] != "",
        "network": host["NetworkMode"] == "host",
        "ports": any(one["HostIp"] != "127.0.0.1" for one in bindings),
        "socket": any("docker.sock" in mount["Source"] for mount in container["Mounts"] if mount["Type"] == "bind"),
        "oom": container["State"]["OOMKilled"],
    }
    return {name: json.dumps(host.get(name.title(), "")) for name, wrong in checks.items() if wrong}


def test_every_container_is_confined(containers: dict[str, dict[str, Any]]) -> None:
    assert len(containers) >= 18
    found = {(service, fault) for service, container in containers.items() for fault in faults(container)}
    assert found == set(EXCEPTIONS)


def test_no_container_has_a_secret_in_its_environment(containers: dict[str, dict[str, Any]]) -> None:
    for service, container in containers.items():
        for variable in container["Config"]["Env"] or []:
            name, _, value = variable.partition("=")
            assert not re.search("PASSWORD|SECRET|TOKEN|_KEY$", name) or name.endswith(("__FILE", "_FILE")), (
                service,
                name,
            )
            assert "BEGIN" not in value


def test_all_of_it_fits_into_a_gigabyte_and_a_half(containers: dict[str, dict[str, Any]]) -> None:
    numbers = " ".join(one["Id"] for one in containers.values())
    lines = lab.shell(f"docker stats --no-stream --format '{{{{json .}}}}' {numbers}").splitlines()
    used = {one["Name"]: size(one["MemUsage"].split(" / ")[0]) for one in map(json.loads, lines)}
    for name, count in sorted(used.items(), key=lambda one: -one[1]):
        print(f"{count / 2**20:8.1f} MiB  {name}")
    print(f"{sum(used.values()) / 2**20:8.1f} MiB  in all")
    assert sum(used.values()) <= MEMORY


def size(text: str) -> float:
    """`38.97MiB` in bytes."""
    number, unit = re.fullmatch(r"([\d.]+)([kKMG]?i?B)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"B": 1, "kB": 1e3, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "MB": 1e6, "GB": 1e9}[unit]

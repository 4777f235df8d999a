"""The files of mesh/: valid for every role, all of them listed, the ports as agreed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import authority
from .sidecar import EGRESS, HEALTH, INGRESS, MESH, METRICS, ROLES, configuration, envoy, write


@pytest.mark.parametrize("role", ROLES)
def test_envoy_takes_the_configuration_of_every_role(tmp_path: Path, role: str) -> None:
    authority.once(tmp_path)
    (tmp_path / role).mkdir()
    (tmp_path / role / "certificates").symlink_to(tmp_path / "certificates" / role)
    arguments = write(tmp_path / role, role, configuration(tmp_path / role, "127.0.1.1", 1, {}))
    command = [*envoy(tmp_path), *arguments, "--mode", "validate"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "deprecated" not in done.stderr.lower()


def test_every_file_is_in_the_kustomization() -> None:
    made = yaml.safe_load((MESH / "kustomization.yaml").read_text())["configMapGenerator"]
    listed = {entry.rpartition("=")[2] for one in made for entry in one["files"]}
    assert listed == {f"{path.parent.name}/{path.name}" for path in MESH.glob("*/*.yaml")}
    callers = [one["files"] for one in made if one["name"] != "mesh-envoy"]
    assert callers == [[f"callers.yaml=callers/{role}.yaml"] for role in ROLES]


def test_the_ports_are_those_agreed_and_admin_is_on_loopback_and_only_read() -> None:
    config: dict[str, Any] = yaml.safe_load((MESH / "envoy" / "envoy.yaml").read_text())
    sockets = {one["name"]: one["address"]["socket_address"] for one in config["static_resources"]["listeners"]}
    ports = {name: (one["address"], one["port_value"]) for name, one in sockets.items()}
    expected = {f"egress_{peer}": ("127.0.0.1", port) for peer, port in EGRESS.items()}
    assert ports == expected | {name: ("0.0.0.0", port) for name, port in _OPEN.items()}
    assert config["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"
    assert config["admin"]["allow_paths"] == [{"exact": "/ready"}, {"exact": "/stats/prometheus"}]


_OPEN = {"ingress": INGRESS, "metrics": METRICS, "health": HEALTH}


def test_each_file_of_callers_differs_in_the_callers_alone() -> None:
    files = {role: (MESH / "callers" / f"{role}.yaml").read_text() for role in ROLES}
    assert len({re.sub(r"#.*\n| *- .*spiffe://citytime/\w+.*\n", "", text) for text in files.values()}) == 1
    assert sorted(path.stem for path in (MESH / "callers").iterdir()) == sorted(ROLES)

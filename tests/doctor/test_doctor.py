"""What doctor.py says of engines on which something is wrong."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from .fakes import FakeDocker, examine


@pytest.fixture
def fake(tmp_path: Path) -> FakeDocker:
    return FakeDocker(tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_all_is_well(fake: FakeDocker) -> None:
    code, said = fake.examine()
    assert code == 0, said
    assert "FAIL" not in said
    assert "ready: docker compose up" in said


def test_no_docker_command(tmp_path: Path) -> None:
    code, said = examine(tmp_path)
    assert code == 1
    assert "no docker command" in said
    assert "docs.docker.com" in said


@pytest.mark.parametrize(
    ("stderr", "what", "remedy"),
    [
        ("permission denied while trying to connect to the Docker daemon socket", "no right", "usermod -aG docker"),
        ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "does not answer", "systemctl start"),
    ],
)
def test_an_engine_out_of_reach_ends_the_examination(fake: FakeDocker, stderr: str, what: str, remedy: str) -> None:
    fake.answers["info"] = (1, '{"ServerVersion": "", "ServerErrors": []}', stderr)
    code, said = fake.examine()
    assert code == 1
    assert said.count("FAIL") == 1
    assert what in said
    assert remedy in said


def test_an_old_engine(fake: FakeDocker) -> None:
    fake.info["ServerVersion"] = "25.0.3"
    code, said = fake.examine()
    assert code == 1
    assert "FAIL  Docker engine 25.0.3 is too old, 26.0 is needed" in said


@pytest.mark.parametrize("found", ["2.20.2", "v2.17.3-desktop.1"])
def test_an_old_compose(fake: FakeDocker, found: str) -> None:
    fake.answers["compose version"] = (0, found + "\n", "")
    code, said = fake.examine()
    assert code == 1
    assert f"Docker Compose {found} is too old" in said


def test_no_compose(fake: FakeDocker) -> None:
    fake.answers["compose version"] = (1, "", "docker: 'compose' is not a docker command.")
    code, said = fake.examine()
    assert code == 1
    assert "docker-compose-plugin" in said


@pytest.mark.parametrize(("machine", "code"), [("aarch64", 0), ("x86_64", 0), ("riscv64", 1)])
def test_architectures(fake: FakeDocker, machine: str, code: int) -> None:
    fake.info["Architecture"] = machine
    assert fake.examine()[0] == code


def test_windows_containers(fake: FakeDocker) -> None:
    fake.info["OSType"] = "windows"
    code, said = fake.examine()
    assert code == 1
    assert "switch Docker Desktop to Linux containers" in said


def test_ignored_limits_are_a_warning(fake: FakeDocker) -> None:
    fake.info["MemoryLimit"] = False
    code, said = fake.examine()
    assert code == 0
    assert "warn  limits are ignored here: no MemoryLimit of cgroups" in said


def test_a_compose_file_that_cannot_be_read(fake: FakeDocker) -> None:
    fake.answers["compose config"] = (15, "", "required variable ENVOY_IMAGE is missing a value\n")
    code, said = fake.examine()
    assert code == 1
    assert "ENVOY_IMAGE is missing" in said


def test_a_port_that_is_taken(fake: FakeDocker, taken: int) -> None:
    fake.publish("gateway-mesh", taken)
    code, said = fake.examine()
    assert code == 1
    assert f"FAIL  port {taken}, for gateway-mesh, is taken" in said
    assert "GATEWAY_PORT=" in said


def test_a_port_that_the_lab_itself_has(fake: FakeDocker, taken: int) -> None:
    fake.publish("prometheus", taken)
    fake.answers["compose ps"] = (0, f'{{"Publishers": [{{"PublishedPort": {taken}}}]}}\n', "")
    code, said = fake.examine()
    assert code == 0, said


def test_one_port_for_two(fake: FakeDocker) -> None:
    fake.publish("jaeger", 18)
    fake.publish("grafana", 18)
    code, said = fake.examine()
    assert code == 1
    assert "are both to have port 18" in said


def test_an_image_that_cannot_be_pulled(fake: FakeDocker) -> None:
    fake.answers["image inspect"] = (1, "", "No such image: web:1")
    code, said = fake.examine()
    assert code == 1
    assert "web:1 is not here and cannot be pulled: no such host" in said
    assert "--pull never --scale web=0" in said


def test_an_image_that_can_be_pulled(fake: FakeDocker) -> None:
    fake.answers |= {"image inspect": (1, "", "No such image"), "manifest inspect": (0, "{}", "")}
    code, said = fake.examine()
    assert code == 0, said
    assert "web:1 is pulled" in said


def test_an_image_that_is_built(fake: FakeDocker) -> None:
    fake.services["web"]["build"] = {"context": "web"}
    fake.answers["image inspect"] = (1, "", "No such image: web:1")
    code, said = fake.examine()
    assert code == 0, said
    assert "web:1 is built" in said


def test_too_little_memory(fake: FakeDocker) -> None:
    fake.info["MemTotal"] = 2**30
    code, said = fake.examine()
    assert code == 1
    assert "FAIL  1.0 GiB of memory" in said

"""The programs that these tests drive, from PATH or else from the Docker images that the lab runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "prometheus"

_IMAGES = {
    "prometheus": "PROMETHEUS_IMAGE",
    "promtool": "PROMETHEUS_IMAGE",
    "amtool": "ALERTMANAGER_IMAGE",
    "alertmanager": "ALERTMANAGER_IMAGE",
}


def command(program: str, folder: Path) -> list[str]:
    """The beginning of a command line that runs `program`, which reads and writes in `folder` only."""
    if path := shutil.which(program):
        return [path]
    variable = _IMAGES[program]
    if not shutil.which("docker"):
        raise AssertionError(f"{program} is needed: install it, or Docker, which has it in {variable} of .env")
    lines = (ROOT / ".env").read_text().splitlines()
    image = next(line.partition("=")[2] for line in lines if line.startswith(f"{variable}="))
    owner = f"{os.getuid()}:{os.getgid()}"
    place = ["--volume", f"{folder}:{folder}", "--workdir", str(folder), "--user", owner, "--network", "host"]
    return ["docker", "run", "--rm", *place, "--entrypoint", program, image]


def output(program: str, folder: Path, *arguments: str) -> str:
    """What `program` prints. Fails with it if the program fails."""
    ran = subprocess.run(
        [*command(program, folder), *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, f"{program} {' '.join(arguments)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def copy_of(folder: Path, environment: str) -> Path:
    """Prometheus' and Alertmanager's configuration as that environment mounts it, in `folder`."""
    place = folder / "prometheus"
    shutil.copytree(PROMETHEUS, place)
    shutil.copy(place / "scrape" / f"{environment}.yml", place / "scrape.yml")
    receivers = place / "receivers" / environment
    shutil.copytree(receivers, place / "receivers", dirs_exist_ok=True)
    return place

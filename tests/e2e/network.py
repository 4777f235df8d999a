"""Programs of our own on the lab's network, where the sidecars' ports are: nothing of that is published."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from drills import lab


def run(program: str, *arguments: str) -> Any:
    """What a Python program, run in a container of the lab's network, prints as JSON."""
    image = lab.shell("docker compose config --images ca | head -1")
    command = [
        "docker",
        "run",
        "--rm",
        "-i",
        "--network",
        f"{lab.project()}_default",
        image,
        "python3",
        "-",
        *arguments,
    ]
    done = subprocess.run(command, input=program, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

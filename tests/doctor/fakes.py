"""A docker command that says what a test wants it to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

DOCTOR = Path(__file__).parents[2] / "scripts" / "doctor.py"

SCRIPT = f"""#!{sys.executable}
import json, os, sys
answers = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.json")))
command = " ".join(sys.argv[1:])
for start, (code, out, err) in answers.items():
    if command.startswith(start):
        sys.stdout.write(out)
        sys.stderr.write(err)
        sys.exit(code)
sys.exit("the fake knows no answer to: " + command)
"""

INFO: dict[str, Any] = {
    "ServerVersion": "28.5.2",
    "OSType": "linux",
    "Architecture": "x86_64",
    "CgroupVersion": "2",
    "MemoryLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
    "MemTotal": 8 * 2**30,
    "DockerRootDir": "/",
}


class FakeDocker:
    """An engine on which all is well, until a test changes `info`, `services`, or an answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.info = dict(INFO)
        self.services: dict[str, dict[str, Any]] = {"web": {"image": "web:1"}}
        self.answers: dict[str, tuple[int, str, str]] = {
            "compose version": (0, "2.40.3\n", ""),
            "compose ps": (0, "", ""),
            "image inspect": (0, "[]", ""),
            "manifest inspect": (1, "", "no such host\n"),
        }

    def publish(self, name: str, port: int) -> None:
        """A service that is to have a port of this machine."""
        self.services[name] = {"image": f"{name}:1", "ports": [{"published": str(port), "host_ip": "127.0.0.1"}]}

    def examine(self) -> tuple[int, str]:
        """What doctor.py says of it: exit code and output."""
        (self.folder / "docker").write_text(SCRIPT)
        (self.folder / "docker").chmod(0o755)
        defaults = {
            "info": (0, json.dumps(self.info), ""),
            "compose config": (0, json.dumps({"services": self.services}), ""),
        }
        (self.folder / "answers.json").write_text(json.dumps(self.answers | defaults | self._overrides()))
        return examine(self.folder)

    def _overrides(self) -> dict[str, tuple[int, str, str]]:
        return {command: self.answers[command] for command in ("info", "compose config") if command in self.answers}


def examine(path: Path) -> tuple[int, str]:
    """Run doctor.py with nothing but `path` to find commands in."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")} | {"PATH": str(path)}
    done = subprocess.run([sys.executable, DOCTOR], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout

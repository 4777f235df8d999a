"""`python -m grafana.real` asks a real Grafana whether it has what grafana/ provisions, and its datasources work.

The Grafana is the one at `--url` (its admin's password in `--password-file`); without a URL, one that is started for it
from the image of .env, before a Prometheus with nothing to tell. Where neither can be had, the check says that it was
skipped, and why, with exit code 77. It is 1 if something is wrong.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .documents import DASHBOARDS, GRAFANA, ROOT, panels
from .server import prometheus

SKIPPED = 77
PATIENCE = 90.0
SOURCES = ("prometheus", "jaeger")


class Skipped(Exception):
    """There is no Grafana to ask."""


class Grafana:
    """The HTTP API of a Grafana."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._authorization = f"Basic {base64.b64encode(f'admin:{password}'.encode()).decode()}"

    def get(self, path: str) -> Any:
        """An answer as JSON; `{"status": …, "message": …}` for one that is an error. Raises OSError without any."""
        request = urllib.request.Request(self._url + path, headers={"Authorization": self._authorization})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return {"status": error.code, "message": error.read().decode(errors="replace")[:300]}


def check(grafana: Grafana, sources: Sequence[str] = SOURCES) -> list[str]:
    """What is wrong: dashboards that are missing, foreign or other than their files, datasources that do not work."""
    wrong: list[str] = []
    wanted = {dashboard["uid"]: dashboard for dashboard in DASHBOARDS.values()}
    found = grafana.get("/api/search?type=dash-db&tag=citytime")
    there = {one["uid"] for one in found} if isinstance(found, list) else {f"no list: {found}"}
    wrong += [
        f"/api/search: {uid} is {'missing' if uid in wanted else 'not ours'}" for uid in sorted(there ^ set(wanted))
    ]
    for uid in sorted(there & wanted.keys()):
        answer = grafana.get(f"/api/dashboards/uid/{uid}")
        if "dashboard" not in answer:
            wrong.append(f"{uid}: {answer}")
            continue
        if not answer["meta"].get("provisioned"):
            wrong.append(f"{uid}: not provisioned from a file")
        expected = [(panel["title"], [target["expr"] for target in panel["targets"]]) for panel in panels(wanted[uid])]
        shown = [(one["title"], [target["expr"] for target in one["targets"]]) for one in panels(answer["dashboard"])]
        if shown != expected:
            wrong.append(f"{uid}: its panels are not those of the file")
    for uid in sources:
        health = grafana.get(f"/api/datasources/uid/{uid}/health")
        if health.get("status") != "OK":
            wrong.append(f"datasource {uid}: {health.get('message') or health}")
    return wrong


def _image() -> str:
    """The image of .env, pulled if need be. Raises Skipped where it cannot be had."""
    if not shutil.which("docker"):
        raise Skipped("no --url, and no Docker to start a Grafana with")
    lines = (ROOT / ".env").read_text().splitlines()
    (image,) = (line.partition("=")[2] for line in lines if line.startswith("GRAFANA_IMAGE="))
    if subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode:
        pulled = subprocess.run(["docker", "pull", "--quiet", image], capture_output=True, text=True, check=False)
        if pulled.returncode:
            raise Skipped(f"no --url, and {image} cannot be pulled: {pulled.stderr.strip().splitlines()[-1]}")
    return image


@contextmanager
def started() -> Iterator[Grafana]:
    """A Grafana with the provisioning of grafana/. Raises Skipped where there can be none."""
    image, password = _image(), secrets.token_urlsafe()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, prometheus(Path(folder), ["up 1"]) as asked:
        settings = {
            "GF_SECURITY_ADMIN_PASSWORD": password,
            "GF_SERVER_HTTP_ADDR": "127.0.0.1",
            "GF_SERVER_HTTP_PORT": str(port),
            "GF_PLUGINS_PREINSTALL_DISABLED": "true",
            "PROMETHEUS_URL": asked,
            "JAEGER_URL": "http://127.0.0.1:16686",
        }
        mounts = {
            "provisioning": "/etc/grafana/provisioning",
            "dashboards": "/var/lib/grafana/dashboards",
        }
        command = ["docker", "run", "--rm", "--network=host"]
        command += [f"--env={name}" for name in settings]
        command += [f"--volume={GRAFANA / name}:{place}:ro" for name, place in mounts.items()]
        with subprocess.Popen([*command, image], env=os.environ | settings) as process:
            try:
                grafana = Grafana(f"http://127.0.0.1:{port}", password)
                _ready(grafana, process)
                yield grafana
            finally:
                process.terminate()


def _ready(grafana: Grafana, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            if len(grafana.get("/api/search?tag=citytime")) >= len(DASHBOARDS):
                return
        except OSError:
            pass
        time.sleep(1)
    if process.poll() is not None:
        raise SystemExit("Grafana ended before it answered")


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m grafana.real", description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--password-file", type=Path)
    given = parser.parse_args(arguments)
    if given.url and not given.password_file:
        parser.error("--url needs --password-file")
    try:
        if given.url:
            wrong = check(Grafana(given.url, given.password_file.read_text().strip()))
        else:
            with started() as grafana:
                wrong = check(grafana, ["prometheus"])
                print("the datasource jaeger was not asked: there is no Jaeger here")
    except Skipped as reason:
        print(f"SKIPPED, not passed: no real Grafana was asked ({reason})")
        return SKIPPED
    print("\n".join(wrong) or f"a real Grafana has all {len(DASHBOARDS)} dashboards, and its datasources answer")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

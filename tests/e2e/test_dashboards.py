"""Every panel of every dashboard has data under load, and a panel that has none is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drills import lab

DASHBOARDS = lab.ROOT / "grafana" / "dashboards"


def grafana(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of tests/grafana."""
    command = [sys.executable, "-m", f"grafana.{program}", *map(str, arguments)]
    return subprocess.run(command, cwd=lab.ROOT / "tests", capture_output=True, text=True, check=False)


def test_every_panel_has_data_within_two_minutes() -> None:
    done = grafana("live", f"http://{lab.address('prometheus', 9090)}", "--wait", "120")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_planted_broken_metric_is_caught(tmp_path: Path) -> None:
    text = (DASHBOARDS / "overview.json").read_text()
    planted = tmp_path / "planted.json"
    planted.write_text(text.replace("http_server_request_duration_seconds_count", "http_server_requests_count", 1))
    assert json.loads(planted.read_text()) != json.loads(text)
    done = grafana("live", f"http://{lab.address('prometheus', 9090)}", planted)
    assert done.returncode == 1
    assert "http_server_requests_count" in done.stdout
    assert "no data" in done.stdout


def test_the_grafana_of_the_lab_has_them(tmp_path: Path) -> None:
    if not lab.shell("docker compose ps -q --status running grafana"):
        pytest.skip("this lab was started without Grafana")
    password = tmp_path / "password"
    password.write_text(lab.shell("docker compose exec -T ca cat /var/tmp/grafana/admin-password"))
    done = grafana("real", "--url", f"http://{lab.address('grafana', 3000)}", "--password-file", password)
    assert done.returncode == 0, done.stdout + done.stderr

"""The dashboards hold against Grafana's own types, @grafana/schema of the very version that the lab runs."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from grafana.documents import DASHBOARDS, ROOT, Json, panels

SCHEMA = Path(__file__).parents[1] / "schema"
COMPILER = ("--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler")

Check = Callable[[Json], str]


def run(folder: Path, *command: str) -> str:
    """What a command of Node's prints; it may fail."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("npm"), "Node 20 or later with npm is needed: install it, from nodejs.org or your distribution"
    folder = tmp_path_factory.mktemp("schema")
    shutil.copytree(SCHEMA, folder, dirs_exist_ok=True)
    said = run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    assert (folder / "node_modules" / ".bin" / "tsc").exists(), said
    return folder


@pytest.fixture
def errors(folder: Path) -> Check:
    """What the compiler finds wrong with a dashboard."""

    def check(dashboard: Json) -> str:
        text = json.dumps(dashboard, indent=2, sort_keys=True)
        (folder / "checked.ts").write_text(
            f"import type {{ Checked }} from './types';\nexport const dashboard: Checked = {text};\n"
        )
        return run(folder, "node_modules/.bin/tsc", *COMPILER, "checked.ts")

    return check


def test_the_schema_is_of_the_version_that_the_lab_runs() -> None:
    lines = (ROOT / ".env").read_text().splitlines()
    (image,) = (line.partition(":")[2] for line in lines if line.startswith("GRAFANA_IMAGE="))
    assert json.loads((SCHEMA / "package.json").read_text())["devDependencies"]["@grafana/schema"] == image


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
def test_a_dashboard_is_valid(dashboard: Json, errors: Check) -> None:
    assert errors(dashboard) == ""


def _misspell(panel: Json) -> None:
    panel["fieldConfig"]["defaults"]["custom"]["fillOpacty"] = 10


def _invent(panel: Json) -> None:
    panel["options"]["legend"]["displayMode"] = "tabel"


def _mistype(panel: Json) -> None:
    panel["gridPos"]["w"] = "8"


@pytest.mark.parametrize(
    ("mistake", "told"), [(_misspell, "fillOpacty"), (_invent, "tabel"), (_mistype, "'string' is not assignable")]
)
def test_a_mistake_is_caught(mistake: Callable[[Json], None], told: str, errors: Check) -> None:
    dashboard = copy.deepcopy(DASHBOARDS["overview"])
    mistake(next(panel for panel in panels(dashboard) if panel["type"] == "timeseries"))
    assert told in errors(dashboard)

"""The catalogue names alerts, panels and runbooks that exist, and covers what can go wrong."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from drills.catalogue import Drill, read
from drills.lab import ROOT

DRILLS = read()
every = pytest.mark.parametrize("drill", DRILLS.values(), ids=DRILLS)


def panels(entries: list[dict[str, Any]]) -> set[str]:
    """Titles of panels, also of those in folded rows."""
    return {one["title"] for one in entries if one["type"] != "row"}.union(
        *(panels(one.get("panels", [])) for one in entries if one["type"] == "row")
    )


DASHBOARDS = {
    board["uid"]: panels(board["panels"])
    for board in (json.loads(path.read_text()) for path in (ROOT / "grafana" / "dashboards").glob("*.json"))
}
ALERTS = {
    name
    for path in (ROOT / "prometheus" / "rules").glob("*.yml")
    for name in re.findall(r"^ *- alert: (\w+)", path.read_text(), re.MULTILINE)
}


@every
def test_the_alert_exists(drill: Drill) -> None:
    assert drill.alert in ALERTS


@every
def test_the_panel_exists(drill: Drill) -> None:
    assert drill.panel in DASHBOARDS[drill.dashboard]


@every
def test_the_runbook_exists(drill: Drill) -> None:
    assert (ROOT / drill.runbook).is_file()


@every
def test_the_shell_is_shell(drill: Drill) -> None:
    for command in (drill.inject, drill.heal):
        assert command.strip()
        subprocess.run(["sh", "-n"], input=command, text=True, check=True)


@every
def test_the_documentation_has_it(drill: Drill) -> None:
    line = f"| `{drill.name}` | {drill.fault} | [{drill.alert}]({drill.runbook.removeprefix('docs/')}) |"
    assert line in (ROOT / "docs" / "lab.md").read_text("utf-8")


def test_what_fills_a_disk_fills_a_small_one_only() -> None:
    for drill in DRILLS.values():
        if " dd " in drill.inject:
            before, _, after = drill.inject.partition(" dd ")
            assert " count=" in after
            assert "grep -q '^tmpfs " in before
            assert before.index(" rm -sf ") < before.index(" up -d ")


def test_ci_runs_at_least_six() -> None:
    assert sum(drill.ci for drill in DRILLS.values()) >= 6


def test_ci_takes_no_more_than_a_quarter_of_an_hour_at_worst() -> None:
    assert sum(drill.fires + drill.resolves for drill in DRILLS.values() if drill.ci) < 20 * 60


KINDS = ["killed", "paused", "slow", "cut-off", "upstream", "collector", "valkey", "certificate", "disk", "spike"]


@pytest.mark.parametrize("fault", [*KINDS, "configuration"])
def test_every_kind_of_fault_is_in_it(fault: str) -> None:
    assert any(fault in name for name in DRILLS)

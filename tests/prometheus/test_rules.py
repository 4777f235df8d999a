"""Every rule is sound, tested and rests on metrics that exist; every alert says what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .documents import ALERTS, ENVIRONMENTS, RECORDS, RULES, TESTS, jobs, names
from .metrics import OTHERS, ours, used
from .tools import PROMETHEUS, ROOT, copy_of, output

RUNBOOKS = ROOT / "docs" / "runbooks"
RUNBOOK_URL = "https://github.com/citytime/citytime/blob/main/docs/runbooks/{}.md"


def test_promtool_finds_nothing_to_object_to(tmp_path: Path) -> None:
    place = copy_of(tmp_path, "compose")
    output("promtool", place, "check", "rules", "--lint=all", "--lint-fatal", *names("rules/*.yml"))


def test_rules_do_in_examples_what_they_should(tmp_path: Path) -> None:
    output("promtool", copy_of(tmp_path, "compose"), "test", "rules", *names("tests/*.yml"))


def test_no_two_rules_of_one_name_yield_the_same_series() -> None:
    made = [(rule.get("alert") or rule["record"], str(rule.get("labels"))) for rule in RULES]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_a_recording_rule_occurs_in_a_test_with_a_value(record: str) -> None:
    expected = [test for case in TESTS for test in case.get("promql_expr_test", ()) if test.get("exp_samples")]
    assert any(record in used(test["expr"]) for test in expected)


@pytest.mark.parametrize("alert", sorted(ALERTS.keys() - {"Watchdog"}))
def test_an_alert_is_tested_to_be_silent_to_fire_and_to_end(alert: str) -> None:
    assert any(_starts_and_ends(case, alert) for case in TESTS)


def _starts_and_ends(case: dict[str, Any], alert: str) -> bool:
    checks = [check for check in case.get("alert_rule_test", ()) if check["alertname"] == alert]
    fires = [bool(check.get("exp_alerts")) for check in sorted(checks, key=lambda check: _seconds(check["eval_time"]))]
    return True in fires and not fires[0] and not fires[-1]


def _seconds(time: str) -> int:
    unit = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
    return sum(int(number) * unit[letter] for number, letter in re.findall(r"(\d+)([dhms])", time))


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_an_alert_says_how_urgent_it_is_what_is_wrong_and_where_to_look(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"page", "ticket", "info"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url", "dashboard"}
    assert rule["annotations"]["runbook_url"] == RUNBOOK_URL.format(alert)


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"} == ALERTS.keys()


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_a_runbook_has_the_parts_that_one_looks_for(alert: str) -> None:
    page = (RUNBOOKS / f"{alert}.md").read_text()
    assert page.startswith(f"# {alert}\n\n**{ALERTS[alert]['labels']['severity']}**")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["First look", "Likely causes", "What to do", "Escalate"]


def test_the_index_of_runbooks_names_each_with_its_urgency() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\((\w+)\.md\) \| (\w+) \|", (RUNBOOKS / "README.md").read_text(), re.MULTILINE)
    severities = [(name, name, ALERTS[name]["labels"]["severity"]) for name in ALERTS]
    assert sorted(rows) == sorted(severities)


def test_alerts_link_to_dashboards_that_there_are() -> None:
    files = (ROOT / "grafana" / "dashboards").glob("*.json")
    there = {f"/d/{json.loads(path.read_text())['uid']}" for path in files}
    assert {rule["annotations"]["dashboard"] for rule in ALERTS.values()} <= there


def test_rules_rest_on_metrics_that_exist() -> None:
    there = ours() | OTHERS | RECORDS
    asked = {name for rule in RULES for name in used(str(rule["expr"]))}
    unknown = {name for name in asked if not any(re.fullmatch(name, known) for known in there)}
    assert not unknown
    assert not {known for known in OTHERS if not any(re.fullmatch(name, known) for name in asked)}, "used no more"


def test_rules_name_jobs_that_are_scraped() -> None:
    matchers = {value for rule in RULES for value in re.findall(r'job=~?"([^"]*)"', str(rule["expr"]))}
    asked = {job for value in matchers for job in value.split("|")}
    for environment in ENVIRONMENTS:
        assert asked <= jobs(environment).keys(), environment


def test_rules_know_no_environment() -> None:
    text = "".join((PROMETHEUS / name).read_text() for name in names("rules/*.yml")).lower()
    assert not re.findall(r"environment=|\bcompose\b|kubernetes|droplet", text)

"""Who is told of what, and what is kept quiet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .documents import ALERTS, ENVIRONMENTS, load
from .tools import copy_of, output

RECEIVERS = {"page": "mail", "ticket": "mail", "info": "nobody"}
MATCHER = re.compile(r"^(\w+) (=~|!~|=) \"?([^\"]*)\"?$")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_alertmanager_takes_its_configuration(environment: str, tmp_path: Path) -> None:
    output("amtool", copy_of(tmp_path, environment), "check-config", "alertmanager.yml")


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_an_alert_goes_where_its_urgency_says(alert: str, tmp_path: Path) -> None:
    severity = ALERTS[alert]["labels"]["severity"]
    expected = "dead-man" if alert == "Watchdog" else RECEIVERS[severity]
    labels = [f"alertname={alert}", f"severity={severity}"]
    routed = output(
        "amtool", copy_of(tmp_path, "compose"), "config", "routes", "test", "--config.file=alertmanager.yml", *labels
    )
    assert routed.split() == [expected]


def test_inhibitions_name_alerts_that_there_are() -> None:
    matchers = [
        MATCHER.match(matcher)
        for rule in load("alertmanager.yml")["inhibit_rules"]
        for side in ("source_matchers", "target_matchers")
        for matcher in rule[side]
    ]
    assert None not in matchers
    patterns = [match[3] for match in matchers if match]
    alternatives = [part for pattern in patterns for part in re.split(r"\|(?![^(]*\))", pattern)]
    assert not [part for part in alternatives if not any(re.fullmatch(part, alert) for alert in ALERTS)]


def test_nothing_keeps_quiet_what_pages_by_itself() -> None:
    """A cause is never the target of an inhibition, but for a Prometheus that knows nothing."""
    for rule in load("alertmanager.yml")["inhibit_rules"]:
        if rule["source_matchers"] != ["alertname = PrometheusNotIngesting"]:
            targets = rule["target_matchers"][0]
            assert not re.search("GatewayDown|ServiceDown|CertificateExpired|NodeDiskFull", targets)

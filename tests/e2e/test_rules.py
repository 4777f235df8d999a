"""Every rule of prometheus/rules is loaded and can be evaluated."""

from __future__ import annotations

import re

from waiting import within

from drills import lab

FILES = sorted((lab.ROOT / "prometheus" / "rules").glob("*.yml"))


def test_every_rule_is_loaded_and_healthy() -> None:
    written = [
        name for file in FILES for name in re.findall(r"^ *- (?:alert|record): (\S+)", file.read_text(), re.MULTILINE)
    ]
    assert len(written) > 30

    def healthy() -> None:
        rules = [rule for group in lab.prometheus("rules")["groups"] for rule in group["rules"]]
        assert sorted(rule["name"] for rule in rules) == sorted(written)
        assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []

    within(90, healthy)


def test_the_watchdog_reaches_alertmanager() -> None:
    def there() -> None:
        active = lab.get(f"http://{lab.address('alertmanager', 9093)}/api/v2/alerts")
        assert "Watchdog" in {one["labels"]["alertname"] for one in active}

    within(60, there)

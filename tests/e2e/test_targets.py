"""What Prometheus scrapes: every target up, with the right job."""

from __future__ import annotations

import re

from waiting import within

from drills import lab

SCRAPE = lab.ROOT / "prometheus" / "scrape" / "compose.yml"
SERVICES = {"gateway", "geocoder", "timezones", "images"}


def test_every_target_is_up_with_the_right_job() -> None:
    expected = set(re.findall(r"^- job_name: (\w+)", SCRAPE.read_text(), re.MULTILINE))
    if not lab.shell("docker compose ps -q --status running grafana"):
        expected.remove("grafana")  # left out of this lab by whoever started it

    def all_up() -> None:
        targets = lab.prometheus("targets", state="active")["activeTargets"]
        down = {one["labels"]["job"]: one["lastError"] for one in targets if one["health"] != "up"}
        assert {job: why for job, why in down.items() if job in expected} == {}
        assert {one["labels"]["job"] for one in targets if one["health"] == "up"} == expected

    within(60, all_up)


def test_every_sidecar_says_whose_it_is() -> None:
    assert {one["metric"]["service"] for one in lab.query('up{job="mesh"} == 1')} == SERVICES


def test_no_target_names_an_environment() -> None:
    labels = {label for one in lab.prometheus("targets", state="active")["activeTargets"] for label in one["labels"]}
    assert labels <= {"job", "instance", "service", "probe"}

"""The files agree with one another, and Prometheus takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .documents import ENVIRONMENTS, jobs, load, names
from .tools import copy_of, output

JOBS = {
    *("gateway", "geocoder", "timezones", "images", "mesh", "blackbox"),
    *("prometheus", "alertmanager", "grafana", "collector", "jaeger", "node"),
}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_prometheus_takes_its_configuration(environment: str, tmp_path: Path) -> None:
    place = copy_of(tmp_path, environment)
    said = output("promtool", place, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml")
    assert f"{len(names('rules/*.yml'))} rule files found" in said


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_scrapes_all_jobs_and_no_others(environment: str) -> None:
    assert jobs(environment).keys() == JOBS


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_probe_asks_for_a_module_that_there_is(environment: str) -> None:
    labels = [group["labels"] for group in jobs(environment)["blackbox"]["static_configs"]]
    assert {label["__param_module"] for label in labels} == load("blackbox.yml")["modules"].keys()
    assert sorted(label["probe"] for label in labels) == ["city", "picture", "search", "zone"]


def test_kubernetes_is_given_all_that_environments_share() -> None:
    listed = [name for source in load("kustomization.yaml")["configMapGenerator"] for name in source["files"]]
    shared = [*names("*.yml"), *names("rules/*.yml"), *names("templates/*.tmpl")]
    assert sorted(listed) == sorted(shared)


def test_no_label_tells_environments_apart() -> None:
    assert "external_labels" not in load("prometheus.yml")["global"]


def test_rates_have_four_scrapes_to_look_at() -> None:
    assert load("prometheus.yml")["global"]["scrape_interval"] == "15s"

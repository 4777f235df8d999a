"""What the files of prometheus/ say, read once."""

from __future__ import annotations

from typing import Any

import yaml

from .tools import PROMETHEUS


def load(name: str) -> Any:
    """The content of a YAML file of prometheus/."""
    return yaml.safe_load((PROMETHEUS / name).read_text())


def names(pattern: str) -> list[str]:
    """The files of prometheus/ that match, as paths relative to it."""
    return sorted(str(path.relative_to(PROMETHEUS)) for path in PROMETHEUS.glob(pattern))


RULES: list[dict[str, Any]] = [
    rule for name in names("rules/*.yml") for group in load(name)["groups"] for rule in group["rules"]
]
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in RULES if "alert" in rule}
RECORDS = {rule["record"] for rule in RULES if "record" in rule}
TESTS: list[dict[str, Any]] = [test for name in names("tests/*.yml") for test in load(name)["tests"]]
ENVIRONMENTS = [name.removeprefix("scrape/").removesuffix(".yml") for name in names("scrape/*.yml")]


def jobs(environment: str) -> dict[str, dict[str, Any]]:
    """The scrape jobs of an environment, by name."""
    return {job["job_name"]: job for job in load(f"scrape/{environment}.yml")["scrape_configs"]}

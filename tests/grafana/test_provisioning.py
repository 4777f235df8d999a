"""What Grafana is given at its start agrees with the dashboards, with Prometheus and with the lab."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import yaml
from prometheus.documents import load as prometheus_file
from prometheus.metrics import ours, used

from .documents import DASHBOARDS, FOLDER, GRAFANA, ROOT, variables_used

DATASOURCES = GRAFANA / "provisioning" / "datasources" / "citytime.yaml"


def read(path: str) -> Any:
    """A YAML file of grafana/."""
    return yaml.safe_load((GRAFANA / path).read_text())


def sources() -> dict[str, Any]:
    """The datasources by uid."""
    return {source["uid"]: source for source in read("provisioning/datasources/citytime.yaml")["datasources"]}


def test_the_datasources_are_those_that_dashboards_ask() -> None:
    assert {uid: source["type"] for uid, source in sources().items()} == {
        "prometheus": "prometheus",
        "jaeger": "jaeger",
    }
    assert sources()["prometheus"]["isDefault"]
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()} | sources().keys()) == len(DASHBOARDS) + 2


def test_urls_alone_differ_between_environments() -> None:
    text = re.sub(r"^\s*#.*$", "", DATASOURCES.read_text(), flags=re.MULTILINE).replace("$$", "")
    assert variables_used(text) == {"PROMETHEUS_URL", "JAEGER_URL"}
    assert {source["url"] for source in sources().values()} == {"$PROMETHEUS_URL", "$JAEGER_URL"}
    assert "http" not in text.replace("http_", "").replace("httpMethod", "").replace("_http", "")


def test_the_interval_is_the_one_at_which_prometheus_scrapes() -> None:
    scraped = prometheus_file("prometheus.yml")["global"]["scrape_interval"]
    assert sources()["prometheus"]["jsonData"]["timeInterval"] == scraped


def test_exemplars_lead_to_traces_and_traces_to_metrics() -> None:
    (destination,) = sources()["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert (destination["name"], destination["datasourceUid"]) == ("trace_id", "jaeger")
    metrics = sources()["jaeger"]["jsonData"]["tracesToMetrics"]
    assert metrics["datasourceUid"] == "prometheus"
    for query in metrics["queries"]:
        assert "$$__tags" in query["query"], "one dollar sign would be taken for the environment's"
        assert used(query["query"].replace("$$__tags", "")) <= ours()


def test_dashboards_are_read_from_where_the_lab_mounts_them() -> None:
    (provider,) = read("provisioning/dashboards/citytime.yaml")["providers"]
    volumes = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["grafana"]["volumes"]
    mounts = {one.split(":")[0]: one.split(":")[1] for one in volumes if isinstance(one, str)}
    assert mounts["./grafana/dashboards"] == provider["options"]["path"]
    assert mounts["./grafana/provisioning"] == "/etc/grafana/provisioning"


def test_the_lab_gives_the_urls() -> None:
    given = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["grafana"]["environment"]
    assert {"PROMETHEUS_URL", "JAEGER_URL"} <= given.keys()


def test_kubernetes_gets_every_file_and_none_too_large_to_apply() -> None:
    listed = [generator["files"] for generator in read("kustomization.yaml")["configMapGenerator"]]
    there = {str(path.relative_to(GRAFANA)) for path in (*FOLDER.glob("*"), *GRAFANA.glob("provisioning/*/*"))}
    assert {name for names in listed for name in names} == there
    for names in listed:
        assert sum((GRAFANA / name).stat().st_size for name in names) < 200_000, names


def test_dashboards_are_as_their_program_makes_them() -> None:
    command = [sys.executable, "-m", "source", "--check"]
    ran = subprocess.run(command, cwd=GRAFANA, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr

"""The live check finds what has no data, and finds no fault with what has: on a real Prometheus."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grafana import live
from grafana.documents import DASHBOARDS, Json, panels
from grafana.empty import EMPTY, Empty
from grafana.server import prometheus

HEALTHY = (
    'up{job="geocoder",instance="g:8081"} 1',
    'citytime_build_info{job="gateway",instance="a.b:8081",version="1",python="3"} 1',
    'citytime_build_info{job="geocoder",instance="g:8081",version="1",python="3"} 1',
    'citytime_cache_requests_total{job="gateway",instance="a.b:8081",cache="answers",result="hit"} 900',
    'citytime_data_age_seconds{job="geocoder",instance="g:8081"} NaN',
)


def panel(title: str, *exprs: str, **more: object) -> Json:
    """A panel as far as its queries go."""
    return {"title": title, "type": "timeseries", "targets": [{"refId": "A", "expr": expr, **more} for expr in exprs]}


def dashboard(*shown: Json) -> Json:
    """A dashboard with the variables of the real ones."""
    variables = copy.deepcopy(DASHBOARDS["geocoders"]["templating"])
    return {"uid": "test", "title": "Test", "templating": variables, "panels": list(shown)}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("healthy"), HEALTHY) as url:
        yield url


@pytest.fixture
def checked(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[list[str]]]]:
    """Runs the check on a dashboard: its exit code, and what it found as rows."""

    def run(one: Json, *options: str) -> tuple[int, list[list[str]]]:
        (tmp_path / "test.json").write_text(json.dumps(one))
        code = live.main([url, str(tmp_path / "test.json"), *options])
        lines = capsys.readouterr().out.splitlines()
        return code, [line.split("\t") for line in lines[:-1]]

    return run


HITS = 'sum(rate(citytime_cache_requests_total{job=~"$job", instance=~"$instance"}[$__rate_interval]))'


def test_data_is_found_with_the_variables_resolved(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    assert checked(dashboard(panel("Hits", HITS), panel("Up", "up", instant=True))) == (0, [])


def test_a_planted_metric_that_nobody_gives_is_caught(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    code, found = checked(dashboard(panel("Hits", HITS, HITS.replace("requests", "requestz"))))
    assert code == 1
    assert [row[:3] for row in found] == [["test", "Hits / A", "no data"]]
    assert 'citytime_cache_requestz_total{job=~"(gateway|geocoder)", instance=~".+"}[60s]' in found[0][3]


def test_a_value_is_matched_as_it_is(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    one = dashboard(panel("Hits", HITS))
    assert checked(one, "--var", "instance=a.b:8081") == (0, [])
    code, found = checked(one, "--var", "instance=a.b:8081", "--var", "job=geocoder")
    assert code == 1
    assert r'job=~"geocoder", instance=~"a\\.b:8081"' in found[0][3]


def test_nan_is_no_data(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    code, found = checked(dashboard(panel("Age", "citytime_data_age_seconds")))
    assert (code, found[0][2]) == (1, "no data")


def test_a_query_that_fails_is_told_with_the_reason(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    code, found = checked(dashboard(panel("Broken", "sum(")))
    assert code == 1
    assert "parse error" in found[0][2]


def test_a_variable_without_a_value_is_told(checked: Callable[..., tuple[int, list[list[str]]]]) -> None:
    one = dashboard()
    one["templating"]["list"][1]["query"]["query"] = "label_values(nothing, job)"
    code, found = checked(one)
    assert code == 1
    assert found[0][2] == "the variable job has no value"


@pytest.mark.parametrize("empty", EMPTY, ids=lambda empty: f"{empty.dashboard} {empty.panel}")
def test_a_panel_that_may_be_empty_shows_what_is_wrong_when_it_is(empty: Empty, tmp_path: Path) -> None:
    whole = next(each for each in DASHBOARDS.values() if each["uid"] == empty.dashboard)
    # Not under its own uid, which would excuse it.
    one = {**whole, "uid": "test", "panels": [each for each in panels(whole) if each["title"] == empty.panel]}
    assert one["panels"], "there is no such panel"
    with prometheus(tmp_path, empty.series) as url:
        found = live.check(live.Prometheus(url, live.Window()), one, {})
    assert [each for each in found if each.panel != "-"] == []

"""Every dashboard is whole: nothing in it refers to what is not there, and nothing that a reader needs is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from prometheus.documents import ALERTS, RECORDS
from prometheus.metrics import OTHERS, ours, used

from citytime.gateway.routes import CITY, POSTCARD, ROUTES
from citytime.v1 import geocoding_pb2, images_pb2, time_zones_pb2

from .documents import DASHBOARDS, FOLDER, ROOT, Json, panels, queries, variables, variables_used
from .others import METRICS

KNOWN = ours() | OTHERS | METRICS | RECORDS
RUNBOOK = re.compile(r"https://github\.com/citytime/citytime/blob/main/docs/runbooks/(\w+)\.md")
NO_UNIT = {"table"}

each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)


def named(expr: str) -> Iterator[tuple[str, set[str]]]:
    """The metrics that an expression asks for, each with those that it may mean: a name can be a regular expression."""
    for name in used(expr):
        yield name, {known for known in KNOWN if re.fullmatch(name, known)}


def titled(dashboard: Json, title: str) -> Json:
    """The panel of this title."""
    return next(panel for panel in panels(dashboard) if panel["title"] == title)


def coloured(panel: Json) -> set[str]:
    """The names to which a panel gives a colour."""
    return {override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]}


def test_there_is_a_dashboard_for_each_view() -> None:
    assert DASHBOARDS.keys() == {"overview", "slo", "geocoders", "internals", "mesh", "lab"}


@each_dashboard
def test_uid_is_of_the_file_and_the_tag_ours(dashboard: Json) -> None:
    name = next(name for name, each in DASHBOARDS.items() if each is dashboard)
    assert dashboard["uid"] == f"citytime-{name}"
    assert dashboard["tags"] == ["citytime"]
    assert dashboard["schemaVersion"] == 42
    assert dashboard["version"] >= 1
    assert "id" not in dashboard, "Grafana's own number of it, which differs from server to server"


@pytest.mark.parametrize("name", DASHBOARDS)
def test_files_are_written_as_jq_does_with_sorted_keys(name: str) -> None:
    text = (FOLDER / f"{name}.json").read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@each_dashboard
def test_every_panel_says_what_it_shows(dashboard: Json) -> None:
    for panel in panels(dashboard):
        assert panel["title"], panel
        assert len(panel["description"]) > 20, panel["title"]
        assert panel["description"].endswith((".", "?")), panel["title"]
        assert panel["fieldConfig"]["defaults"].get("unit") or panel["type"] in NO_UNIT, panel["title"]
        assert panel["targets"], panel["title"]


@each_dashboard
def test_every_query_asks_the_datasource_of_the_variable(dashboard: Json) -> None:
    asked = [panel["datasource"] for panel in panels(dashboard)]
    asked += [target["datasource"] for panel in panels(dashboard) for target in panel["targets"]]
    asked += [each["datasource"] for each in dashboard["annotations"]["list"] if "target" in each]
    asked += [each["datasource"] for each in variables(dashboard) if each["type"] == "query"]
    assert all(each == {"type": "prometheus", "uid": "${datasource}"} for each in asked)


@each_dashboard
def test_the_datasource_of_the_variable_is_the_one_provisioned(dashboard: Json) -> None:
    source = variables(dashboard)[0]
    assert (source["name"], source["type"], source["query"]) == ("datasource", "datasource", "prometheus")
    assert source["current"]["value"] == "prometheus"


@each_dashboard
def test_panels_have_ids_of_their_own_and_do_not_overlap(dashboard: Json) -> None:
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells


@each_dashboard
def test_titles_of_panels_are_told_apart(dashboard: Json) -> None:
    titles = [panel["title"] for panel in panels(dashboard)]
    assert len(titles) == len(set(titles)), "empty.py and links name panels by their titles"


@each_dashboard
def test_every_metric_asked_for_exists(dashboard: Json) -> None:
    missing = [f"{place}: {name}" for place, expr in queries(dashboard) for name, known in named(expr) if not known]
    assert not missing


def test_no_metric_is_listed_in_vain() -> None:
    found = {
        name for each in DASHBOARDS.values() for _, expr in queries(each) for _, known in named(expr) for name in known
    }
    assert not METRICS - found


def test_a_metric_that_does_not_exist_is_noticed() -> None:
    assert [known for _, known in named('sum(rate(citytime_resolutionz_total{job=~"$job"}[5m]))')] == [set()]
    assert [known for _, known in named('rate({__name__=~"otelcol_nothing(_total)?", job="collector"}[5m])')] == [set()]


@each_dashboard
def test_every_variable_used_is_defined_and_the_other_way_round(dashboard: Json) -> None:
    defined = {variable["name"] for variable in variables(dashboard)}
    found = variables_used(json.dumps([dashboard["panels"], dashboard["annotations"], dashboard["templating"]]))
    assert found == defined


@each_dashboard
def test_a_variable_uses_only_those_before_it(dashboard: Json) -> None:
    before: set[str] = set()
    for variable in variables(dashboard):
        text = json.dumps([variable.get("query"), variable.get("datasource")])
        assert variables_used(text) <= before, variable["name"]
        before.add(variable["name"])


@each_dashboard
def test_rates_look_at_four_scrapes_at_least(dashboard: Json) -> None:
    for place, expr in queries(dashboard):
        for window in re.findall(r"\[([^\]:]+)[\]:]", expr):
            assert window in {"$__rate_interval", "$__range", "1h"}, place


@each_dashboard
def test_a_counter_is_only_shown_as_a_rate(dashboard: Json) -> None:
    for place, expr in queries(dashboard):
        if " / variable " in place:
            continue
        bare = re.sub(r"(rate|increase)\([^\[]*\[[^\]]*\]\)", "", expr)
        bare = re.sub(r"\bon \([^)]*\) \([^()]*> 0\)", "", bare)  # only asked whether there is one
        assert not re.search(r"_total\b|_bucket\b|_count\b", re.sub(r'"[^"]*"', "", bare)), place


@each_dashboard
def test_percentiles_are_taken_over_le_and_lead_to_traces(dashboard: Json) -> None:
    for panel in panels(dashboard):
        found = [target for target in panel["targets"] if "histogram_quantile" in target["expr"]]
        for target in found:
            assert re.search(r"histogram_quantile\([\d.]+, sum by \(([^)]*, )?le\) \(rate\(", target["expr"]), panel[
                "title"
            ]
        if found and panel["type"] == "timeseries" and "envoy_" not in found[0]["expr"]:  # Envoy gives no exemplars
            assert any(target.get("exemplar") for target in found), panel["title"]


@each_dashboard
def test_links_keep_time_and_variables(dashboard: Json) -> None:
    others, runbooks = dashboard["links"]
    assert (others["type"], others["tags"], others["keepTime"], others["includeVars"]) == (
        "dashboards",
        ["citytime"],
        True,
        True,
    )
    assert runbooks["url"].endswith("/docs/runbooks")


@each_dashboard
def test_runbooks_that_panels_link_to_are_those_of_alerts(dashboard: Json) -> None:
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")}
    for panel in panels(dashboard):
        for link in panel.get("links", []):
            found = RUNBOOK.fullmatch(link["url"])
            assert found, link
            assert found[1] in ALERTS, f"{panel['title']}: no alert is called {found[1]}"
            assert found[1] in pages, f"{panel['title']}: docs/runbooks/{found[1]}.md is missing"


def test_alerts_lead_to_dashboards_that_exist() -> None:
    uids = {dashboard["uid"] for dashboard in DASHBOARDS.values()}
    for name, alert in ALERTS.items():
        path = alert["annotations"].get("dashboard", "")
        assert path.startswith("/d/"), name
        assert path.removeprefix("/d/").partition("?")[0] in uids, name


def test_alerts_and_panels_agree_on_where_runbooks_are() -> None:
    assert all(RUNBOOK.fullmatch(alert["annotations"]["runbook_url"]) for alert in ALERTS.values())


def test_every_route_has_a_colour() -> None:
    routes = {route.template for route in (*ROUTES, CITY, POSTCARD)} | {"unmatched"}
    assert coloured(titled(DASHBOARDS["overview"], "Requests by route")) == routes


def test_every_grpc_method_has_a_colour() -> None:
    files = (geocoding_pb2, images_pb2, time_zones_pb2)
    services = [service for file in files for service in file.DESCRIPTOR.services_by_name.values()]
    methods = {method.name for service in services for method in service.methods}
    assert coloured(titled(DASHBOARDS["internals"], "Calls by method")) == methods


def test_red_is_for_failures_alone() -> None:
    for dashboard in DASHBOARDS.values():
        for panel in panels(dashboard):
            for override in panel["fieldConfig"]["overrides"]:
                for each in override["properties"]:
                    if each["id"] == "color" and each["value"]["fixedColor"].endswith("red"):
                        name = override["matcher"]["options"]
                        assert not re.search(
                            r"OK|2xx|found|hit|sent$|answers|gateway", name.replace("not_found", "")
                        ), name

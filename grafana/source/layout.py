"""A dashboard around its panels: variables, links, annotations, and where each panel stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .panels import DATASOURCE, RUNBOOKS, Json

WIDTH = 24
"""Columns of Grafana's grid."""


@dataclass(frozen=True)
class Line:
    """Panels side by side, `height` units of Grafana's grid high; of equal widths unless `widths` are given."""

    panels: tuple[Json, ...]
    height: int
    widths: tuple[int, ...]


def line(*panels: Json, height: int = 8, widths: Sequence[int] = ()) -> Line:
    """See `Line`. Raises ValueError where the widths do not fill the grid."""
    widths = tuple(widths) or (WIDTH // len(panels),) * len(panels)
    if sum(widths) != WIDTH or len(widths) != len(panels):
        raise ValueError(f"{len(panels)} panels cannot have the widths {widths}")
    return Line(panels, height, widths)


@dataclass(frozen=True)
class Row:
    """Lines under a heading that folds them; without a title they stand at the top."""

    title: str
    lines: tuple[Line, ...]


def row(title: str, *lines: Line) -> Row:
    """See `Row`."""
    return Row(title, lines)


def choice(name: str, label: str, query: str, description: str, *, everything: str | None = None) -> Json:
    """A variable whose values a query finds, all of them at first.

    All is the alternative of the values that were found, so that it does not reach beyond them; or the expression
    `everything`, where another matcher of each query bounds it already and the values may be many.
    """
    return {
        **({"allValue": everything} if everything else {}),
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "description": description,
        "hide": 0,
        "includeAll": True,
        "label": label,
        "multi": True,
        "name": name,
        "options": [],
        "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        "regex": "",
        "sort": 1,
        "type": "query",
    }


SOURCE: Json = {
    "current": {"selected": True, "text": "Prometheus", "value": "prometheus"},
    "description": "The Prometheus to ask.",
    "hide": 0,
    "includeAll": False,
    "label": "Datasource",
    "multi": False,
    "name": "datasource",
    "options": [],
    "query": "prometheus",
    "refresh": 1,
    "regex": "",
    "type": "datasource",
}

JOB = choice(
    "job", "Service", "label_values(citytime_build_info, job)", "Our own services, by the job that scrapes them."
)
INSTANCE = choice(
    "instance",
    "Instance",
    'label_values(citytime_build_info{job=~"$job"}, instance)',
    "Replicas of the services chosen.",
    everything=".+",
)


def _annotation(name: str, colour: str, expr: str, title: str, text: str, *, at_value: bool = False) -> Json:
    return {
        "datasource": DATASOURCE,
        "enable": True,
        "hide": False,
        "iconColor": colour,
        "name": name,
        "target": {"expr": expr, "interval": "15s", "refId": "Anno"},
        "textFormat": text,
        "titleFormat": title,
        "useValueForTime": at_value,
    }


STARTS = _annotation(
    "Starts",
    "blue",
    'process_start_time_seconds{job=~"$job", instance=~"$instance"} * 1000',
    "{{job}} started",
    "{{instance}}",
    at_value=True,
)
DEPLOYS = _annotation(
    "New versions",
    "purple",
    'count by (job, version) (citytime_build_info{job=~"$job"}) unless '
    'count by (job, version) (max_over_time(citytime_build_info{job=~"$job"}[1h] offset 1m))',
    "{{job}} {{version}}",
    "first seen",
)
ALERTS = _annotation(
    "Alerts", "red", 'ALERTS{alertstate="firing", severity="page"}', "{{alertname}}", "{{job}} {{instance}}"
)
_BUILT_IN = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}


def _link(title: str, **more: Any) -> Json:
    return {
        "asDropdown": False,
        "icon": "external link",
        "includeVars": True,
        "keepTime": True,
        "tags": [],
        "targetBlank": False,
        "title": title,
        "tooltip": "",
        "type": "link",
        "url": "",
        **more,
    }


LINKS = [
    _link("citytime", type="dashboards", tags=["citytime"], tooltip="The other dashboards, same time and variables"),
    _link("Runbooks", icon="doc", includeVars=False, keepTime=False, targetBlank=True, url=RUNBOOKS),
]


def _placed(rows: Sequence[Row]) -> list[Json]:
    panels: list[Json] = []
    y = 0
    for n, each in enumerate(rows):
        if each.title:
            place = {"h": 1, "w": WIDTH, "x": 0, "y": y}
            panels.append(
                {"collapsed": False, "gridPos": place, "id": n + 1, "panels": [], "title": each.title, "type": "row"}
            )
            y += 1
        for one in each.lines:
            x = 0
            for panel, width in zip(one.panels, one.widths, strict=True):
                panels.append({**panel, "gridPos": {"h": one.height, "w": width, "x": x, "y": y}})
                x += width
            y += one.height
    return panels


def dashboard(
    uid: str,
    title: str,
    description: str,
    *rows: Row,
    variables: Sequence[Json] = (),
    annotations: Sequence[Json] = (ALERTS,),
    since: str = "now-1h",
) -> Json:
    """The whole dashboard. It is only ever changed here, so Grafana need not offer to."""
    return {
        "annotations": {"list": [_BUILT_IN, *annotations]},
        "description": description,
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "links": LINKS,
        "liveNow": False,
        "panels": _placed(rows),
        "refresh": "30s",
        "schemaVersion": 42,
        "tags": ["citytime"],
        "templating": {"list": [SOURCE, *variables]},
        "time": {"from": since, "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "title": f"citytime · {title}",
        "uid": f"citytime-{uid}",
        "version": 1,
        "weekStart": "",
    }

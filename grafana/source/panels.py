"""The kinds of panels, in Grafana's classic JSON (schema version 42), with what is the same in all of them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from .colours import BAD, GOOD, NOTICE, Colours

Json = dict[str, Any]

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

RUNBOOKS = "https://github.com/citytime/citytime/blob/main/docs/runbooks"
"""Where alerts' pages are, as `runbook_url` of the rules has it."""


def target(expr: str, legend: str = "", *, now: bool = False, exemplars: bool = False, rows: bool = False) -> Json:
    """A query. `now` asks for one value instead of a range, `rows` for a table, `exemplars` for traces with it."""
    asked: Json = {"editorMode": "code", "expr": " ".join(expr.split()), "legendFormat": legend or "__auto"}
    if exemplars:
        asked["exemplar"] = True
    if rows:
        asked["format"] = "table"
    return asked | ({"instant": True, "range": False} if now or rows else {"range": True})


def steps(notice: float | None = None, bad: float | None = None, *, low: bool = False) -> Json:
    """Thresholds: good, from `notice` on worth a look, from `bad` on wrong; `low` where little is what is wrong."""
    if low:
        levels = [(None, BAD), (bad, NOTICE), (notice, GOOD)] if notice is not None else [(None, BAD), (bad, GOOD)]
    else:
        levels = [(None, GOOD), (notice, NOTICE), (bad, BAD)]
    found = [{"color": colour, "value": at} for n, (at, colour) in enumerate(levels) if n == 0 or at is not None]
    return {"mode": "absolute", "steps": found}


_SHADES: Json = {"fixedColor": "blue", "mode": "shades"}

NEUTRAL: Json = {"mode": "absolute", "steps": [{"color": "blue", "value": None}]}
"""Thresholds of what is neither good nor bad."""


def _overrides(colours: Colours) -> list[Json]:
    def matcher(name: str) -> Json:
        pattern = len(name) > 1 and name.startswith("/") and name.endswith("/")
        return {"id": "byRegexp" if pattern else "byName", "options": name}

    return [
        {"matcher": matcher(name), "properties": [{"id": "color", "value": {"fixedColor": colour, "mode": "fixed"}}]}
        for name, colour in colours.items()
    ]


def runbook(alert: str) -> Json:
    """The link of a panel to the page of the alert that is about it."""
    return {"targetBlank": True, "title": f"Runbook: {alert}", "url": f"{RUNBOOKS}/{alert}.md"}


def _panel(  # noqa: PLR0917
    kind: str,
    title: str,
    description: str,
    unit: str,
    targets: Sequence[Json],
    defaults: Json,
    options: Json,
    more: Json,
) -> Json:
    extra: Json = {key: more.pop(key) for key in ("max", "decimals", "mappings", "noValue") if key in more}
    overrides = _overrides(more.pop("colours", {})) + more.pop("overrides", [])
    links = [runbook(alert) for alert in more.pop("runbooks", ())]
    return {
        "datasource": DATASOURCE,
        "description": description,
        "fieldConfig": {"defaults": {"unit": unit, **defaults, **extra}, "overrides": overrides},
        "id": zlib.crc32(title.encode()) % 1_000_000,  # of the title, so that links stay when panels move
        **({"links": links} if links else {}),
        "options": options,
        "targets": [{"refId": chr(ord("A") + n), "datasource": DATASOURCE, **asked} for n, asked in enumerate(targets)],
        "title": title,
        "type": kind,
        **more,
    }


def graph(
    title: str,
    description: str,
    unit: str,
    *targets: Json,
    stacked: bool = False,
    limits: Json | None = None,
    legend: str = "",
    most: float | None = None,
    symlog: bool = False,
    signed: bool = False,
    **more: Any,
) -> Json:
    """Series over time, from zero up unless they are `signed`.

    `limits` are drawn as dashed lines. The legend at the bottom has names alone, at the `right` the last and the
    highest value as well. The axis goes up to `most` at least, so that little does not look like much; `symlog` is for
    what is mostly little and sometimes very much. Series without a colour of their own are shades of blue.
    """
    custom: Json = {"fillOpacity": 8, "lineWidth": 1, "showPoints": "never"}
    if stacked:
        custom |= {"fillOpacity": 60, "lineWidth": 0, "stacking": {"group": "A", "mode": "normal"}}
    if most is not None:
        custom["axisSoftMax"] = most
    if symlog:
        custom |= {"fillOpacity": 0, "scaleDistribution": {"linearThreshold": 1, "log": 10, "type": "symlog"}}
    if limits:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    defaults: Json = {"color": _SHADES, "custom": custom, "thresholds": limits or NEUTRAL}
    if not signed:
        defaults["min"] = 0
    options: Json = {
        "legend": {
            "calcs": ["lastNotNull", "max"] if legend else [],
            "displayMode": "table" if legend else "list",
            "placement": legend or "bottom",
            "showLegend": True,
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return _panel("timeseries", title, description, unit, targets, defaults, options, more)


def stat(
    title: str,
    description: str,
    unit: str,
    *targets: Json,
    limits: Json | None = None,
    sparkline: bool = True,
    **more: Any,
) -> Json:
    """One figure in the colour of its threshold; its course behind it unless it is asked for `now`."""
    defaults = {"color": {"mode": "thresholds"}, "thresholds": limits or NEUTRAL}
    options: Json = {
        "colorMode": "background_solid" if limits else "value",
        "graphMode": "area" if sparkline else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
        "wideLayout": True,
    }
    return _panel("stat", title, description, unit, targets, defaults, options, more)


def bars(title: str, description: str, unit: str, *targets: Json, limits: Json | None = None, **more: Any) -> Json:
    """A bar for each series' last value, the longest first where the query sorts them."""
    colour = {"color": {"mode": "thresholds"}} if limits else {"color": _SHADES}
    options: Json = {
        "displayMode": "basic",
        "minVizHeight": 12,
        "namePlacement": "left",
        "orientation": "horizontal",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "text",
    }
    return _panel(
        "bargauge", title, description, unit, targets, colour | {"thresholds": limits or NEUTRAL}, options, more
    )


def timeline(title: str, description: str, states: dict[str, tuple[str, str]], *targets: Json, **more: Any) -> Json:
    """States over time, a line each; `states` gives a value's name and colour."""
    named = {
        value: {"color": colour, "index": n, "text": text} for n, (value, (text, colour)) in enumerate(states.items())
    }
    defaults = {
        "color": {"mode": "thresholds"},
        "custom": {"fillOpacity": 80, "lineWidth": 0},
        "mappings": [{"options": named, "type": "value"}],
        "thresholds": NEUTRAL,
    }
    options: Json = {
        "alignValue": "left",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.8,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return _panel("state-timeline", title, description, "none", targets, defaults, options, more)


def heatmap(title: str, description: str, unit: str, buckets: str, **more: Any) -> Json:
    """How often each duration was seen; `buckets` are increases by `le`."""
    options: Json = {
        "calculate": False,
        "cellGap": 1,
        "color": {
            "exponent": 0.5,
            "fill": "dark-blue",
            "mode": "scheme",
            "reverse": True,
            "scheme": "Blues",
            "steps": 32,
        },
        "exemplars": {"color": "orange"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "unit": unit},
    }
    asked = target(buckets, "{{le}}", exemplars=True) | {"format": "heatmap"}
    return _panel("heatmap", title, description, unit, [asked], {"custom": {}}, options, more)


def table(
    title: str,
    description: str,
    *targets: Json,
    columns: dict[str, str],
    unit: str = "none",
    widths: dict[str, int] | None = None,
    sort: str = "",
    **more: Any,
) -> Json:
    """The newest value of each series as a line.

    `columns` are the labels to show, with their headings, in order. `widths` are by heading, in pixels; `sort` is a
    heading too.
    """
    organize = {
        "includeByName": dict.fromkeys(columns, True),
        "indexByName": {label: n for n, label in enumerate(columns)},
        "renameByName": columns,
    }
    transformations = [{"id": "merge", "options": {}}] if len(targets) > 1 else []
    transformations.append({"id": "organize", "options": organize})
    if sort:
        transformations.append({"id": "sortBy", "options": {"sort": [{"field": sort}]}})
    defaults: Json = {
        "custom": {"align": "left", "cellOptions": {"type": "auto"}, "minWidth": 60},
        "thresholds": NEUTRAL,
    }
    options: Json = {"cellHeight": "sm", "showHeader": True}
    more = {"transformations": transformations} | more
    more["overrides"] = [
        {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "custom.width", "value": width}]}
        for name, width in (widths or {}).items()
    ] + more.get("overrides", [])
    return _panel("table", title, description, unit, targets, defaults, options, more)

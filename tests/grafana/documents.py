"""What the files of grafana/ say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "grafana"
FOLDER = GRAFANA / "dashboards"

BUILT_IN = re.compile(r"__\w+|\d+")
"""Variables that Grafana itself defines; `$1` is a group of a regular expression and none at all."""


class Query(NamedTuple):
    """A query of a panel, an annotation or a variable, and where it stands."""

    place: str
    expr: str


def load(path: Path) -> Json:
    """A dashboard from its file."""
    dashboard: Json = json.loads(path.read_text())
    return dashboard


DASHBOARDS: dict[str, Json] = {path.stem: load(path) for path in sorted(FOLDER.glob("*.json"))}
"""By file name without the ending."""


def panels(dashboard: Json) -> list[Json]:
    """The panels of a dashboard without the headings of rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variables(dashboard: Json) -> list[Json]:
    """The variables of a dashboard, in the order in which Grafana resolves them."""
    found: list[Json] = dashboard["templating"]["list"]
    return found


def variables_used(text: str) -> set[str]:
    """Names of the variables that a text refers to, but for Grafana's own."""
    names = {a or b for a, b in re.findall(r"\$(?:(\w+)|\{(\w+)[^}]*\})", text)}
    return {name for name in names if not BUILT_IN.fullmatch(name)}


def queries(dashboard: Json) -> Iterator[Query]:
    """Every query of PromQL that a dashboard asks, in panels, annotations and variables."""
    title = dashboard["title"]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield Query(f"{title} / {panel['title']} / {target['refId']}", target["expr"])
    for annotation in dashboard["annotations"]["list"]:
        if "target" in annotation:
            yield Query(f"{title} / annotation {annotation['name']}", annotation["target"]["expr"])
    for variable in variables(dashboard):
        if variable["type"] == "query":
            metric, _ = label_values(variable["query"]["query"])
            yield Query(f"{title} / variable {variable['name']}", metric)


def label_values(query: str) -> tuple[str, str]:
    """The selector and the label of `label_values(selector, label)`, the one kind of query that variables have here.

    Raises ValueError for another.
    """
    if not (found := re.fullmatch(r"label_values\((.+),\s*(\w+)\)", query)):
        raise ValueError(f"not label_values(selector, label): {query}")
    return found[1], found[2]

"""`python -m grafana.live PROMETHEUS_URL` asks every query of every dashboard, and tells which find nothing.

Variables are resolved as Grafana does it, by their own queries. `empty.py` lists what may be empty. The exit code is 1
if a query fails or finds nothing (NaN is nothing), or a variable has no value. With `--wait` it asks again, until all
is well or the seconds are over: a system that has just been started needs four scrapes before it has rates.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .documents import FOLDER, Json, load, panels
from .empty import EMPTY
from .variables import interpolate, resolve, times

ALLOWED = {(empty.dashboard, empty.panel) for empty in EMPTY}


class Finding(NamedTuple):
    """What is wrong with a query or a variable."""

    dashboard: str
    panel: str
    what: str
    expr: str


class Window(NamedTuple):
    """What is looked at: so many seconds up to now, in steps; Prometheus scrapes every `scrape` seconds."""

    seconds: int = 300
    scrape: int = 15

    @property
    def step(self) -> int:
        """Grafana draws some 1,000 points, and never more than one a scrape."""
        return max(self.scrape, self.seconds // 1000)


class Prometheus:
    """The HTTP API of a Prometheus, about a window of time that ends now. Raises OSError if it cannot be reached."""

    def __init__(self, url: str, window: Window) -> None:
        self._url = url.rstrip("/")
        self.window = window
        self._end = time.time()
        self._range = {"start": self._end - window.seconds, "end": self._end}

    def _ask(self, path: str, **parameters: Any) -> Any:
        """The data of an answer. Raises ValueError with what Prometheus does not like."""
        data = urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(f"{self._url}/api/v1/{path}?{data}", timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None

    def label_values(self, selector: str, label: str) -> list[str]:
        """Values of a label among the series of a selector."""
        values: list[str] = self._ask(f"label/{label}/values", **{"match[]": selector}, **self._range)
        return values

    def series(self, expr: str, *, instant: bool) -> int:
        """How many series a query finds that have a value."""
        if instant:
            found = self._ask("query", query=expr, time=self._end)
        else:
            found = self._ask("query_range", query=expr, step=self.window.step, **self._range)
        values = [one.get("values") or [one["value"]] for one in found["result"]]
        return sum(any(not math.isnan(float(value)) for _, value in points) for points in values)


def check(prometheus: Prometheus, dashboard: Json, chosen: Mapping[str, Sequence[str]]) -> list[Finding]:
    """What is wrong with a dashboard."""
    uid, window = dashboard["uid"], prometheus.window
    resolved = resolve(dashboard, prometheus.label_values, chosen)
    texts = {**times(window.seconds, window.scrape, window.step), **resolved.texts}
    findings = [Finding(uid, "-", f"the variable {name} has no value", "") for name in resolved.without]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            expr = interpolate(target["expr"], texts)
            place = f"{panel['title']} / {target['refId']}"
            try:
                found = prometheus.series(expr, instant=target.get("instant", False))
                if not found and (uid, panel["title"]) not in ALLOWED:
                    findings.append(Finding(uid, place, "no data", expr))
            except ValueError as error:
                findings.append(Finding(uid, place, f"error: {error}", expr))
    return findings


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m grafana.live", description=__doc__)
    parser.add_argument("url", metavar="PROMETHEUS_URL")
    parser.add_argument("dashboards", nargs="*", type=Path, metavar="FILE", help="default: all of grafana/dashboards")
    parser.add_argument("--range", type=int, default=Window().seconds, metavar="S", help="seconds up to now")
    parser.add_argument("--scrape-interval", type=int, default=Window().scrape, metavar="S")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="instead of All; repeatable")
    parser.add_argument("--wait", type=float, default=0.0, metavar="S", help="ask again for so long")
    given = parser.parse_args(arguments)
    chosen: dict[str, list[str]] = {}
    for name, _, value in (each.partition("=") for each in given.var):
        chosen.setdefault(name, []).append(value)
    dashboards = [load(path) for path in given.dashboards or sorted(FOLDER.glob("*.json"))]
    window, end = Window(given.range, given.scrape_interval), time.monotonic() + given.wait
    while True:
        prometheus = Prometheus(given.url, window)
        findings = [one for dashboard in dashboards for one in check(prometheus, dashboard, chosen)]
        if not findings or time.monotonic() >= end:
            break
        time.sleep(5)
    for finding in findings:
        print("\t".join(finding))
    asked = sum(len(panel["targets"]) for dashboard in dashboards for panel in panels(dashboard))
    shown = sum(len(panels(dashboard)) for dashboard in dashboards)
    print(f"{len(dashboards)} dashboards, {shown} panels, {asked} queries: {len(findings)} wrong")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

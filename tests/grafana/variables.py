"""A dashboard's variables, resolved and put into its queries as Grafana and its Prometheus datasource do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .documents import Json, label_values, variables

ALL = "$__all"

LabelValues = Callable[[str, str], list[str]]
"""Values of a label among the series of a selector: of (selector, label)."""


def escape(value: str) -> str:
    """A value as a piece of a regular expression within a string of PromQL."""
    return re.sub(r"[$^*{}\[\]'+?.()|]", r"\\\\\g<0>", value.replace("\\", r"\\\\"))


@dataclass(frozen=True)
class Resolved:
    """The variables of a dashboard: the text that stands for each in a query, and those that have no value."""

    texts: Mapping[str, str]
    without: Sequence[str]


def resolve(dashboard: Json, ask: LabelValues, chosen: Mapping[str, Sequence[str]]) -> Resolved:
    """Resolve them one after the other, since a later one may use an earlier one.

    All is the variable's `allValue`, unescaped, or else the alternative of all values found.
    """
    texts: dict[str, str] = {}
    without: list[str] = []
    for variable in variables(dashboard):
        name = variable["name"]
        if variable["type"] != "query":
            continue  # the datasource: the Prometheus that is asked
        selector, label = label_values(variable["query"]["query"])
        found = ask(interpolate(selector, texts), label)
        if not found:
            without.append(name)
        values = list(chosen.get(name) or variable["current"]["value"])
        if ALL in values:
            if variable.get("allValue"):
                texts[name] = variable["allValue"]
                continue
            values = found
        texts[name] = escape(values[0]) if len(values) == 1 else f"({'|'.join(map(escape, values))})"
    return Resolved(texts, without)


def interpolate(expr: str, texts: Mapping[str, str]) -> str:
    """Put texts in the places of their variables; a name that has none stays, as it does in Grafana."""

    def text(match: re.Match[str]) -> str:
        return texts.get(match[1] or match[2], match[0])

    return re.sub(r"\$(?:(\w+)|\{(\w+)(?::\w+)?\})", text, expr)


def times(seconds: int, scrape: int, step: int) -> dict[str, str]:
    """Grafana's own variables for a range of so many `seconds`, asked in steps."""
    rate = max(step + scrape, 4 * scrape)
    return {
        "__range": f"{seconds}s",
        "__range_s": str(seconds),
        "__interval": f"{step}s",
        "__rate_interval": f"{rate}s",
    }

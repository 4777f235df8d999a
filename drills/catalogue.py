"""The catalogue: what catalogue.toml says, checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drills.callers import KINDS

FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True)
class Seen:
    """What callers of a kind may see of a fault: statuses of failures, and the share that may fail (0 to 1)."""

    statuses: frozenset[int]
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One entry. Times are in seconds; `inject` and `heal` are lines of shell, run beside compose.yaml.

    `fires` and `resolves` say how long the alert may take, from the fault and from its healing. `callers` names the
    kinds of request (callers.py) that may fail, all others may not; no answer may take longer than `deadline`. `ready`
    is an expression of PromQL that must give something before the fault makes sense. What CI runs has `ci`.
    """

    name: str
    fault: str
    inject: str
    heal: str
    alert: str
    labels: dict[str, str] = field(default_factory=dict)
    dashboard: str
    panel: str
    fires: float
    resolves: float
    callers: dict[str, Seen] = field(default_factory=dict)
    deadline: float = 6.5
    ready: str = ""
    ci: bool = False

    @property
    def runbook(self) -> str:
        """The page for whoever gets the alert, from the repository's root."""
        return f"docs/runbooks/{self.alert}.md"


def read(path: Path = FILE) -> dict[str, Drill]:
    """All drills by name. Raises ValueError for what makes no sense."""
    drills = {}
    for entry in tomllib.loads(path.read_text("utf-8"))["drill"]:
        drill = Drill(**entry | {"callers": _callers(entry)})
        if drill.name in drills:
            raise ValueError(f"two drills are called {drill.name}")
        drills[drill.name] = drill
    return drills


def _callers(entry: dict[str, Any]) -> dict[str, Seen]:
    callers = {
        kind: Seen(frozenset(seen["statuses"]), seen["share"]) for kind, seen in entry.get("callers", {}).items()
    }
    if unknown := callers.keys() - KINDS.keys():
        raise ValueError(f"{entry['name']}: no request is of the kind {', '.join(sorted(unknown))}")
    return callers

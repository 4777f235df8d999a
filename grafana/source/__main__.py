"""`python -m source` here writes the dashboards; `--check` says which are not as this program would write them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import geocoders, internals, lab, mesh, overview, slo
from .panels import Json

FOLDER = Path(__file__).parent.parent / "dashboards"

DASHBOARDS: dict[str, Json] = {
    "overview": overview.DASHBOARD,
    "slo": slo.DASHBOARD,
    "geocoders": geocoders.DASHBOARD,
    "internals": internals.DASHBOARD,
    "mesh": mesh.DASHBOARD,
    "lab": lab.DASHBOARD,
}


def text(dashboard: Json) -> str:
    """The file of a dashboard: as `jq -S .` prints it."""
    return json.dumps(dashboard, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """The files that are missing, that nothing here makes, or that are not as they would be written."""
    wanted = {f"{name}.json": text(dashboard) for name, dashboard in DASHBOARDS.items()}
    there = {file.name: file.read_text() for file in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    check = parser.parse_args().check
    changed = stale()
    if check:
        sys.exit(f"not as grafana/source makes them: {', '.join(changed)}; run `make dashboards`" if changed else 0)
    for name in changed:
        stem = name.removesuffix(".json")
        if stem in DASHBOARDS:
            (FOLDER / name).write_text(text(DASHBOARDS[stem]))
        else:
            (FOLDER / name).unlink()
        print(name)


if __name__ == "__main__":
    main()

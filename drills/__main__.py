"""`python -m drills [NAME…]`: the drills named, or those that CI runs, on the lab that is up; the table at the end.

Exit code 1 if one did not go as the catalogue says, 2 if the lab is in no state for drills. What was broken is mended
in any case, also after Ctrl-C.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time

from drills import lab
from drills.catalogue import Drill, read
from drills.run import HEAD, Outcome, heal, run

WARM = 20.0
"""Seconds of load before the first fault."""


def table(rows: list[list[str]]) -> str:
    """Rows in columns, the last one as long as it is."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return "\n".join("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)


def _list(drills: dict[str, Drill]) -> None:
    rows = [["name", "in CI", "alert", "panel", "fault"]]
    for one in drills.values():
        rows.append([one.name, "yes" if one.ci else "", one.alert, f"{one.dashboard}: {one.panel}", one.fault])
    print(table(rows))


def _loaded() -> bool:
    return bool(lab.shell("docker compose ps -q --status running load"))


def _run(drills: list[Drill]) -> int:
    outcomes: list[Outcome] = []
    wrong = 0
    was_loaded = _loaded()
    lab.shell("docker compose up -d --no-deps --pull never load")
    try:
        time.sleep(0 if was_loaded else WARM)
        for number, drill in enumerate(drills, 1):
            print(f"[{number}/{len(drills)}] {drill.name}: {drill.fault}", flush=True)
            outcomes.append(run(drill))
            print(
                "   ", "  ".join(f"{head}: {cell}" for head, cell in zip(HEAD[1:], outcomes[-1].row()[1:], strict=True))
            )
            print(f"    panel: {drill.dashboard} / {drill.panel}   runbook: {drill.runbook}", flush=True)
            for complaint in outcomes[-1].complaints():
                wrong += 1
                print("    WRONG:", complaint, flush=True)
    finally:
        if not was_loaded:
            lab.shell("docker compose stop load")
        if outcomes:
            print("\n" + table([HEAD, *(one.row() for one in outcomes)]))
    print("\nall as the catalogue says" if not wrong else f"\n{wrong} things were not as the catalogue says")
    return 1 if wrong else 0


def main() -> int:
    """Run drills, list them, or mend."""
    parser = argparse.ArgumentParser("python -m drills", description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("name", nargs="*", help="drills to run (default: those with ci = true)")
    parser.add_argument("--all", action="store_true", help="run all of the catalogue")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--heal", action="store_true", help="only mend what the drills named may have broken")
    given = parser.parse_args()
    drills = read()
    if unknown := [name for name in given.name if name not in drills]:
        parser.error(f"no drill is called {', '.join(unknown)}; there are: {', '.join(drills)}")
    if given.list:
        _list(drills)
        return 0
    chosen = [drills[name] for name in given.name] or [one for one in drills.values() if one.ci or given.all]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if given.heal:
            for drill in chosen:
                heal(drill)
            return 0
        return _run(chosen)
    except lab.LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; what was broken is mended", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

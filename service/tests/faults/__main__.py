"""`python -m tests.faults`: every service killed, paused, slowed and restarted under load, and what callers saw of it.

Exit code 1 if a caller saw what none should see (see `complaints`).
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.faults.complaints import complaints
from tests.faults.drill import FAULTS, KINDS, Outcome, drill
from tests.faults.processes import Services
from tests.instance import ROLES

HEAD = f"{'fault':22}{'request':9}{'during it':>9}{'failed':>8}  {'slowest':>8}  {'recovered':>9}  callers saw"


def rows(outcome: Outcome) -> list[str]:
    """A line for each kind of request."""
    lines = []
    for kind in KINDS:
        during = outcome.during(kind)
        failed = sum(1 for one in during if not one.ok) / max(1, len(during))
        seen = f"{len(during):9}{failed:8.1%}  {outcome.slowest(kind):6.2f} s  {outcome.recovery(kind):7.2f} s"
        lines.append(f"{outcome.role + ' ' + outcome.fault:22}{kind:9}{seen}  {outcome.statuses(kind)}")
    return lines


async def _run(seconds: float, only: list[str]) -> int:
    wrong: list[str] = []
    print(HEAD, flush=True)
    async with Services.running() as services:
        for name in (*ROLES, "gateway"):
            for fault in FAULTS.values():
                if (only and name not in only) or (name == "gateway" and fault.name == "slowed"):
                    continue  # a slowed gateway is a slow network between it and its callers
                outcome = await drill(services, fault, services.roles[name], lasting=seconds, limit=10.0, after=6.0)
                print("\n".join(rows(outcome)), flush=True)
                wrong += complaints(outcome)
    print("\n".join(["", *wrong]) if wrong else "\nno caller saw what none should see")
    return 1 if wrong else 0


def main() -> int:
    """Run the drills."""
    parser = argparse.ArgumentParser("python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="how long a fault lasts (default 6)")
    parser.add_argument("--only", action="append", default=[], choices=[*ROLES, "gateway"], help="faults of this alone")
    arguments = parser.parse_args()
    return asyncio.run(_run(arguments.seconds, arguments.only))


if __name__ == "__main__":
    sys.exit(main())

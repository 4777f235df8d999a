"""`python -m bench`: CPU, speed and memory of `citytime serve` beside a bare Tornado handler and a gin server.

The figure to watch is CPU an answer: what the server's process spends (user and system) on a fixed number of requests
that a second process sends over loopback. The servers share one core, the client has another, and each workload has its
turn in every round. Figures are medians (least–most); `busy` is the server's share of its core: well under 100% it
waited for the client. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from bench import report
from bench.contestants import Skipped, bare, citytime, four_processes, gin, traced
from bench.course import START, STEADY, run, say
from bench.load import BenchError
from bench.names import Names
from bench.sink import sink
from bench.workloads import CONNECTIONS, workloads
from citytime import settings
from citytime.errors import CitytimeError

VARIANTS = ("traced", "sampled", "four")
CITIES = ("cached", "uncached")
NAMES = (
    *(START, "bare", "gin", *CITIES, *(f"{city}-{variant}" for city in CITIES for variant in VARIANTS)),
    *("misspelt", "batch", STEADY),
)


def _arguments() -> argparse.Namespace:
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser("python -m bench", description=summary, epilog=details)
    parser.add_argument("--rounds", type=int, choices=range(1, 8), default=5, help="how often each is measured")
    parser.add_argument("--quick", action="store_true", help="two rounds of a tenth: a look, not a measurement")
    parser.add_argument("--only", action="append", choices=NAMES, help="measure only this; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there as well")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> None:
    wanted = set(arguments.only or NAMES)
    rounds, scale = (2, 0.1) if arguments.quick else (arguments.rounds, 1.0)
    contestants, skipped = [bare(), citytime(), four_processes()], ""
    if wanted & {START, "gin"}:
        say("building the gin server (the first time takes a minute)")
        try:
            contestants.insert(1, gin())
        except Skipped as reason:
            skipped = f"gin skipped: {reason}"
            say(skipped)
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        say("there is one core only: requests a second and latencies will be those of server and client together")
    os.sched_setaffinity(0, {cores[0]})
    asked = workloads(Names(settings.load(os.environ).gazetteer), scale)
    with sink() as collector:
        results = run([*contestants, *traced(collector)], asked, wanted, rounds, cores[-1])
    about = report.machine() | {"rounds": str(rounds), "load": f"{CONNECTIONS} connections from another core"}
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(report.as_json(results, about), indent=1) + "\n", encoding="utf-8")
    print(report.as_text(results, asked, about))
    if skipped:
        print(f"\n{skipped}")


def main() -> int:
    """Measure and report; the exit code is 0 unless something could not be measured."""
    arguments = _arguments()
    if sys.platform != "linux":
        say("it needs Linux, for the CPU clocks of other processes and to keep them apart")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that the servers are ended
    try:
        _measure(arguments)
    except (BenchError, CitytimeError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What was measured, as a table to read and as JSON to keep."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench.course import Results
from bench.workloads import Workload

TITLES = {
    "bare": "bare Tornado handler",
    "gin": "gin",
    "citytime": "citytime serve",
    "traced": "  all traced",
    "sampled": "  one in a hundred traced",
    "four": "  as four processes",
}

DISTURBED = 0.05
"""Share of the servers' core that other programs may have before the figures are called doubtful."""


def machine() -> dict[str, str]:
    """What it ran on."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0].partition(":")[2].strip() if models else platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "tornado": version("tornado"),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def as_json(results: Results, about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything, with seconds for times and MB for sizes."""
    return dict(about) | asdict(results)


def as_text(results: Results, workloads: Sequence[Workload], about: Mapping[str, Any]) -> str:
    """The table."""
    blocks = [", ".join(f"{key} {value}" for key, value in about.items() if value)]
    if results.samples:
        blocks.append(_table(_HEAD, [_row(results, w) for w in workloads if w.name in results.samples]))
    if results.quiet or "misspelt" in results.samples:
        blocks.append(_table(("latency, ms", "p50", "p99", "most", "answers"), _latencies(results)))
    if results.fresh or results.loaded:
        blocks.append(_table(_PROCESS_HEAD, [_process(results, name) for name in TITLES if _known(results, name)]))
    if targets := _targets(results):
        blocks.append(_table(("target", "measured", ""), targets))
    if results.disturbed > DISTURBED:
        blocks.append(f"Other programs had {results.disturbed:.0%} of the servers' core: repeat it on a quiet machine.")
    return "\n\n".join(blocks)


_HEAD = ("", "CPU an answer, µs", "× bare", "× gin", "answers a second", "busy", "status 200")
_PROCESS_HEAD = ("", "first answer: CPU s", "wall s", "fresh: MB", "anon + file", "after load: MB", "anon + file")


def _row(results: Results, workload: Workload) -> list[str]:
    samples = results.samples[workload.name]
    return [
        workload.title,
        _spread([s.cpu * 1e6 for s in samples], 1),
        _ratio(results, workload.name, "bare"),
        _ratio(results, workload.name, "gin"),
        _spread([s.rate for s in samples], 0),
        f"{median(s.busy for s in samples):.0%}",
        f"{sum(s.found for s in samples) / len(samples):.1%}",
    ]


def _ratio(results: Results, name: str, other: str) -> str:
    return f"{ratio(results, name, other):.2f}" if other in results.samples else ""


def ratio(results: Results, name: str, other: str) -> float:
    """CPU of a workload's answer by that of another's: the median over rounds, since what slows a whole round down
    cancels out in it.
    """
    return median(a.cpu / b.cpu for a, b in zip(results.samples[name], results.samples[other], strict=True))


def _latencies(results: Results) -> list[list[str]]:
    slips = [latency for sample in results.samples.get("misspelt", []) for latency in sample.latencies]
    watched = {
        "a misspelling": slips,
        "a cached city, asked steadily": results.quiet,
        "  while misspellings are answered": results.beside,
    }
    return [
        [title, *(f"{percentile(values, share) * 1e3:.2f}" for share in (0.5, 0.99, 1)), f"{len(values):,}"]
        for title, values in watched.items()
        if values
    ]


def _known(results: Results, name: str) -> bool:
    return name in results.fresh or name in results.loaded


def _process(results: Results, name: str) -> list[str]:
    starts, fresh = results.starts.get(name), results.fresh.get(name, [])
    loaded = [results.loaded[name]] if name in results.loaded else []
    row = [TITLES[name], "", ""]
    if starts:
        row[1:] = [_spread([s.cpu for s in starts], 2), _spread([s.wall for s in starts], 2)]
    for memories in (fresh, loaded):
        if memories:
            middle = sorted(memories, key=lambda m: m.resident)[len(memories) // 2]
            row += [f"{middle.resident:.1f}", f"{middle.anonymous:.1f} + {middle.files:.1f}"]
        else:
            row += ["", ""]
    return row


def _targets(results: Results) -> list[list[str]]:
    """What issue and design ask for, and whether it was so."""
    rows: list[tuple[str, float, float, str]] = []
    samples = results.samples
    if "cached" in samples and "bare" in samples:
        rows.append(("a cached city costs less CPU than the bare handler", ratio(results, "cached", "bare"), 1, "×"))
    if "uncached" in samples:
        rows.append(("an uncached name: 0.5 ms CPU", median(s.cpu for s in samples["uncached"]) * 1e3, 0.5, "ms"))
    if "misspelt" in samples:
        slips = [latency for sample in samples["misspelt"] for latency in sample.latencies]
        rows.append(("a misspelling: 10 ms at p99", percentile(slips, 0.99) * 1e3, 10, "ms"))
    if "citytime" in results.loaded:
        rows.append(("serve after the load: 100 MB resident", results.loaded["citytime"].resident, 100, "MB"))
    if "citytime" in results.starts:
        rows.append(("first answer: 1 s CPU", median(s.cpu for s in results.starts["citytime"]), 1, "s"))
    return [[text, f"{value:.2f} {unit}", "met" if value <= most else "MISSED"] for text, value, most, unit in rows]


def _spread(values: Sequence[float], digits: int) -> str:
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for row in (head, *rows):
        first, *others = [
            cell.ljust(w) if not n else cell.rjust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)

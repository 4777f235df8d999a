"""A real Prometheus on loopback, whose data are what a test gives it."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus.tools import command, output

SCRAPE, SPAN = 15, 900
"""Seconds between two values of a series, and from the first to the last, which is now."""

PATIENCE = 60.0
COUNTER = re.compile(r"\w+(_total|_bucket|_count|_sum)\b")


def openmetrics(series: Iterable[str], now: float) -> str:
    """The history of series that are told by their last value, `name{labels} value`: counters grew from 0 on."""
    lines: list[str] = []
    for each in series:
        name, _, last = each.rpartition(" ")
        grows = COUNTER.match(name) is not None
        for age in range(SPAN, -1, -SCRAPE):
            value = float(last) * (1 - age / SPAN) if grows else float(last)
            lines.append(f"{name} {value} {now - age:.3f}")
    return "\n".join([*lines, "# EOF", ""])


@contextmanager
def prometheus(folder: Path, series: Iterable[str]) -> Iterator[str]:
    """The URL of a Prometheus that has scraped these series for a quarter of an hour."""
    (folder / "series.txt").write_text(openmetrics(series, time.time()))
    (folder / "prometheus.yml").write_text("{}\n")
    output("promtool", folder, "tsdb", "create-blocks-from", "openmetrics", "series.txt", "data")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    options = ["--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address={address}"]
    with open(folder / "log", "w+") as log:
        arguments = [*command("prometheus", folder), *options]
        with subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=log) as process:
            try:
                _ready(f"http://{address}/-/ready", process, folder / "log")
                yield f"http://{address}"
            finally:
                process.terminate()


def _ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"Prometheus does not answer:\n{log.read_text()}")

"""`python -m tests.tracing_lab`: one request through four services, a real collector and Jaeger, told as a tree.

The OpenTelemetry Collector and Jaeger are found on PATH, or where `--otelcol` and `--jaeger` say. What is asked for is
a city's postcard, which takes all four services. Checked is that Jaeger has one trace of it, which the request's bucket
on `/metrics` names, that all four services are in it, that each span hangs where it belongs, and that none names the
city.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.instance import services

PATIENCE = 30.0
"""Seconds after which what has not come will not come."""

CITY = "lisbon"
TARGET, ROUTE = f"/{CITY}.png", "/{city}.png"

SERVICES = {"gateway", "geocoder", "timezones", "images"}

COLLECTOR = """
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{otlp}"}}
exporters:
  otlp_grpc:
    endpoint: "127.0.0.1:{jaeger}"
    tls: {{insecure: true}}
service:
  telemetry: {{metrics: {{level: none}}, logs: {{level: error}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [otlp_grpc]}}
"""

JAEGER = """
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:{jaeger}"}}
extensions:
  jaeger_storage:
    backends: {{kept: {{memory: {{max_traces: 1000}}}}}}
  jaeger_query:
    storage: {{traces: kept}}
    http: {{endpoint: "127.0.0.1:{query}"}}
    grpc: {{endpoint: "127.0.0.1:{query_grpc}"}}
exporters:
  jaeger_storage_exporter: {{trace_storage: kept}}
service:
  extensions: [jaeger_storage, jaeger_query]
  telemetry: {{metrics: {{level: none}}, logs: {{level: error}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}
"""


@dataclass(frozen=True)
class Span:
    """A span as Jaeger tells it; times in microseconds."""

    id: str
    parent: str | None
    service: str
    name: str
    kind: str
    start: int
    duration: int


def free_ports(*names: str) -> dict[str, int]:
    """Ports of this machine that nobody listens on, by name."""
    probes = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    ports = {name: int(probe.getsockname()[1]) for name, probe in probes.items()}
    for probe in probes.values():
        probe.close()
    return ports


def get(url: str, **headers: str) -> bytes:
    """What a URL answers. Raises OSError."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE) as answer:
        return bytes(answer.read())


@contextmanager
def running(binary: Path, config: str) -> Iterator[None]:
    """The collector or Jaeger with a configuration; its words are printed if it ends before its time."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "config.yaml"
        file.write_text(config)
        with (
            open(Path(directory) / "log", "w+") as log,
            subprocess.Popen([binary, "--config", file], stdout=log, stderr=log) as process,
        ):
            try:
                yield
            finally:
                if process.poll() is not None:
                    log.seek(0)
                    print(f"{binary.name} ended by itself:\n{log.read()}", file=sys.stderr)
                process.kill()  # neither keeps anything, and Jaeger takes ten seconds to stop


def reachable(port: int) -> None:
    """Wait until something listens on a port of this machine."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def named(admin_url: str) -> str:
    """The trace that the exemplar of the request's bucket names."""
    metrics = get(f"{admin_url}/metrics", Accept="application/openmetrics-text; version=1.0.0").decode()
    label = re.escape(f'http_response_status_code="200",http_route="{ROUTE}"')
    found = re.search(rf'http_server_request_duration_seconds_bucket{{.*{label}.*# {{.*trace_id="(\w+)"', metrics)
    assert found, metrics
    return found[1]


def told(query: str, trace: str) -> list[Span]:
    """The trace as Jaeger has it, once no more spans have come for a while."""
    end, spans = time.monotonic() + PATIENCE, []
    while time.monotonic() < end:
        try:
            (data,) = json.loads(get(f"{query}/api/traces/{trace}"))["data"]
        except urllib.error.HTTPError:  # it knows none yet
            data = {"spans": []}
        known = [_span(span, data) for span in data["spans"]]
        if known and len(known) == len(spans) and {span.service for span in known} == SERVICES:
            return known
        spans = known
        time.sleep(1)
    return spans


def _span(span: dict[str, Any], data: dict[str, Any]) -> Span:
    tags = {tag["key"]: tag["value"] for tag in span["tags"]}
    parents = [reference["spanID"] for reference in span["references"]]
    return Span(
        span["spanID"],
        parents[0] if parents else None,
        data["processes"][span["processID"]]["serviceName"],
        span["operationName"],
        tags.get("span.kind", "internal"),
        span["startTime"],
        span["duration"],
    )


def tree(spans: list[Span], parent: str | None = None, depth: int = 0) -> Iterator[str]:
    """A line a span, below its parent, in the order of time."""
    for span in sorted((s for s in spans if s.parent == parent), key=lambda s: s.start):
        name = f"{'  ' * depth}{span.name}"
        yield f"{name:72} {span.service:10} {span.kind:9} {span.duration / 1000:9.2f} ms"
        yield from tree(spans, span.id, depth + 1)


def faults(spans: list[Span]) -> Iterator[str]:
    """What is wrong with a trace."""
    by_id = {span.id: span for span in spans}
    if missing := SERVICES - {span.service for span in spans}:
        yield f"no span of {', '.join(sorted(missing))}"
    roots = [span for span in spans if span.parent is None]
    if [(root.service, root.name, root.kind) for root in roots] != [("gateway", f"GET {ROUTE}", "server")]:
        yield f"the roots are {roots}"
    for span in spans:
        parent = by_id.get(span.parent or "")
        if parent is None:
            if span.parent:
                yield f"the parent of {span} is unknown"
        elif span.service == parent.service:
            if span.kind == "server" or parent.kind == "client":
                yield f"{span} is below {parent}"
        elif (span.kind, parent.kind, span.name) != ("server", "client", parent.name):
            yield f"{span} is below {parent}"


def look(otelcol: Path, jaeger: Path) -> int:
    """Ask, print the tree, and say what is wrong; returns the exit code."""
    ports = free_ports("otlp", "jaeger", "query", "query_grpc")
    query = f"http://127.0.0.1:{ports['query']}"
    os.environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{ports['otlp']}", "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with running(jaeger, JAEGER.format(**ports)), running(otelcol, COLLECTOR.format(**ports)):
        for port in ports.values():
            reachable(port)
        with services() as gateway:
            picture = get(gateway.url + TARGET)
            trace = named(gateway.admin_url)
        spans = told(query, trace)
        kept = get(f"{query}/api/traces?service=gateway&limit=100")
    print(f"GET {TARGET}: {len(picture):,} bytes; trace {trace}\n")
    print("\n".join(tree(spans)))
    wrong = list(faults(spans))
    if (traces := [found["traceID"] for found in json.loads(kept)["data"]]) != [trace]:
        wrong.append(f"the gateway's traces are {traces}")
    if CITY.encode() in kept.lower():
        wrong.append("what was asked can be read in the trace")
    right = f"one trace, {len(SERVICES)} services, {len(spans)} spans, parents right; the bucket's exemplar names it"
    print("\n" + ("\n".join(wrong) or right))
    return 1 if wrong else 0


def main() -> int:
    """Exit code 0 where all is right, 1 where not, 2 where a binary is missing (0 with `--skip`)."""
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser("python -m tests.tracing_lab", description=summary, epilog=details)
    for name in ("otelcol", "jaeger"):
        parser.add_argument(
            f"--{name}", type=Path, default=shutil.which(name), metavar="PATH", help="by default on PATH"
        )
    parser.add_argument("--skip", action="store_true", help="succeed where one of them is missing")
    arguments = parser.parse_args()
    binaries = {name: getattr(arguments, name) for name in ("otelcol", "jaeger")}
    if missing := [name for name, path in binaries.items() if path is None or not Path(path).is_file()]:
        print(f"trace-lab skipped: there is no {' and no '.join(missing)} on PATH; name them by --otelcol and --jaeger")
        return 0 if arguments.skip else 2
    return look(**{name: Path(path) for name, path in binaries.items()})


if __name__ == "__main__":
    sys.exit(main())

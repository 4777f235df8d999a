"""Inside the services: each gRPC method answered, each dependency asked, and the processes themselves."""

from __future__ import annotations

from .colours import ASKED, CODES, METHODS, PERCENTILES, SERVICES
from .layout import ALERTS, DEPLOYS, INSTANCE, JOB, STARTS, choice, dashboard, line, row
from .panels import graph, heatmap, stat, steps, table, target
from .queries import ALL_CALLS, FAILED_CALLS, FAILURES, OURS, percentile, percentiles, share

METHOD = choice(
    "method",
    "gRPC method",
    'label_values({__name__=~"rpc_(server|client)_call_duration_seconds_count", job=~"$job"}, rpc_method)',
    "Methods of our services.",
    everything=".+",
)
CHOSEN = f'{OURS}, rpc_method=~"$method"'
ANSWERED = f"rpc_server_call_duration_seconds_count{{{CHOSEN}}}"
ANSWERED_BUCKET = f"rpc_server_call_duration_seconds_bucket{{{CHOSEN}}}"
MADE = f"rpc_client_call_duration_seconds_count{{{CHOSEN}}}"
MADE_FAILED = f'rpc_client_call_duration_seconds_count{{{CHOSEN}, rpc_response_status_code=~"{FAILURES}"}}'
MADE_BUCKET = f"rpc_client_call_duration_seconds_bucket{{{CHOSEN}}}"
HTTP_BUCKET = f"http_server_request_duration_seconds_bucket{{{OURS}}}"

SHORT = 'label_replace({}, "method", "$1", "rpc_method", ".*/(.+)")'
"""A method without its package and service."""

FIRST = row(
    "",
    line(
        stat(
            "Replicas up",
            "Processes of the services chosen that Prometheus can scrape.",
            "none",
            target('count(up{job=~"$job", instance=~"$instance"} == 1) or vector(0)'),
        ),
        stat(
            "Restarts",
            "Starts of processes within the time range of the dashboard, the first one not counted.",
            "none",
            target(f"sum(changes(process_start_time_seconds{{{OURS}}}[$__range]))", now=True),
            limits=steps(notice=1),
            sparkline=False,
            runbooks=("ServiceRestarting",),
        ),
        stat(
            "Calls answered",
            "gRPC calls a second that the services chosen answer.",
            "reqps",
            target(f"sum(rate({ALL_CALLS}[$__rate_interval]))"),
        ),
        stat(
            "Calls failing",
            "Share of the gRPC calls answered that failed by the service's own fault.",
            "percentunit",
            target(share(FAILED_CALLS, ALL_CALLS)),
            limits=steps(0.001, 0.01),
            decimals=2,
        ),
        stat(
            "Busiest core",
            "Share of a core that the busiest process uses; it serves on one.",
            "percentunit",
            target(f"max(rate(process_cpu_seconds_total{{{OURS}}}[$__rate_interval]))"),
            limits=steps(0.7, 0.9),
            decimals=0,
        ),
        stat(
            "Largest process",
            "Resident memory of the largest process.",
            "bytes",
            target(f"max(process_resident_memory_bytes{{{OURS}}})"),
        ),
        height=4,
    ),
)

SERVER = row(
    "gRPC answered",
    line(
        graph(
            "Calls by method",
            "Calls a second answered, by method.",
            "reqps",
            target(SHORT.format(f"sum by (rpc_method) (rate({ANSWERED}[$__rate_interval])) > 0"), "{{method}}"),
            stacked=True,
            colours=METHODS,
        ),
        graph(
            "Calls by status",
            "Calls a second answered, by gRPC status. NOT_FOUND and FAILED_PRECONDITION are right answers to "
            "questions about unknown or ambiguous places.",
            "reqps",
            target(
                f"sum by (rpc_response_status_code) (rate({ANSWERED}[$__rate_interval])) > 0",
                "{{rpc_response_status_code}}",
            ),
            stacked=True,
            colours=CODES,
        ),
        graph(
            "Latency p99 by method",
            "99 of 100 calls of the method take less, as the service measures them; dots are single calls, with "
            "their traces.",
            "s",
            target(SHORT.format(percentile(0.99, ANSWERED_BUCKET, by="rpc_method")), "{{method}}", exemplars=True),
            colours=METHODS,
        ),
        height=9,
    ),
    line(
        heatmap(
            "Durations of gRPC calls",
            "How many calls took how long; two bands are two kinds of work, a band that moves up is trouble.",
            "s",
            f"sum by (le) (increase({ANSWERED_BUCKET}[$__rate_interval]))",
        ),
        heatmap(
            "Durations of HTTP requests",
            "How many requests took how long: the lowest band is answered from the gateway's cache.",
            "s",
            f"sum by (le) (increase({HTTP_BUCKET}[$__rate_interval]))",
        ),
        graph(
            "Latency of gRPC calls",
            "Durations of all methods chosen.",
            "s",
            *percentiles(ANSWERED_BUCKET),
            colours=PERCENTILES,
        ),
    ),
)

CLIENT = row(
    "Dependencies: gRPC asked",
    line(
        graph(
            "Tries by dependency",
            "Calls a second made to each service, each try counted.",
            "reqps",
            target(
                f"sum by (job, server_address) (rate({MADE}[$__rate_interval])) > 0", "{{job}} asks {{server_address}}"
            ),
            stacked=True,
            colours=ASKED,
        ),
        graph(
            "Failing by dependency",
            "Share of the tries that failed, by the service asked. Where a try is made again, callers see less of it.",
            "percentunit",
            target(share(MADE_FAILED, MADE, by="job, server_address"), "{{job}} asks {{server_address}}"),
            limits=steps(0.01, 0.1),
            most=0.2,
            colours=ASKED,
            runbooks=("CircuitBreakerOpen",),
        ),
        graph(
            "Latency p99 by dependency",
            "99 of 100 tries take less, as the one who asks measures it: the way there and back included.",
            "s",
            target(
                percentile(0.99, MADE_BUCKET, by="job, server_address"),
                "{{job}} asks {{server_address}}",
                exemplars=True,
            ),
            limits=steps(bad=0.1),
            colours=ASKED,
            runbooks=("DependencySlow",),
        ),
    ),
)

PROCESS = row(
    "Processes",
    line(
        graph(
            "CPU",
            "Cores that each process uses; it serves on one.",
            "percentunit",
            target(f"rate(process_cpu_seconds_total{{{OURS}}}[$__rate_interval])", "{{job}} {{instance}}"),
            limits=steps(bad=0.9),
            most=1,
            colours=SERVICES,
            runbooks=("ServiceSaturated",),
        ),
        graph(
            "Resident memory",
            "Memory of each process in RAM. The gazetteer is mapped: its pages count here, and replicas on a node "
            "share them.",
            "bytes",
            target(f"process_resident_memory_bytes{{{OURS}}}", "{{job}} {{instance}}"),
            colours=SERVICES,
        ),
        graph(
            "Open files and connections",
            "File descriptors open in each process: connections, most of them.",
            "none",
            target(f"process_open_fds{{{OURS}}}", "{{job}} {{instance}}"),
            colours=SERVICES,
        ),
    ),
    line(
        graph(
            "Garbage collections",
            "Collections a second by generation. The oldest, 2, looks at everything and stops the process meanwhile.",
            "ops",
            target(
                f"sum by (generation) (rate(python_gc_collections_total{{{OURS}}}[$__rate_interval]))",
                "generation {{generation}}",
            ),
            colours={"generation 0": "super-light-blue", "generation 1": "blue", "generation 2": "dark-purple"},
        ),
        graph(
            "Garbage collected",
            "Objects a second that only the collector could free, since they refer to each other; uncollectable "
            "ones leak.",
            "ops",
            target(f"sum by (job) (rate(python_gc_objects_collected_total{{{OURS}}}[$__rate_interval]))", "{{job}}"),
            target(f"sum(rate(python_gc_objects_uncollectable_total{{{OURS}}}[$__rate_interval]))", "uncollectable"),
            colours={**SERVICES, "uncollectable": "red"},
        ),
        table(
            "Versions",
            "What runs where, and for how long.",
            target(f"count by (job, instance, version, python) (citytime_build_info{{{OURS}}})", rows=True),
            target(f"max by (job, instance) (time() - process_start_time_seconds{{{OURS}}})", rows=True),
            columns={
                "job": "Service",
                "instance": "Instance",
                "version": "Version",
                "python": "Python",
                "Value #B": "Running for",
            },
            widths={"Service": 100, "Version": 80, "Python": 80, "Running for": 110},
            overrides=[
                {"matcher": {"id": "byName", "options": "Running for"}, "properties": [{"id": "unit", "value": "s"}]}
            ],
        ),
        widths=(7, 7, 10),
    ),
)

DASHBOARD = dashboard(
    "internals",
    "service internals",
    "gRPC methods answered, dependencies asked, and the processes: CPU, memory, files, garbage.",
    FIRST,
    SERVER,
    CLIENT,
    PROCESS,
    variables=(JOB, INSTANCE, METHOD),
    annotations=(ALERTS, STARTS, DEPLOYS),
)

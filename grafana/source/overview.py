"""What someone on call looks at first: is it up, is it right, is it quick; then what is asked, and what is full."""

from __future__ import annotations

from .colours import BAD, GOOD, MATCHES, NOTICE, PERCENTILES, ROUTES, SERVICES, STATUSES
from .layout import ALERTS, DEPLOYS, INSTANCE, JOB, STARTS, choice, dashboard, line, row
from .panels import RUNBOOKS, Json, bars, graph, stat, steps, table, target, timeline
from .queries import ALL_CALLS, FAILED_CALLS, OURS, down, percentile, percentiles, share, up

HTTP = 'job=~"$job", instance=~"$instance", http_route=~"$route"'
COUNT = f"http_server_request_duration_seconds_count{{{HTTP}}}"
FAILED = f'http_server_request_duration_seconds_count{{{HTTP}, http_response_status_code=~"5.."}}'
BUCKET = f"http_server_request_duration_seconds_bucket{{{HTTP}}}"
QUICK = f'http_server_request_duration_seconds_bucket{{{HTTP}, le="0.1"}}'
LOOKUPS = f'http_server_request_duration_seconds_count{{{OURS}, http_route=~"/\\\\{{city\\\\}}|/v1/time"'

ROUTE = choice(
    "route",
    "Route",
    'label_values(http_server_request_duration_seconds_count{job=~"$job"}, http_route)',
    "Templates of routes; what matched none is `unmatched`.",
    everything=".+",
)

ALERT_COLUMNS: list[Json] = [
    {
        "matcher": {"id": "byName", "options": "Alert"},
        "properties": [
            {
                "id": "links",
                "value": [{"targetBlank": True, "title": "Runbook", "url": f"{RUNBOOKS}/${{__value.raw}}.md"}],
            }
        ],
    },
    {
        "matcher": {"id": "byName", "options": "Severity"},
        "properties": [
            {"id": "custom.cellOptions", "value": {"type": "color-text"}},
            {
                "id": "mappings",
                "value": [
                    {
                        "options": {"page": {"color": BAD, "index": 0}, "ticket": {"color": NOTICE, "index": 1}},
                        "type": "value",
                    }
                ],
            },
        ],
    },
]

FIRST = row(
    "",
    line(
        stat(
            "Alerts firing",
            "Alerts that fire now and ask for somebody. The list is below, each with its runbook.",
            "none",
            target('count(ALERTS{alertstate="firing", severity=~"page|ticket"}) or vector(0)'),
            limits=steps(bad=1),
        ),
        stat(
            "Services down",
            "Services chosen of which a replica cannot be scraped, or none is left.",
            "none",
            target(down('job=~"$job"')),
            limits=steps(bad=1),
        ),
        stat(
            "Requests",
            "HTTP requests a second, all routes chosen.",
            "reqps",
            target(f"sum(rate({COUNT}[$__rate_interval]))"),
        ),
        stat(
            "Failing",
            "Share of requests answered with a 5xx status: our failures. The objective leaves 0.1 %.",
            "percentunit",
            target(share(FAILED, COUNT)),
            limits=steps(0.001, 0.01),
            decimals=2,
        ),
        stat(
            "Within 100 ms",
            "Share of requests answered within 100 ms. The objective is 99 %.",
            "percentunit",
            target(f"sum(rate({QUICK}[$__rate_interval])) / sum(rate({COUNT}[$__rate_interval]))"),
            limits=steps(0.99, 0.95, low=True),
            decimals=1,
        ),
        stat(
            "Latency p99",
            "99 of 100 requests take less.",
            "s",
            target(percentile(0.99, BUCKET)),
            limits=steps(0.1, 0.25),
        ),
        height=4,
    ),
    line(
        graph(
            "Requests by route",
            "HTTP requests a second. `/{city}` is the heart; `unmatched` is what no route fits.",
            "reqps",
            target(f"sum by (http_route) (rate({COUNT}[$__rate_interval]))", "{{http_route}}"),
            stacked=True,
            colours=ROUTES,
        ),
        graph(
            "Failing by route",
            "Share of each route's requests that are answered with a 5xx status. The dashed lines are the share "
            "that the objective leaves, and ten times that.",
            "percentunit",
            target(share(FAILED, COUNT, by="http_route"), "{{http_route}}"),
            limits=steps(0.001, 0.01),
            colours=ROUTES,
            most=0.02,
            runbooks=("ErrorBudgetBurnFast",),
        ),
        graph(
            "Latency",
            "Durations of all requests chosen, with exemplars: a dot is one request, and leads to its trace. The "
            "dashed line is the objective for 99 of 100.",
            "s",
            *percentiles(BUCKET),
            limits=steps(bad=0.1),
            colours=PERCENTILES,
            runbooks=("LatencyBudgetBurnFast",),
        ),
        height=9,
    ),
    line(
        table(
            "Firing alerts",
            "Alerts that fire now, pages first. The name leads to the runbook. Empty when all is well.",
            target(
                """count by (severity, alertname, service) (
                    ALERTS{alertstate="firing", severity=~"page|ticket", service!=""}
                    or label_replace(
                        ALERTS{alertstate="firing", severity=~"page|ticket", service=""}, "service", "$1", "job", "(.+)"
                    )
                )""",
                rows=True,
            ),
            columns={"severity": "Severity", "alertname": "Alert", "service": "Service"},
            widths={"Severity": 80, "Service": 100},
            sort="Severity",
            overrides=ALERT_COLUMNS,
        ),
        timeline(
            "Services",
            "Whether each service's replicas can be scraped: up only if all of them can. One that has "
            "none left is down for an hour, then forgotten.",
            {"0": ("down", BAD), "1": ("up", GOOD)},
            target(up('job=~"$job"'), "{{job}}"),
            runbooks=("ServiceDown", "GatewayDown"),
        ),
        timeline(
            "Probes",
            "Questions that a prober asks from outside, as callers do, each of another service: is there a right "
            "answer?",
            {"0": ("failing", BAD), "1": ("right", GOOD)},
            target('min by (probe) (probe_success{job="blackbox"})', "{{probe}}"),
            runbooks=("ProbeFailing",),
        ),
        height=6,
    ),
    line(
        graph(
            "Answers by status",
            "HTTP requests a second by class of status. 4xx are wrong questions and unknown cities.",
            "reqps",
            target(
                "sum by (class) (label_replace(rate("
                f'{COUNT}[$__rate_interval]), "class", "${{1}}xx", "http_response_status_code", "(.).."))',
                "{{class}}",
            ),
            stacked=True,
            colours=STATUSES,
        ),
        graph(
            "Latency p99 by route",
            "99 of 100 requests to the route take less.",
            "s",
            target(percentile(0.99, BUCKET, by="http_route"), "{{http_route}}", exemplars=True),
            limits=steps(bad=0.1),
            colours=ROUTES,
            legend="right",
        ),
    ),
)

BEHIND = row(
    "By service: the gRPC calls behind the gateway",
    line(
        graph(
            "Calls by service",
            "gRPC calls a second that each service answers.",
            "reqps",
            target(f"sum by (job) (rate({ALL_CALLS}[$__rate_interval]))", "{{job}}"),
            stacked=True,
            colours=SERVICES,
        ),
        graph(
            "Failing by service",
            "Share of each service's calls that end in a failure of the service. Unknown cities and wrong questions "
            "are none.",
            "percentunit",
            target(share(FAILED_CALLS, ALL_CALLS, by="job"), "{{job}}"),
            limits=steps(0.001, 0.01),
            colours=SERVICES,
            most=0.02,
        ),
        graph(
            "Latency p99 by service",
            "99 of 100 calls take the service less, as it measures them itself.",
            "s",
            target(
                percentile(0.99, f"rpc_server_call_duration_seconds_bucket{{{OURS}}}", by="job"),
                "{{job}}",
                exemplars=True,
            ),
            colours=SERVICES,
        ),
    ),
)

ASKED = row(
    "What people look up",
    line(
        graph(
            "Names resolved by match",
            "Names and codes resolved a second, by why the place was chosen. Answers from the gateway's caches are "
            "not among them, nor what asks no geocoder by name: positions and zones.",
            "ops",
            target(f"sum by (match) (rate(citytime_resolutions_total{{{OURS}}}[$__rate_interval]))", "{{match}}"),
            stacked=True,
            colours=MATCHES,
        ),
        bars(
            "Matches in this time range",
            "The same as a sum over the time range of the dashboard.",
            "short",
            target(
                f"sort_desc(sum by (match) (increase(citytime_resolutions_total{{{OURS}}}[$__range])))",
                "{{match}}",
                now=True,
            ),
            colours=MATCHES,
            decimals=0,
        ),
        graph(
            "Look-ups without a place",
            "Share of `/{city}` and `/v1/time` that name no place we know (404), several under `strict` (300), or "
            "nothing that can be read (400). A step up after a release or a new gazetteer is a fault of ours.",
            "percentunit",
            target(share(f'{LOOKUPS}, http_response_status_code="404"}}', LOOKUPS + "}"), "unknown (404)"),
            target(share(f'{LOOKUPS}, http_response_status_code="300"}}', LOOKUPS + "}"), "ambiguous (300)"),
            target(share(f'{LOOKUPS}, http_response_status_code="400"}}', LOOKUPS + "}"), "unreadable (400)"),
            colours={"unknown (404)": "yellow", "ambiguous (300)": "blue", "unreadable (400)": "purple"},
        ),
    ),
)

FULL = row(
    "Saturation",
    line(
        graph(
            "CPU",
            "Cores that each process uses. A process serves on one core: above 90 % of it requests wait for each "
            "other.",
            "percentunit",
            target(f"rate(process_cpu_seconds_total{{{OURS}}}[$__rate_interval])", "{{job}} {{instance}}"),
            limits=steps(bad=0.9),
            most=1,
            colours=SERVICES,
            runbooks=("ServiceSaturated",),
        ),
        graph(
            "Memory",
            "Resident memory of each process.",
            "bytes",
            target(f"process_resident_memory_bytes{{{OURS}}}", "{{job}} {{instance}}"),
            colours=SERVICES,
        ),
        graph(
            "Open files",
            "Share of the file descriptors allowed that are open: connections, most of them.",
            "percentunit",
            target(f"process_open_fds{{{OURS}}} / process_max_fds{{{OURS}}}", "{{job}} {{instance}}"),
            limits=steps(bad=0.8),
            max=1,
            colours=SERVICES,
        ),
        height=7,
    ),
)

DASHBOARD = dashboard(
    "overview",
    "overview",
    "Requests, errors and durations by route and by service, what people look up, and what is full.",
    FIRST,
    BEHIND,
    ASKED,
    FULL,
    variables=(JOB, INSTANCE, ROUTE),
    annotations=(ALERTS, STARTS, DEPLOYS),
)

"""The objectives: what is left of the month's budgets, how fast they burn, and on what they are spent."""

from __future__ import annotations

import re

from .colours import BAD, NOTICE, ROUTES
from .layout import ALERTS, dashboard, line, row
from .panels import Json, graph, stat, steps, target

WINDOWS = {"5m": "5 min", "30m": "30 min", "1h": "1 h", "2h": "2 h", "6h": "6 h", "1d": "1 day", "3d": "3 days"}
COLOURS = {
    "5 min": "super-light-blue",
    "30 min": "light-blue",
    "1 h": "blue",
    "2 h": "light-purple",
    "6 h": "purple",
    "1 day": "light-yellow",
    "3 days": "dark-yellow",
}
RATES: Json = {
    "mode": "absolute",
    "steps": [
        {"color": "transparent", "value": None},
        {"color": "yellow", "value": 1},
        {"color": NOTICE, "value": 3},
        {"color": "semi-dark-orange", "value": 6},
        {"color": BAD, "value": 14.4},
    ],
}
"""The burn rates from which on alerts fire."""

FAILED = 'http_server_request_duration_seconds_count{job="gateway", http_response_status_code=~"5.."}'
ANSWERED = 'job="gateway", http_response_status_code!~"5..", http_route!="/v1/batch"'


def left(slo: str, title: str, what: str, runbook: str) -> Json:
    """The figure of what is left of an objective's budget."""
    return stat(
        title,
        f"What is left of the budget of 30 days: {what}. 100 % is untouched; below 0 the objective is missed.",
        "percentunit",
        target(f'job_slo:error_budget:remaining_ratio30d{{slo="{slo}"}}'),
        limits=steps(0.25, 0, low=True),
        decimals=1,
        runbooks=(runbook,),
    )


def kept(slo: str, title: str, what: str, objective: float) -> Json:
    """The figure of how good the last 30 days were."""
    return stat(
        title,
        f"Share of the requests of the last 30 days (or since measuring began) {what}.",
        "percentunit",
        target(f'1 - job_slo:bad_requests:ratio_rate30d{{slo="{slo}"}}'),
        limits=steps(bad=objective, low=True),
        decimals=2,
    )


def burn(slo: str, title: str, allowed: float, alert: str) -> Json:
    """How fast an objective's budget burns, over each window that an alert looks at."""
    return graph(
        title,
        "How many times faster than allowed the budget is spent, over windows of several lengths: at 1 it lasts 30 "
        "days. Pages: 14.4 over 1 h and 5 min, or 6 over 6 h and 30 min. Tickets: 3 over 1 day and 2 h, or 1 over 3 "
        "days and 6 h.",
        "none",
        *(
            target(f'job_slo:bad_requests:ratio_rate{window}{{slo="{slo}"}} / {allowed:g}', name)
            for window, name in WINDOWS.items()
        ),
        limits=RATES,
        colours=COLOURS,
        legend="right",
        most=20,
        symlog=True,
        runbooks=(f"{alert}Fast", f"{alert}Slow"),
    )


FIRST = row(
    "",
    line(
        left(
            "availability",
            "Availability budget left",
            "one request in a thousand may fail (5xx)",
            "ErrorBudgetBurnFast",
        ),
        left(
            "latency",
            "Latency budget left",
            "one answer in a hundred may take more than 100 ms",
            "LatencyBudgetBurnFast",
        ),
        kept("availability", "Available", "answered without a 5xx status; the objective is 99.9 %", 0.999),
        kept("latency", "Quick", "answered within 100 ms, batches aside; the objective is 99 %", 0.99),
        stat(
            "Alerts on objectives",
            "Burn-rate alerts that fire now.",
            "none",
            target('count(ALERTS{alertstate="firing", alertname=~"(Error|Latency)BudgetBurn.*"}) or vector(0)'),
            limits=steps(bad=1),
        ),
        stat(
            "Requests counted",
            "Requests a second that the objectives are about, over the last 5 minutes.",
            "reqps",
            target('sum(job_slo:requests:rate5m{slo="availability"})'),
        ),
        height=4,
    ),
    line(burn("availability", "Availability: burn rate", 0.001, "ErrorBudgetBurn"), height=9),
    line(burn("latency", "Latency: burn rate", 0.01, "LatencyBudgetBurn"), height=9),
)

SPENT = row(
    "What the budgets are spent on",
    line(
        graph(
            "Budgets left",
            "The course of what is left of both budgets.",
            "percentunit",
            target("job_slo:error_budget:remaining_ratio30d", "{{slo}}"),
            limits=steps(0.25, 0, low=True),
            signed=True,
            max=1,
            colours={"availability": "blue", "latency": "dark-purple"},
        ),
        graph(
            "Failures by route",
            "Requests a second answered with a 5xx status, by route and status: what the availability budget is "
            "spent on.",
            "reqps",
            target(
                f"sum by (http_route, http_response_status_code) (rate({FAILED}[$__rate_interval])) or vector(0)",
                "{{http_response_status_code}} {{http_route}}",
            ),
            stacked=True,
            colours={f"/ {re.escape(route)}$/": colour for route, colour in ROUTES.items()},
            overrides=[
                {
                    "matcher": {"id": "byName", "options": " "},
                    "properties": [{"id": "displayName", "value": "none"}, {"id": "custom.fillOpacity", "value": 0}],
                }
            ],
        ),
        graph(
            "Slow answers by route",
            "Answers a second that took more than 100 ms, by route: what the latency budget is spent on.",
            "reqps",
            target(
                "sum by (http_route) (rate(http_server_request_duration_seconds_count{"
                + ANSWERED
                + "}[$__rate_interval])) - sum by (http_route) (rate(http_server_request_duration_seconds_bucket{"
                + ANSWERED
                + ', le="0.1"}[$__rate_interval]))',
                "{{http_route}}",
            ),
            stacked=True,
            colours=ROUTES,
        ),
    ),
)

DASHBOARD = dashboard(
    "slo",
    "objectives",
    "Availability 99.9 % and latency 99 % under 100 ms, over 30 days: budgets, burn rates, and what spends them.",
    FIRST,
    SPENT,
    annotations=(ALERTS,),
    since="now-6h",
)

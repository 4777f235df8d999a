"""Geocoders, their breakers, caches and data: where names come from, and what happens when one is out."""

from __future__ import annotations

from .colours import BAD, CACHES, GOOD, OUTCOMES, RESULTS, SERVICES
from .layout import ALERTS, DEPLOYS, INSTANCE, JOB, STARTS, dashboard, line, row
from .panels import graph, stat, steps, table, target, timeline
from .queries import OURS, share

ASKED = f"citytime_geocoder_requests_total{{{OURS}"
FAILED = f'{ASKED}, outcome=~"timeout|error|rate_limited|open"}}'
CACHE = f"citytime_cache_requests_total{{{OURS}"
BREAKER = f"citytime_circuit_breaker_state{{{OURS}}}"
DAY = 86400

FIRST = row(
    "",
    line(
        stat(
            "Breakers open",
            "Circuit breakers that are open or half open: a dependency failed several times in a row and is left "
            "alone. One stays open until something next has a question for its dependency.",
            "none",
            target(f"count({BREAKER} > 0) or vector(0)"),
            limits=steps(bad=1),
            runbooks=("CircuitBreakerOpen",),
        ),
        stat(
            "Names found",
            "Share of the questions to geocoders that found a place.",
            "percentunit",
            target(share(f'{ASKED}, outcome="found"}}', f"{ASKED}}}")),
        ),
        stat(
            "Geocoders failing",
            "Share of the questions to geocoders that failed: too late, refused, broken, or kept back by the breaker.",
            "percentunit",
            target(share(FAILED, f"{ASKED}}}")),
            limits=steps(0.05, 0.25),
            decimals=1,
        ),
        stat(
            "Answered from cache",
            "Share of the gateway's cacheable answers that are given again without asking anything behind it.",
            "percentunit",
            target(share(f'{CACHE}, cache="answers", result="hit"}}', f'{CACHE}, cache="answers"}}')),
        ),
        stat(
            "Shared cache failing",
            "Share of look-ups in Valkey that it did not answer. 0 as well where no Valkey is set up.",
            "percentunit",
            target(
                share(f'{CACHE}, cache=~"valkey:.+", result="error"}}', f'{CACHE}, cache=~"valkey:.+"}}')
                + " or vector(0)"
            ),
            limits=steps(0.01, 0.1),
            decimals=1,
        ),
        stat(
            "Age of the gazetteer",
            "Time since the geo database was compiled, the oldest of all replicas.",
            "s",
            target(f"max(citytime_data_age_seconds{{{OURS}}} > 0)"),
            limits=steps(45 * DAY, 60 * DAY),
            decimals=1,
            runbooks=("DataTooOld",),
        ),
        height=4,
    ),
    line(
        timeline(
            "Circuit breakers",
            "The state of each dependency's breaker, by the service that asks: closed lets calls through, open "
            "answers in the dependency's place, half open lets one through to see.",
            {"0": ("closed", GOOD), "1": ("half open", "orange"), "2": ("open", BAD)},
            target(f"max by (job, dependency) ({BREAKER})", "{{job}} asks {{dependency}}"),
            runbooks=("CircuitBreakerOpen",),
        ),
        graph(
            "Questions by outcome",
            "Questions a second to each geocoder, by how they ended. `open` were never sent, since its breaker was "
            "open.",
            "reqps",
            target(f"sum by (geocoder, outcome) (rate({ASKED}}}[$__rate_interval]))", "{{geocoder}} {{outcome}}"),
            stacked=True,
            colours=OUTCOMES,
        ),
        graph(
            "Failing by geocoder",
            "Share of each geocoder's questions that failed.",
            "percentunit",
            target(share(FAILED, f"{ASKED}}}", by="geocoder"), "{{geocoder}}"),
            limits=steps(0.05, 0.25),
            colours=SERVICES,
            most=0.3,
            runbooks=("GeocoderUpstreamFailing",),
        ),
    ),
)

KEPT = row(
    "Caches",
    line(
        graph(
            "Hits by cache",
            "Share of look-ups that were answered: `answers` and `resolutions` are the gateway's, those named after "
            "a geocoder keep its answers in the process, `valkey:` keeps them for all replicas.",
            "percentunit",
            target(share(f'{CACHE}, result="hit"}}', f"{CACHE}}}", by="cache"), "{{cache}}"),
            max=1,
            colours=CACHES,
        ),
        graph(
            "Look-ups by cache",
            "Look-ups a second in each cache.",
            "ops",
            target(f"sum by (cache) (rate({CACHE}}}[$__rate_interval]))", "{{cache}}"),
            stacked=True,
            colours=CACHES,
        ),
        graph(
            "Valkey",
            "Look-ups a second in the cache that replicas share, by result. `error`: it could not be asked or told, "
            "and the geocoder was asked instead. Only where an online geocoder and a Valkey are set up.",
            "ops",
            target(f'sum by (result) (rate({CACHE}, cache=~"valkey:.+"}}[$__rate_interval]))', "{{result}}"),
            stacked=True,
            colours=RESULTS,
            runbooks=("SharedCacheOut",),
        ),
    ),
)

DATA = row(
    "Data",
    line(
        table(
            "Versions of the data",
            "What answers rest on, as the gateway tells it. More than one line: replicas differ, as they do during "
            "a rollout.",
            target(f"count by (tzdata, boundaries, gazetteer) (citytime_data_info{{{OURS}}})", rows=True),
            columns={"gazetteer": "Gazetteer", "tzdata": "tzdata", "boundaries": "Boundaries", "Value": "Replicas"},
            widths={"tzdata": 70, "Boundaries": 100, "Replicas": 80},
            runbooks=("DataMixed",),
        ),
        graph(
            "Age of the gazetteer by replica",
            "Time since the geo database was compiled; it falls when a new one is rolled out.",
            "s",
            target(f"citytime_data_age_seconds{{{OURS}}} > 0", "{{job}} {{instance}}"),
            colours=SERVICES,
        ),
        graph(
            "Places by source",
            "Places resolved a second, by the geocoder whose answer was taken.",
            "ops",
            target(f"sum by (source) (rate(citytime_resolutions_total{{{OURS}}}[$__rate_interval]))", "{{source}}"),
            stacked=True,
            colours=SERVICES,
        ),
        height=6,
    ),
)

DASHBOARD = dashboard(
    "geocoders",
    "geocoders and caches",
    "Outcomes of geocoders, circuit breakers, caches, and the versions and age of the data.",
    FIRST,
    KEPT,
    DATA,
    variables=(JOB, INSTANCE),
    annotations=(ALERTS, STARTS, DEPLOYS),
)

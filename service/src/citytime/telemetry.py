"""The metrics of citytime: one object that holds them all, made once a process and handed to what counts.

Names follow the OpenTelemetry semantic conventions in Prometheus form; ours begin with `citytime_`. No label takes
a value that a caller chooses, so the number of series does not depend on what is asked.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from citytime.domain import MatchKind

DURATION_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; 0.1 is the latency objective, the low ones resolve the cached path."""


class Metrics:
    """All metrics of one process, registered in `registry`."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.http_server_request_duration = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP requests, by route template.",
            ["http_request_method", "http_route", "http_response_status_code"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self.rpc_server_call_duration = Histogram(
            "rpc_server_call_duration_seconds",
            "Duration of gRPC calls answered, by method.",
            ["rpc_system_name", "rpc_method", "rpc_response_status_code"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self.rpc_client_call_duration = Histogram(
            "rpc_client_call_duration_seconds",
            "Duration of gRPC calls made, each try counted; the server's address is the dependency's name.",
            ["rpc_system_name", "rpc_method", "rpc_response_status_code", "server_address"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self.resolutions = Counter(
            "citytime_resolutions",
            "Places resolved, by the geocoder that answered and the kind of match.",
            ["source", "match"],
            registry=self.registry,
        )
        self.geocoder_requests = Counter(
            "citytime_geocoder_requests",
            "Questions put to a geocoder, by outcome: found, not_found, timeout, rate_limited, error, open.",
            ["geocoder", "outcome"],
            registry=self.registry,
        )
        self.cache_requests = Counter(
            "citytime_cache_requests",
            "Look-ups in a cache, by result: hit, miss; error where a shared cache could not be asked or told.",
            ["cache", "result"],
            registry=self.registry,
        )
        self.circuit_breaker_state = Gauge(
            "citytime_circuit_breaker_state",
            "State of a dependency's circuit breaker: 0 closed, 1 half open, 2 open.",
            ["dependency"],
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        self.data_info = Gauge(
            "citytime_data_info",
            "Versions of the data that answers rest on; always 1.",
            ["tzdata", "boundaries", "gazetteer"],
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        self.data_age = Gauge(
            "citytime_data_age_seconds",
            "Age of the compiled gazetteer.",
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        self.build_info = Gauge(
            "citytime_build_info",
            "Version of the program; always 1.",
            ["version", "python"],
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        for kind in MatchKind:
            self.resolutions.labels("gazetteer", kind.value)
        for outcome in ("found", "not_found"):
            self.geocoder_requests.labels("gazetteer", outcome)

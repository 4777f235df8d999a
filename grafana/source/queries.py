"""Queries that more than one dashboard asks. All rates are over `$__rate_interval`, four scrapes at least."""

from __future__ import annotations

from .panels import Json, target

OURS = 'job=~"$job", instance=~"$instance"'
"""Matchers of the services and replicas chosen."""

ALL_CALLS = f"rpc_server_call_duration_seconds_count{{{OURS}}}"

FAILURES = "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"
"""Statuses of gRPC that are the server's fault, by OpenTelemetry's semantic conventions."""

FAILED_CALLS = f'rpc_server_call_duration_seconds_count{{{OURS}, rpc_response_status_code=~"{FAILURES}"}}'


def up(matchers: str, by: str = "job") -> str:
    """1 if all targets can be scraped, else 0; that too where there are none left of those of the last hour: a service
    that has stopped is forgotten by DNS, and its targets are gone rather than down.
    """
    return f"(min by ({by}) (up{{{matchers}}}) or 0 * max by ({by}) (last_over_time(up{{{matchers}}}[1h])))"


def down(matchers: str, by: str = "job") -> str:
    """How many are not `up`."""
    return f"count({up(matchers, by)} == 0) or vector(0)"


def share(part: str, whole: str, by: str = "") -> str:
    """The share of one counter's rate in another's, 0 where nothing of the part was ever counted."""
    grouped = f"sum by ({by})" if by else "sum"
    total = f"{grouped} (rate({whole}[$__rate_interval]))"
    return f"({grouped} (rate({part}[$__rate_interval])) or 0 * {total}) / {total}"


def percentile(of: float, buckets: str, by: str = "") -> str:
    """Below what a share `of` the durations are, from the buckets of a histogram."""
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({of:g}, sum by ({labels}) (rate({buckets}[$__rate_interval])))"


def percentiles(buckets: str) -> list[Json]:
    """Three of them, the highest first, with exemplars once."""
    return [
        target(percentile(0.99, buckets), "p99", exemplars=True),
        target(percentile(0.95, buckets), "p95"),
        target(percentile(0.5, buckets), "p50"),
    ]

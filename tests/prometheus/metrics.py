"""The names of the metrics that there are: ours from the service itself, those of others as far as rules use them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from citytime.telemetry import Metrics

OTHERS = {
    "up",
    "ALERTS",
    # Blackbox exporter
    "probe_success",
    # Prometheus, Alertmanager
    "prometheus_config_last_reload_successful",
    "prometheus_rule_evaluation_failures_total",
    "alertmanager_config_last_reload_successful",
    "alertmanager_notifications_failed_total",
    # OpenTelemetry collector
    "otelcol_exporter_send_failed_spans",
    "otelcol_exporter_enqueue_failed_spans",
    # Node exporter
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    # Envoy
    "envoy_listener_ssl_certificate_expiration_unix_time_seconds",
    "envoy_cluster_ssl_certificate_expiration_unix_time_seconds",
    "envoy_listener_ssl_fail_verify_no_cert",
    "envoy_listener_ssl_fail_verify_error",
    "envoy_listener_ssl_fail_verify_san",
    "envoy_cluster_ssl_fail_verify_error",
    "envoy_cluster_ssl_fail_verify_san",
    "envoy_cluster_upstream_rq_pending_overflow",
    "envoy_cluster_upstream_cx_overflow",
    "envoy_cluster_upstream_rq_retry_overflow",
    "envoy_cluster_outlier_detection_ejections_active",
}
"""Seen at /metrics of the versions that the lab runs."""

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
_WORDS = {"and", "or", "unless", "by", "on", "offset"}


def ours() -> set[str]:
    """Names of the series that the service gives."""
    families: Iterator[Metric] = iter(Metrics().registry.collect())
    return {family.name + suffix for family in families for suffix in _SUFFIXES.get(family.type, ("",))}


def used(expression: str) -> set[str]:
    """Names of the series that an expression of PromQL asks for; what __name__ is matched with, as it stands there."""
    matched = set(re.findall(r'__name__=~"([^"]*)"', expression))
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|on) \([^)]*\)|\boffset \w+", " ", bare)
    found = re.findall(r"(?<![\w:.])([a-zA-Z_:][\w:]*)\b(?!\s*\()", bare)
    return matched | (set(found) - _WORDS)

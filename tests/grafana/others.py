"""Metrics of others that dashboards show, beside those that the rules use (tests/prometheus/metrics.py has them)."""

from __future__ import annotations

METRICS = {
    # Prometheus makes these of each scrape
    "scrape_duration_seconds",
    "scrape_samples_post_metric_relabeling",
    # Prometheus
    "prometheus_notifications_dropped_total",
    "prometheus_notifications_errors_total",
    "prometheus_notifications_sent_total",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_exemplar_exemplars_appended_total",
    "prometheus_tsdb_head_samples_appended_total",
    "prometheus_tsdb_head_series",
    "prometheus_tsdb_reloads_failures_total",
    "prometheus_tsdb_storage_blocks_bytes",
    "prometheus_tsdb_wal_corruptions_total",
    "prometheus_tsdb_wal_storage_size_bytes",
    "prometheus_tsdb_wal_writes_failed_total",
    # Alertmanager
    "alertmanager_alerts",
    "alertmanager_notifications_total",
    # Blackbox exporter
    "probe_duration_seconds",
    # OpenTelemetry collector
    "otelcol_exporter_queue_capacity",
    "otelcol_exporter_queue_size",
    "otelcol_exporter_sent_spans",
    "otelcol_receiver_accepted_spans",
    "otelcol_receiver_refused_spans",
    # Node exporter
    "node_cpu_seconds_total",
    "node_network_receive_bytes_total",
    "node_network_transmit_bytes_total",
    "node_uname_info",
    # Envoy
    "envoy_cluster_circuit_breakers_default_cx_open",
    "envoy_cluster_circuit_breakers_default_rq_open",
    "envoy_cluster_circuit_breakers_default_rq_pending_open",
    "envoy_cluster_upstream_cx_active",
    "envoy_cluster_upstream_cx_connect_fail",
    "envoy_cluster_upstream_rq_max_duration_reached",
    "envoy_cluster_upstream_rq_retry",
    "envoy_cluster_upstream_rq_retry_success",
    "envoy_cluster_upstream_rq_rx_reset",
    "envoy_cluster_upstream_rq_time_bucket",
    "envoy_cluster_upstream_rq_timeout",
    "envoy_cluster_upstream_rq_total",
    "envoy_http_downstream_rq_xx",
    "envoy_listener_ssl_connection_error",
    "envoy_listener_ssl_handshake",
    "envoy_server_memory_physical_size",
}
"""Seen at /metrics of the versions that the lab runs; `grafana.live` finds those that are gone."""

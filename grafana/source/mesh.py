"""The sidecars: who speaks to whom, over connections that both have proved who they are, and what the mesh takes on."""

from __future__ import annotations

from grafana.source.colours import BAD, GOOD, PERCENTILES, SERVICES, STATUSES
from grafana.source.layout import ALERTS, choice, dashboard, line, row
from grafana.source.panels import graph, stat, steps, table, target, timeline
from grafana.source.queries import percentile

SERVICE = choice("service", "Service", 'label_values(up{job="mesh"}, service)', "The service that the sidecar stands beside.")
SIDECAR = choice(
    "sidecar",
    "Sidecar",
    'label_values(up{job="mesh", service=~"$service"}, instance)',
    "Sidecars of the services chosen.",
    everything=".+",
)
OURS = 'job="mesh", service=~"$service", instance=~"$sidecar"'
OUT = f'{OURS}, envoy_cluster_name!~"service_.+"'
"""Calls to other services' sidecars, not to the service at home."""
DAY = 86400


def rate(metric: str, of: str = OURS, by: str = "service") -> str:
    """A counter's rate, summed by a label."""
    return f"sum by ({by}) (rate({metric}{{{of}}}[$__rate_interval]))"


REFUSED = " + ".join(
    f"sum(rate({metric}{{{OURS}}}[$__rate_interval]))"
    for metric in (
        "envoy_listener_ssl_connection_error",
        "envoy_listener_ssl_fail_verify_no_cert",
        "envoy_listener_ssl_fail_verify_san",
        "envoy_listener_ssl_fail_verify_error",
        "envoy_cluster_ssl_connection_error",
        "envoy_cluster_ssl_fail_verify_san",
        "envoy_cluster_ssl_fail_verify_error",
    )
)

FIRST = row(
    "",
    line(
        stat(
            "Sidecars down",
            "Sidecars that Prometheus cannot scrape. A service behind one is cut off.",
            "none",
            target(f"count(up{{{OURS}}} == 0) or vector(0)"),
            limits=steps(bad=1),
            runbooks=("SidecarDown",),
        ),
        stat(
            "First certificate expires in",
            "The shortest time that is left to any service's certificate. They are short-lived and renewed at half of "
            "their life, so a day is plenty and a third of it too little.",
            "s",
            target('min(service:mesh_certificate_left:seconds{service=~"$service"})'),
            limits=steps(DAY / 3, DAY / 12, low=True),
            decimals=1,
            runbooks=("CertificateNotRenewed", "CertificateExpired"),
        ),
        stat(
            "Handshakes refused",
            "TLS handshakes a second that failed: no certificate, one of a stranger, or one that is over.",
            "ops",
            target(REFUSED),
            limits=steps(0.01, 0.1),
            decimals=2,
            runbooks=("MeshHandshakesFailing",),
        ),
        stat(
            "Retried",
            "Share of the calls to other services that the sidecars tried again. The budget allows 20 %.",
            "percentunit",
            target(
                f"sum(rate(envoy_cluster_upstream_rq_retry{{{OUT}}}[$__rate_interval])) / "
                f"sum(rate(envoy_cluster_upstream_rq_total{{{OUT}}}[$__rate_interval]))"
            ),
            limits=steps(0.01, 0.1),
            decimals=2,
        ),
        stat(
            "Replicas put aside",
            "Replicas that sidecars ask nothing for the moment, since they failed several times in a row.",
            "none",
            target(f"sum(envoy_cluster_outlier_detection_ejections_active{{{OUT}}})"),
            limits=steps(bad=1),
            runbooks=("EndpointEjected",),
        ),
        stat(
            "Limits reached",
            "Clusters whose circuit breaker is open: as many requests or connections under way as the mesh lets through.",
            "none",
            target(
                f'sum({{__name__=~"envoy_cluster_circuit_breakers_default_(cx|rq|rq_pending)_open", {OURS}}})',
            ),
            limits=steps(bad=1),
            runbooks=("MeshLimitReached",),
        ),
        height=4,
    ),
    line(
        graph(
            "Calls from service to service",
            "Calls a second that sidecars send to other services'.",
            "reqps",
            target(
                rate("envoy_cluster_upstream_rq_total", OUT, "service, envoy_cluster_name") + " > 0",
                "{{service}} to {{envoy_cluster_name}}",
            ),
            stacked=True,
        ),
        graph(
            "Calls lost",
            "Calls a second that ended without an answer of the other service, by what went wrong. Failures that a service "
            "tells itself are on the dashboard of the services.",
            "reqps",
            target(f"sum(rate(envoy_cluster_upstream_rq_timeout{{{OUT}}}[$__rate_interval]))", "too late"),
            target(f"sum(rate(envoy_cluster_upstream_rq_max_duration_reached{{{OUT}}}[$__rate_interval]))", "deadline"),
            target(f"sum(rate(envoy_cluster_upstream_rq_rx_reset{{{OUT}}}[$__rate_interval]))", "reset"),
            target(f"sum(rate(envoy_cluster_upstream_cx_connect_fail{{{OUT}}}[$__rate_interval]))", "no connection"),
            target(f"sum(rate(envoy_cluster_upstream_rq_pending_overflow{{{OUT}}}[$__rate_interval]))", "over the limit"),
            colours={
                "too late": "semi-dark-red",
                "deadline": "light-red",
                "reset": "orange",
                "no connection": BAD,
                "over the limit": "dark-red",
            },
        ),
        graph(
            "Time to answer, from sidecar to sidecar",
            "Durations of the calls to other services, the network included, from buckets of milliseconds.",
            "ms",
            *(
                target(percentile(of, f"envoy_cluster_upstream_rq_time_bucket{{{OUT}}}"), f"p{of * 100:g}")
                for of in (0.99, 0.95, 0.5)
            ),
            colours=PERCENTILES,
        ),
    ),
)

TLS = row(
    "Mutual TLS",
    line(
        graph(
            "Handshakes",
            "Handshakes a second that succeeded, by the service called. Connections are long: many handshakes mean that they "
            "break.",
            "ops",
            target(rate("envoy_listener_ssl_handshake"), "{{service}}"),
            colours=SERVICES,
        ),
        graph(
            "Handshakes refused, by reason",
            "By the service called: no certificate, not one of our authority or over, not one of an allowed caller, other. "
            "By the caller: the called service could not prove who it is.",
            "ops",
            target(rate("envoy_listener_ssl_fail_verify_no_cert"), "{{service}}: no certificate"),
            target(rate("envoy_listener_ssl_fail_verify_error"), "{{service}}: certificate not valid"),
            target(rate("envoy_listener_ssl_fail_verify_san"), "{{service}}: caller not allowed"),
            target(rate("envoy_listener_ssl_connection_error"), "{{service}}: other"),
            target(
                f'sum by (service) (rate({{__name__=~"envoy_cluster_ssl_fail_verify_(san|error)", {OUT}}}[$__rate_interval]))',
                "{{service}} refused the other",
            ),
            runbooks=("MeshHandshakesFailing",),
        ),
        graph(
            "Certificates' time left",
            "Until each service's certificate expires: a saw that jumps up at half. One that goes on falling is not renewed.",
            "s",
            target('service:mesh_certificate_left:seconds{service=~"$service"}', "{{service}}"),
            colours=SERVICES,
            limits=steps(DAY / 3, DAY / 12, low=True),
            runbooks=("CertificateNotRenewed",),
        ),
    ),
)

CARE = row(
    "What the mesh takes on",
    line(
        graph(
            "Retries",
            "Second tries a second, how many of them succeeded, and how many the budget kept back.",
            "ops",
            target(f"sum(rate(envoy_cluster_upstream_rq_retry{{{OUT}}}[$__rate_interval]))", "tried again"),
            target(f"sum(rate(envoy_cluster_upstream_rq_retry_success{{{OUT}}}[$__rate_interval]))", "with success"),
            target(f"sum(rate(envoy_cluster_upstream_rq_retry_overflow{{{OUT}}}[$__rate_interval]))", "over the budget"),
            colours={"tried again": "blue", "with success": GOOD, "over the budget": BAD},
            runbooks=("MeshLimitReached",),
        ),
        graph(
            "Replicas put aside, by who asks",
            "Replicas that get no calls for some seconds (outlier detection), and those known.",
            "none",
            target(
                f"sum by (service, envoy_cluster_name) (envoy_cluster_outlier_detection_ejections_active{{{OUT}}})",
                "{{service}}: {{envoy_cluster_name}} aside",
            ),
            runbooks=("EndpointEjected",),
        ),
        timeline(
            "Circuit breakers of the mesh",
            "Whether as many requests are under way as the sidecar lets through; what comes then is refused at once.",
            {"0": ("within limits", GOOD), "1": ("full", BAD)},
            target(
                "max by (service, envoy_cluster_name) ("
                f'{{__name__=~"envoy_cluster_circuit_breakers_default_(cx|rq|rq_pending)_open", {OUT}}})',
                "{{service}} to {{envoy_cluster_name}}",
            ),
            runbooks=("MeshLimitReached",),
        ),
    ),
)

PROXY = row(
    "Sidecars",
    line(
        graph(
            "Requests coming in",
            "Requests a second that other sidecars bring, by class of HTTP status. gRPC's own statuses are 2xx here.",
            "reqps",
            target(
                'label_replace(sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{'
                + OURS
                + ', envoy_http_conn_manager_prefix="ingress"}[$__rate_interval])), '
                '"class", "${1}xx", "envoy_response_code_class", "(.+)")',
                "{{class}}",
            ),
            stacked=True,
            colours=STATUSES,
        ),
        graph(
            "Memory of the sidecars",
            "Memory that each Envoy holds.",
            "bytes",
            target(f"max by (service, instance) (envoy_server_memory_physical_size{{{OURS}}})", "{{service}} {{instance}}"),
        ),
        graph(
            "Connections between sidecars",
            "Connections that are open to other services' sidecars.",
            "none",
            target(
                f"sum by (service, envoy_cluster_name) (envoy_cluster_upstream_cx_active{{{OUT}}}) > 0",
                "{{service}} to {{envoy_cluster_name}}",
            ),
        ),
        table(
            "Certificates",
            "When each sidecar's certificates end: its own (identity), and the authority that it trusts (callers).",
            target(
                "max by (service, envoy_tls_certificate) "
                f"(envoy_listener_ssl_certificate_expiration_unix_time_seconds{{{OURS}}}) - time()",
                rows=True,
            ),
            columns={"service": "Sidecar of", "envoy_tls_certificate": "Certificate", "Value": "Expires in"},
            overrides=[
                {"matcher": {"id": "byName", "options": "Expires in"}, "properties": [{"id": "unit", "value": "s"}]}
            ],
        ),
    ),
)

DASHBOARD = dashboard(
    "mesh",
    "mesh",
    "Sidecars: mutual TLS and certificates, retries, replicas put aside, limits.",
    FIRST,
    TLS,
    CARE,
    PROXY,
    variables=(SERVICE, SIDECAR),
    annotations=(ALERTS,),
)

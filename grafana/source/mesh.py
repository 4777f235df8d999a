"""The sidecars: who speaks to whom, over connections that both have proved who they are, and what the mesh takes on."""

from __future__ import annotations

from .colours import ASKED, BAD, GOOD, PERCENTILES, SERVICES, STATUSES
from .layout import ALERTS, choice, dashboard, line, row
from .panels import graph, stat, steps, table, target, timeline
from .queries import down, percentile

SERVICE = choice(
    "service", "Service", 'label_values(up{job="mesh"}, service)', "The service that the sidecar stands beside."
)
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


def total(metric: str, of: str = OURS) -> str:
    """A counter's rate, summed over all sidecars chosen."""
    return f"sum(rate({metric}{{{of}}}[$__rate_interval]))"


REFUSED = " + ".join(
    total(metric)
    for metric in (
        "envoy_listener_ssl_connection_error",
        "envoy_listener_ssl_fail_verify_no_cert",
        "envoy_listener_ssl_fail_verify_san",
        "envoy_listener_ssl_fail_verify_error",
        "envoy_cluster_ssl_fail_verify_san",
        "envoy_cluster_ssl_fail_verify_error",
    )
)
USED = f"and on (instance, envoy_cluster_name) (envoy_cluster_upstream_rq_total{{{OUT}}} > 0)"
"""Of the ways that a sidecar knows, those that its service uses."""

FIRST = row(
    "",
    line(
        stat(
            "Sidecars down",
            "Services of which a sidecar cannot be scraped, or none is left. What stands behind it is cut off.",
            "none",
            target(down('job="mesh", service=~"$service"', by="service")),
            limits=steps(bad=1),
            runbooks=("SidecarDown",),
        ),
        stat(
            "Next certificate ends in",
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
                f"{total('envoy_cluster_upstream_rq_retry', OUT)} / {total('envoy_cluster_upstream_rq_total', OUT)}"
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
            "Clusters whose circuit breaker is open: as many requests or connections under way as the mesh lets "
            "through.",
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
            colours=ASKED,
        ),
        graph(
            "Calls lost",
            "Calls a second that ended without an answer of the other service, by what went wrong. Failures that a "
            "service tells itself are on the dashboard of the services.",
            "reqps",
            target(total("envoy_cluster_upstream_rq_timeout", OUT), "too late"),
            target(total("envoy_cluster_upstream_rq_max_duration_reached", OUT), "deadline"),
            target(total("envoy_cluster_upstream_rq_rx_reset", OUT), "reset"),
            target(total("envoy_cluster_upstream_cx_connect_fail", OUT), "no connection"),
            target(total("envoy_cluster_upstream_rq_pending_overflow", OUT), "over the limit"),
            colours={
                "too late": "semi-dark-red",
                "deadline": "light-red",
                "reset": "orange",
                "no connection": BAD,
                "over the limit": "dark-red",
            },
            most=1,
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
            "Handshakes a second that succeeded, by the service called. Connections are long: many handshakes mean "
            "that they break.",
            "ops",
            target(rate("envoy_listener_ssl_handshake"), "{{service}}"),
            colours=SERVICES,
            most=1,
        ),
        graph(
            "Handshakes refused, by reason",
            "A caller shows no certificate, one that is over or not of our authority, or one of somebody who may "
            "not call here; or the called service cannot prove who it is.",
            "ops",
            target(total("envoy_listener_ssl_fail_verify_no_cert"), "no certificate"),
            target(total("envoy_listener_ssl_fail_verify_error"), "not valid"),
            target(total("envoy_listener_ssl_fail_verify_san"), "not allowed"),
            target(total("envoy_listener_ssl_connection_error"), "broken off"),
            target(
                f"{total('envoy_cluster_ssl_fail_verify_san')} + {total('envoy_cluster_ssl_fail_verify_error')}",
                "wrong service",
            ),
            colours={
                "no certificate": "orange",
                "not valid": BAD,
                "not allowed": "semi-dark-red",
                "broken off": "yellow",
                "wrong service": "dark-red",
            },
            most=1,
            runbooks=("MeshHandshakesFailing",),
        ),
        graph(
            "Handshakes refused, by service called",
            "Handshakes a second that each service's sidecar refuses.",
            "ops",
            target(
                f"sum by (service) (rate(envoy_listener_ssl_fail_verify_no_cert{{{OURS}}}[$__rate_interval])"
                f" + rate(envoy_listener_ssl_fail_verify_san{{{OURS}}}[$__rate_interval])"
                f" + rate(envoy_listener_ssl_fail_verify_error{{{OURS}}}[$__rate_interval]))",
                "{{service}}",
            ),
            colours=SERVICES,
            most=1,
            runbooks=("MeshHandshakesFailing",),
        ),
        graph(
            "Certificates' time left",
            "Until each service's certificate expires: a saw that jumps up at half. One that goes on falling is not "
            "renewed.",
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
            target(total("envoy_cluster_upstream_rq_retry", OUT), "tried again"),
            target(total("envoy_cluster_upstream_rq_retry_success", OUT), "with success"),
            target(total("envoy_cluster_upstream_rq_retry_overflow", OUT), "over the budget"),
            colours={"tried again": "blue", "with success": GOOD, "over the budget": BAD},
            most=1,
            runbooks=("MeshLimitReached",),
        ),
        graph(
            "Replicas put aside, by who asks",
            "Replicas that get no calls for some seconds, since they failed several times in a row (outlier "
            "detection).",
            "none",
            target(
                "sum by (service, envoy_cluster_name) "
                f"(envoy_cluster_outlier_detection_ejections_active{{{OUT}}} {USED})",
                "{{service}} to {{envoy_cluster_name}}",
            ),
            colours=ASKED,
            most=2,
            runbooks=("EndpointEjected",),
        ),
        timeline(
            "Circuit breakers of the mesh",
            "Whether as many requests are under way as the sidecar lets through; what comes then is refused at once.",
            {"0": ("within limits", GOOD), "1": ("full", BAD)},
            target(
                "max by (service, envoy_cluster_name) ("
                f'{{__name__=~"envoy_cluster_circuit_breakers_default_(cx|rq|rq_pending)_open", {OUT}}} {USED})',
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
                "label_replace(sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{"
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
            target(f"envoy_server_memory_physical_size{{{OURS}}}", "{{service}} {{instance}}"),
            colours=SERVICES,
        ),
        graph(
            "Connections between sidecars",
            "Connections that are open to other services' sidecars.",
            "none",
            target(
                f"sum by (service, envoy_cluster_name) (envoy_cluster_upstream_cx_active{{{OUT}}}) > 0",
                "{{service}} to {{envoy_cluster_name}}",
            ),
            colours=ASKED,
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

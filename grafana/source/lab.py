"""What watches the services: scraping, rules, alerts on their way, traces on their way, and the machines below."""

from __future__ import annotations

from .colours import BAD, GOOD, JOBS, PROBES
from .layout import choice, dashboard, line, row
from .panels import graph, stat, steps, target, timeline
from .queries import down, up

TARGETS = choice("target_job", "Job", "label_values(up, job)", "What Prometheus scrapes.")
NODES = choice(
    "node", "Machine", "label_values(node_uname_info, instance)", "Machines with a node exporter.", everything=".+"
)
SCRAPED = 'job=~"$target_job"'
NODE = 'job="node", instance=~"$node"'
WIRE = f'{NODE}, device!~"lo|veth.*|br-.*|docker.*"'


def spans(name: str) -> str:
    """The rate of one of the collector's counters, whose names end in `_total` or not as it is set up."""
    return f'sum(rate({{__name__=~"otelcol_{name}(_total)?", job="collector"}}[$__rate_interval]))'


FIRST = row(
    "",
    line(
        stat(
            "Jobs down",
            "Jobs chosen of which a target cannot be scraped, or none is left.",
            "none",
            target(down(SCRAPED)),
            limits=steps(bad=1),
            runbooks=("TargetDown",),
        ),
        stat(
            "Rules failing",
            "Evaluations of rules that failed within the time range: alerts among them would not fire.",
            "none",
            target("sum(increase(prometheus_rule_evaluation_failures_total[$__range]))", now=True),
            limits=steps(bad=1),
            sparkline=False,
            decimals=0,
            runbooks=("PrometheusRuleFailures",),
        ),
        stat(
            "Notifications failing",
            "Notifications that Alertmanager could not deliver within the time range.",
            "none",
            target("sum(increase(alertmanager_notifications_failed_total[$__range]))", now=True),
            limits=steps(bad=1),
            sparkline=False,
            decimals=0,
            runbooks=("AlertmanagerNotificationsFailing",),
        ),
        stat(
            "Configurations refused",
            "Of Prometheus and Alertmanager: the file is wrong, and the one before it is still in use.",
            "none",
            target(
                "count(prometheus_config_last_reload_successful == 0 "
                "or alertmanager_config_last_reload_successful == 0) or vector(0)"
            ),
            limits=steps(bad=1),
            runbooks=("PrometheusConfigReloadFailed", "AlertmanagerConfigReloadFailed"),
        ),
        stat(
            "Spans lost",
            "Share of the spans that the collector got and did not hand on.",
            "percentunit",
            target(
                f"(({spans('exporter_send_failed_spans')} or vector(0)) + ({spans('exporter_enqueue_failed_spans')} or "
                f"vector(0))) / {spans('receiver_accepted_spans')}"
            ),
            limits=steps(0.001, 0.01),
            noValue="no spans",
            runbooks=("TracesNotExported",),
        ),
        stat(
            "Fullest disk",
            "Share of the space that is taken on the fullest file system of the machines chosen.",
            "percentunit",
            target('1 - min(instance_mountpoint:node_filesystem_avail:ratio{instance=~"$node"})'),
            limits=steps(0.8, 0.95),
            decimals=0,
            runbooks=("NodeDiskFilling", "NodeDiskFull"),
        ),
        height=4,
    ),
    line(
        timeline(
            "Targets",
            "Each job's targets: up if all of them can be scraped.",
            {"0": ("down", BAD), "1": ("up", GOOD)},
            target(up(SCRAPED), "{{job}}"),
            runbooks=("TargetDown",),
        ),
        timeline(
            "Probes",
            "Questions that a prober asks from outside, as callers do: is there a right answer?",
            {"0": ("failing", BAD), "1": ("ok", GOOD)},
            target('min by (probe) (probe_success{job="blackbox"})', "{{probe}}"),
            runbooks=("ProbeFailing",),
        ),
        graph(
            "Duration of probes",
            "How long the prober waits for its answers.",
            "s",
            target('max by (probe) (probe_duration_seconds{job="blackbox"})', "{{probe}}"),
            colours=PROBES,
        ),
        height=9,
    ),
)

PROMETHEUS = row(
    "Prometheus",
    line(
        graph(
            "Scrape durations",
            "The slowest target of each job. A scrape is given up after 10 s.",
            "s",
            target(f"max by (job) (scrape_duration_seconds{{{SCRAPED}}})", "{{job}}"),
            colours=JOBS,
        ),
        graph(
            "Samples a scrape",
            "How much each job tells at a time. A step up is a metric with too many labels.",
            "short",
            target(f"sum by (job) (scrape_samples_post_metric_relabeling{{{SCRAPED}}})", "{{job}}"),
            stacked=True,
            colours=JOBS,
        ),
        graph(
            "Series in memory",
            "Series that Prometheus holds in its head block; its memory goes with them.",
            "short",
            target("prometheus_tsdb_head_series", "{{instance}}"),
        ),
    ),
    line(
        graph(
            "Duration of rule groups",
            "How long each group of rules takes to evaluate. It must stay well below the interval of 15 s.",
            "s",
            target(
                'label_replace(prometheus_rule_group_last_duration_seconds, "group", "$1", "rule_group", ".*;(.+)")',
                "{{group}}",
            ),
        ),
        graph(
            "Samples taken in",
            "Samples a second that Prometheus writes. Falling to nothing: its disk may be full.",
            "wps",
            target("rate(prometheus_tsdb_head_samples_appended_total[$__rate_interval])", "{{instance}} {{type}}"),
            runbooks=("PrometheusNotIngesting",),
        ),
        graph(
            "Storage",
            "Disk space of Prometheus' data: blocks that are written for good, and the log of what is not yet.",
            "bytes",
            target("prometheus_tsdb_storage_blocks_bytes", "blocks"),
            target("prometheus_tsdb_wal_storage_size_bytes", "log"),
            stacked=True,
            colours={"blocks": "blue", "log": "yellow"},
        ),
        graph(
            "Trouble with storage",
            "Failures within each interval: writes, compactions, reloads of blocks, a broken log.",
            "none",
            target("increase(prometheus_tsdb_wal_writes_failed_total[$__rate_interval])", "writes"),
            target("increase(prometheus_tsdb_compactions_failed_total[$__rate_interval])", "compactions"),
            target("increase(prometheus_tsdb_reloads_failures_total[$__rate_interval])", "reloads"),
            target("increase(prometheus_tsdb_wal_corruptions_total[$__rate_interval])", "broken log"),
            colours={"writes": BAD, "compactions": "semi-dark-red", "reloads": "orange", "broken log": "dark-red"},
            most=1,
            runbooks=("PrometheusNotIngesting",),
        ),
    ),
)

ALERTING = row(
    "Alerts on their way",
    line(
        graph(
            "Alerts that fire",
            "Alerts that Prometheus finds true, by severity. `info` has the watchdog, which always fires.",
            "none",
            target('count by (severity) (ALERTS{alertstate="firing"})', "{{severity}}"),
            stacked=True,
            colours={"page": BAD, "ticket": "orange", "info": "blue"},
        ),
        graph(
            "From Prometheus to Alertmanager",
            "Alerts a second that Prometheus sends, and those it could not.",
            "ops",
            target("sum(rate(prometheus_notifications_sent_total[$__rate_interval]))", "sent"),
            target("sum(rate(prometheus_notifications_errors_total[$__rate_interval]))", "failed"),
            target("sum(rate(prometheus_notifications_dropped_total[$__rate_interval]))", "dropped"),
            colours={"sent": GOOD, "failed": BAD, "dropped": "dark-red"},
            most=1,
        ),
        graph(
            "From Alertmanager to people",
            "Notifications a minute: mails and what else is set up, and those that could not be delivered.",
            "opm",
            target("60 * sum(rate(alertmanager_notifications_total[$__rate_interval]))", "sent"),
            target("60 * sum(rate(alertmanager_notifications_failed_total[$__rate_interval]))", "failed"),
            colours={"sent": GOOD, "failed": BAD},
            most=1,
            runbooks=("AlertmanagerNotificationsFailing",),
        ),
        graph(
            "Alerts in Alertmanager",
            "Active ones notify; suppressed ones are silenced, or follow from another that notifies already.",
            "none",
            target("sum by (state) (alertmanager_alerts)", "{{state}}"),
            stacked=True,
            colours={"active": BAD, "suppressed": "yellow", "unprocessed": "blue"},
        ),
    ),
)

TRACES = row(
    "Traces on their way",
    line(
        graph(
            "Spans",
            "Spans a second that the collector takes, refuses (its memory is full), hands on and loses.",
            "ops",
            target(spans("receiver_accepted_spans"), "taken"),
            target(spans("receiver_refused_spans"), "refused"),
            target(spans("exporter_sent_spans"), "handed on"),
            target(f"{spans('exporter_send_failed_spans')} or vector(0)", "lost"),
            colours={"taken": "blue", "refused": "orange", "handed on": GOOD, "lost": BAD},
            runbooks=("TracesNotExported",),
        ),
        graph(
            "Queue of the collector",
            "How full the queue before Jaeger is. When it is, spans are lost.",
            "percentunit",
            target(
                'otelcol_exporter_queue_size{job="collector"} / otelcol_exporter_queue_capacity{job="collector"}',
                "{{exporter}}",
            ),
            limits=steps(0.5, 0.9),
            max=1,
        ),
        graph(
            "Exemplars",
            "Exemplars a second that Prometheus takes: the dots in latency graphs that lead to traces.",
            "ops",
            target("rate(prometheus_tsdb_exemplar_exemplars_appended_total[$__rate_interval])", "{{instance}}"),
        ),
        height=7,
    ),
)

MACHINES = row(
    "Machines",
    line(
        graph(
            "CPU of machines",
            "Share of all cores that is busy.",
            "percentunit",
            target(
                f'1 - avg by (instance) (rate(node_cpu_seconds_total{{{NODE}, mode="idle"}}[$__rate_interval]))',
                "{{instance}}",
            ),
            limits=steps(0.8, 0.95),
            max=1,
        ),
        graph(
            "Memory of machines",
            "Share of the memory that is taken and cannot be given back.",
            "percentunit",
            target(
                f"1 - node_memory_MemAvailable_bytes{{{NODE}}} / node_memory_MemTotal_bytes{{{NODE}}}", "{{instance}}"
            ),
            limits=steps(0.85, 0.95),
            max=1,
            runbooks=("NodeMemoryLow",),
        ),
        graph(
            "Disks of machines",
            "Share of the space that is taken on each file system.",
            "percentunit",
            target(
                '1 - instance_mountpoint:node_filesystem_avail:ratio{instance=~"$node"}', "{{instance}} {{mountpoint}}"
            ),
            limits=steps(0.8, 0.95),
            max=1,
            runbooks=("NodeDiskFilling",),
        ),
        graph(
            "Network of machines",
            "Bytes a second in and out over all devices but the loopback and containers' own.",
            "Bps",
            target(
                f"sum by (instance) (rate(node_network_receive_bytes_total{{{WIRE}}}[$__rate_interval]))",
                "{{instance}} in",
            ),
            target(
                f"sum by (instance) (rate(node_network_transmit_bytes_total{{{WIRE}}}[$__rate_interval]))",
                "{{instance}} out",
            ),
        ),
    ),
)

DASHBOARD = dashboard(
    "lab",
    "monitoring itself",
    "Scraping, probes, rules, alerts and traces on their way, and the machines.",
    FIRST,
    PROMETHEUS,
    ALERTING,
    TRACES,
    MACHINES,
    variables=(TARGETS, NODES),
)

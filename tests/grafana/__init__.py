"""The dashboards of grafana/, held against what there is: metrics, rules, runbooks, Grafana's own schema."""

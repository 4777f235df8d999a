"""The dashboards of grafana/, held against what there is: metrics, rules, runbooks, datasources, Grafana's own schema."""

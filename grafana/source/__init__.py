"""Where the dashboards come from: `python -m source` here writes `grafana/dashboards/*.json`.

A dashboard is a list of rows, a row a list of lines, a line a list of panels that share its width; `panels.py` has the
kinds of panels with everything that is the same in all of them, `colours.py` what a name's colour is. What is
particular to a dashboard, its questions and their queries, is in the module of its name.
"""

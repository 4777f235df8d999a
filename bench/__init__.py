"""Benchmarks of citytime beside a bare Tornado handler and a gin server: `python -m bench`, or `make bench`."""

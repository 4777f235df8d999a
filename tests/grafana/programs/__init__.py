"""Tests that need more than Python: `make test-grafana` says what."""

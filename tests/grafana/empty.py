"""Queries that rightly find nothing on a healthy system, and what they must be seen to find when it is not.

Everything else has to have data wherever all parts run and are asked something: what can honestly be 0 says 0.
"""

from __future__ import annotations

from typing import NamedTuple


class Empty(NamedTuple):
    """A panel that may be empty: the reason, and series (with values at the end of a quarter of an hour) that fill it.

    A series' value is what it has grown to since the beginning if its name is a counter's, else it is always that.
    """

    dashboard: str
    panel: str
    reason: str
    series: tuple[str, ...]


EMPTY = (
    Empty(
        "citytime-overview",
        "Firing alerts",
        "a list of what is wrong; when nothing is, the figure above it says 0",
        ('ALERTS{alertname="ServiceDown",alertstate="firing",severity="page",service="geocoder",job="geocoder"} 1',),
    ),
    Empty(
        "citytime-geocoders",
        "Valkey",
        "only where an online geocoder is set up, whose answers are what Valkey keeps",
        (
            'citytime_build_info{job="geocoder",instance="g:8081",version="1",python="3"} 1',
            'citytime_cache_requests_total{job="geocoder",instance="g:8081",cache="valkey:x",result="error"} 90',
        ),
    ),
)

"""What a scrape shows of what was asked: routes by template, and no more series than there are kinds of answers."""

from __future__ import annotations

import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from citytime.gateway.http import UNMATCHED
from citytime.gateway.routes import ROUTES
from tests.gateway.interface.client import Client
from tests.instance import Instance

DURATION = "http_server_request_duration_seconds_count"


def series(service: Instance) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The value of each series, by its name and labels."""
    with urllib.request.urlopen(f"{service.admin_url}/metrics") as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_series_do_not_grow_with_what_is_asked(service: Instance, client: Client) -> None:
    def ask(n: int) -> None:
        client.get(f"/lisbon{n}")
        client.get(f"/{n % 80}.{n},{n}.5")
        client.get(f"/v1/nothing/{n}")
        client.get(f"/v1/places/geonames:{n}")
        client.get(f"/v1/zones/Europe/{n}")
        client.get(f"/lisbon?at={n}")
        client.request(f"M{n}", "/lisbon")
        client.get("/v1/places", q=f"x{n}")

    ask(1)
    ask(2267057)
    before = series(service)
    for n in range(100, 150):
        ask(n)
    assert set(series(service)) == set(before)


def test_labels_are_route_templates_methods_and_statuses(service: Instance, client: Client) -> None:
    client.get("/lisbon")
    client.get("/static/nothing")
    templates = {route.template for route in ROUTES} | {UNMATCHED}
    seen = [dict(labels) for name, labels in series(service) if name == DURATION]
    assert {labels["http_route"] for labels in seen} <= templates
    assert {"/{city}", UNMATCHED} <= {labels["http_route"] for labels in seen}
    assert all(100 <= int(labels["http_response_status_code"]) < 600 for labels in seen)


def test_a_request_is_counted_where_it_belongs(service: Instance, client: Client) -> None:
    labels = (("http_request_method", "GET"), ("http_response_status_code", "200"), ("http_route", "/v1/zones/{zone}"))
    before = series(service).get((DURATION, labels), 0.0)
    client.get("/v1/zones/Europe/Lisbon")
    assert series(service)[DURATION, labels] == before + 1


def test_hits_of_the_cache_are_counted(service: Instance, client: Client) -> None:
    hits = ("citytime_cache_requests_total", (("cache", "answers"), ("result", "hit")))
    client.get("/madrid")
    before = series(service)[hits]
    client.get("/madrid")
    assert series(service)[hits] == before + 1


def test_versions_of_the_data_are_told(service: Instance, client: Client) -> None:
    data = client.time("/lisbon")["data"]
    assert series(service)["citytime_data_info", tuple(sorted(data.items()))] == 1

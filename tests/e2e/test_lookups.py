"""Look-ups through the gateway, its sidecar, and all that is behind them."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPResponse

import pytest

from drills import lab


def ask(target: str, body: bytes | None = None, accept: str = "application/json") -> HTTPResponse:
    headers = {"Accept": accept} | ({"Content-Type": "application/json"} if body else {})
    url = f"http://{lab.gateway()}{urllib.parse.quote(target, safe='/?=&,:.-')}"
    answer: HTTPResponse = urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10)
    return answer


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("/lisbon", "Europe/Lisbon"),
        ("/東京", "Asia/Tokyo"),
        ("/paris,texas", "America/Chicago"),
        ("/lisbn", "Europe/Lisbon"),
        ("/Europe/Lisbon", "Europe/Lisbon"),
        ("/iata:LIS", "Europe/Lisbon"),
        ("/-33.87,151.21", "Australia/Sydney"),
        ("/gotham-upon-thames", "Europe/London"),  # which only the online geocoder knows
    ],
)
def test_a_city_has_its_zone(target: str, zone: str) -> None:
    with ask(target) as answer:
        assert json.load(answer)["timezone"] == zone


def test_a_batch_is_answered_in_order() -> None:
    with ask("/v1/batch", json.dumps({"queries": ["lisbon", "tokyo"]}).encode()) as answer:
        zones = [one["answer"]["timezone"] for one in json.load(answer)["results"]]
    assert zones == ["Europe/Lisbon", "Asia/Tokyo"]


def test_an_unknown_city_is_not_found() -> None:
    with pytest.raises(urllib.error.HTTPError) as failed:
        ask("/qwertzuiopqwertz")
    assert failed.value.code == 404
    failed.value.close()


@pytest.mark.parametrize(("target", "start"), [("/homersimpson", b""), ("/oslo.png", b"\x89PNG")])
def test_pictures(target: str, start: bytes) -> None:
    with ask(target, accept="image/*") as answer:
        assert answer.headers["Content-Type"].startswith("image/")
        assert answer.read().startswith(start)


def test_the_admin_port_is_not_published() -> None:
    with pytest.raises(lab.LabError):
        lab.shell("docker compose port gateway-mesh 8081")

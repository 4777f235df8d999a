"""The mix of requests: right shares, real names, and requests that the service understands."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import pytest

from citytime.gateway.routes import POSTCARD, ROUTES

sys.path.insert(0, str(Path(__file__).parents[2] / "load"))
import mix

SEED = 7
DRAWN = 20_000


@pytest.fixture(scope="module")
def cities() -> list[mix.City]:
    return mix.read_cities()


@pytest.fixture(scope="module")
def asks(cities: list[mix.City]) -> list[mix.Ask]:
    supply = mix.Mix(cities, SEED)
    return [supply.draw() for _ in range(DRAWN)]


def test_the_same_seed_gives_the_same_requests(cities: list[mix.City]) -> None:
    one, other = mix.Mix(cities, SEED), mix.Mix(cities, SEED)
    assert [one.draw() for _ in range(200)] == [other.draw() for _ in range(200)]


def test_the_shares_add_up_and_are_kept(asks: list[mix.Ask]) -> None:
    assert sum(mix.SHARES.values()) == pytest.approx(100)
    kinds = Counter(ask.kind for ask in asks)
    assert len(kinds) == len(mix.SHARES)
    assert kinds["name"] / DRAWN == pytest.approx(0.46, abs=0.02)
    assert kinds["misspelt"] / DRAWN == pytest.approx(0.06, abs=0.01)


def test_popularity_follows_zipf(cities: list[mix.City], asks: list[mix.Ask]) -> None:
    names = Counter(unquote(ask.target[1:]) for ask in asks if ask.kind == "name")
    assert names[cities[0].name] > 1.4 * names[cities[2].name] > 1.4 * names[cities[20].name]
    assert len(names) > 1500


def test_cities_are_real_and_named_in_several_scripts(cities: list[mix.City], asks: list[mix.Ask]) -> None:
    assert len(cities) == 1000
    assert {city.zone for city in cities} <= available_timezones()
    assert all(abs(city.latitude) <= 90 and abs(city.longitude) <= 180 for city in cities)
    shanghai = next(city for city in cities if city.name == "Shanghai")
    assert (shanghai.latitude, shanghai.longitude) == pytest.approx((31.2, 121.5), abs=0.1)
    names = "".join(unquote(ask.target) for ask in asks if ask.kind == "name")
    for script in ["А-я", "ぁ-ヿ", "一-鿿", "\u0600-ۿ", "א-ת", "α-ω", "ऀ-ॿ", "가-\ud7af", "ก-๛", "ა-ჿ", "ա-և"]:
        assert re.search(f"[{script}]", names), script


def test_every_route_that_reads_places_is_asked(asks: list[mix.Ask]) -> None:
    def matches(template: str, path: str) -> bool:
        return bool(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+(?:/[^/]+)*", template), path))

    paths = {(("POST" if ask.body else "GET"), urlsplit(ask.target).path) for ask in asks}
    for route in (*ROUTES, POSTCARD):
        if route.template in {"/", "/docs", "/openapi.json", "/robots.txt", "/favicon.ico", "/v1/zones"}:
            continue  # neither caches nor other services have a part in these
        if route.template in {"/v1/places/{id}", "/v1/images/random"}:
            continue  # the same work as a code, and as /homersimpson
        assert any(method == route.method and matches(route.template, path) for method, path in paths), route.template


def test_targets_are_plain_ascii(asks: list[mix.Ask]) -> None:
    assert all(ask.target.isascii() and " " not in ask.target and ask.target[0] == "/" for ask in asks)

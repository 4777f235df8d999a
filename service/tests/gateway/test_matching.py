from __future__ import annotations

import pytest

from citytime.gateway.matching import match
from citytime.gateway.routes import RESERVED, ROUTES


def matched(path: str) -> tuple[str, str] | None:
    target = match(path)
    return None if target is None else (target.route.template, target.text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/lisbon", "lisbon"),
        ("/lisbon/", "lisbon"),
        ("/Europe/Lisbon", "Europe/Lisbon"),
        ("/Europe%2FLisbon", "Europe/Lisbon"),
        ("/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/38.72,-9.14", "38.72,-9.14"),
        ("/S%C3%A3o%20Paulo", "São Paulo"),
        ("/S%c3%a3o+Paulo", "São+Paulo"),
        ("/%E6%9D%B1%E4%BA%AC", "東京"),
        ("/iata:LIS", "iata:LIS"),
        ("/a%2Fb", "a/b"),
        ("/%2525", "%25"),
        ("/%FF", "\ufffd"),
        ("/%C0%AF", "\ufffd\ufffd"),
        ("/%ED%A0%80", "\ufffd\ufffd\ufffd"),
        ("/%", "%"),
        ("/%00", "\x00"),
        ("/../etc/passwd", "../etc/passwd"),
        ("/v1.", "v1."),
        ("/v12", "v12"),
        ("/docsville", "docsville"),
        ("/%20", " "),
    ],
)
def test_what_is_no_route_is_a_city(path: str, text: str) -> None:
    assert matched(path) == ("/{city}", text)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", ("/", "")),
        ("/docs", ("/docs", "")),
        ("/docs/", ("/docs", "")),
        ("/openapi.json", ("/openapi.json", "")),
        ("/v1/time", ("/v1/time", "")),
        ("/v1/places", ("/v1/places", "")),
        ("/v1/places/", ("/v1/places", "")),
        ("/v1/places/geonames:2267057", ("/v1/places/{id}", "geonames:2267057")),
        ("/v1/places/zone:Atlantic/Azores", ("/v1/places/{id}", "zone:Atlantic/Azores")),
        ("/v1/zones/Europe/Lisbon/", ("/v1/zones/{zone}", "Europe/Lisbon")),
        ("/v1/zones/%2F", ("/v1/zones/{zone}", "")),
        ("/v1/batch", ("/v1/batch", "")),
        ("/homersimpson", ("/homersimpson", "")),
        ("/v1/images/random", ("/v1/images/random", "")),
        ("/lisbon.png", ("/{city}.png", "lisbon")),
        ("/Europe/Lisbon.png", ("/{city}.png", "Europe/Lisbon")),
        ("/38.72,-9.14.png", ("/{city}.png", "38.72,-9.14")),
        ("/%E6%9D%B1%E4%BA%AC%2Epng/", ("/{city}.png", "東京")),
        ("/docs.png", ("/{city}.png", "docs")),
        ("/.png", ("/{city}", ".png")),
    ],
)
def test_fixed_routes_and_those_with_a_variable(path: str, found: tuple[str, str]) -> None:
    assert matched(path) == found


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{name}/nothing" for name in RESERVED),
        "/v1",
        "/v1/",
        "/V1/time",
        "/%76%31/time",
        "/DOCS",
        "/static/a.css",
        "/v1/images",
        "/v1/images.png",
        "//",
        "///",
        "/%2F",
        "/v1/../lisbon",
    ],
)
def test_reserved_segments_are_never_cities(path: str) -> None:
    assert matched(path) is None


def test_methods_that_a_path_takes() -> None:
    allowed = {route.name: target.allowed for route in ROUTES if (target := match(route.template.replace("{", "x")))}
    assert allowed["time"] == allowed["home"] == ("GET", "HEAD", "OPTIONS")
    assert allowed["batch"] == ("POST", "OPTIONS")

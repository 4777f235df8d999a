"""Pictures as responses, on fakes: headers, conditions, ranges, and what happens when the images are out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.dependencies import FakeGeocoder
from tests.fakes.images import CARD, PNG, SVG, AbsentImages, FakeImages
from tests.gateway.live import Live, live

NOON = datetime(2026, 7, 1, 12, 0, 20, tzinfo=UTC).timestamp()


def on_fakes(scenario: Callable[[Live], Awaitable[None]], images: FakeImages | None = None) -> None:
    async def run() -> None:
        async with live(FakeGeocoder(), now=FakeClock(NOON), images=images or FakeImages()) as gateway:
            await scenario(gateway)

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/homersimpson", "/v1/images/random"])
def test_a_random_picture_is_not_to_be_kept_nor_had_in_parts(path: str) -> None:
    async def scenario(gateway: Live) -> None:
        answer = await gateway.get(path, "Range: bytes=0-9", "Accept: application/json")
        assert (answer.status, answer.body) == (200, PNG.content)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["etag"] == '"png-tag"'
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["accept-ranges"] == "none"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"

    on_fakes(scenario)


def test_a_seed_goes_to_the_images_and_its_picture_may_be_kept() -> None:
    images = FakeImages()

    async def scenario(gateway: Live) -> None:
        answer = await gateway.get("/homersimpson?seed=a%20b")
        assert answer.headers["cache-control"] == "public, max-age=300, must-revalidate"
        assert answer.headers["accept-ranges"] == "bytes"
        assert images.seeds == ["a b"]
        assert (await gateway.get("/homersimpson?seed=")).status == 400
        assert (await gateway.get(f"/homersimpson?seed={'x' * 201}")).status == 400

    on_fakes(scenario, images)


def test_who_has_the_picture_gets_304_with_what_may_have_changed() -> None:
    async def scenario(gateway: Live) -> None:
        answer = await gateway.get("/homersimpson?seed=x", 'If-None-Match: W/"png-tag"')
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == '"png-tag"'
        assert answer.headers["cache-control"] == "public, max-age=300, must-revalidate"
        assert "content-type" not in answer.headers
        assert "content-length" not in answer.headers

    on_fakes(scenario)


def test_parts_of_a_picture() -> None:
    async def scenario(gateway: Live) -> None:
        target = "/v1/images/random?seed=x"
        part = await gateway.get(target, "Range: bytes=10-19", 'If-Range: "png-tag"')
        assert (part.status, part.body) == (206, PNG.content[10:20])
        assert part.headers["content-range"] == "bytes 10-19/1024"
        assert part.headers["content-length"] == "10"
        beyond = await gateway.get(target, "Range: bytes=1024-")
        assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */1024")
        assert beyond.json["type"] == "urn:citytime:problem:range-not-satisfiable"
        gone = await gateway.get(target, 'If-Match: "other"')
        assert (gone.status, gone.json["type"]) == (412, "urn:citytime:problem:precondition-failed")

    on_fakes(scenario)


def test_head_is_get_without_the_body_and_knows_no_ranges() -> None:
    async def scenario(gateway: Live) -> None:
        whole = await gateway.get("/homersimpson?seed=x", method="GET")
        head = await gateway.get("/homersimpson?seed=x", "Range: bytes=0-9", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}
        assert (await gateway.get("/homersimpson?seed=x", "Range: bytes=9999-", method="HEAD")).status == 200
        assert (await gateway.get("/homersimpson?seed=x", 'If-None-Match: "png-tag"', method="HEAD")).status == 304

    on_fakes(scenario)


def test_an_svg_may_neither_run_nor_load_anything() -> None:
    async def scenario(gateway: Live) -> None:
        svg = await gateway.get("/homersimpson?seed=svg")
        assert (svg.headers["content-type"], svg.body) == ("image/svg+xml", SVG.content)
        policy = svg.headers["content-security-policy"]
        assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert "content-security-policy" not in (await gateway.get("/homersimpson")).headers

    on_fakes(scenario)


@pytest.mark.parametrize(
    ("target", "accept"),
    [
        ("/lisbon.png", ""),
        ("/lisbon.png", "text/html"),
        ("/lisbon", "image/png"),
        ("/lisbon", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
        ("/lisbon?format=png", "text/html"),
        ("/v1/time?city=lisbon", "image/png"),
        ("/v1/time?city=lisbon&format=png", ""),
    ],
)
def test_a_postcard_is_good_until_the_next_minute(target: str, accept: str) -> None:
    async def scenario(gateway: Live) -> None:
        for _ in range(2):
            answer = await gateway.get(target, f"Accept: {accept}")
            assert (answer.status, answer.body) == (200, CARD.content)
            assert answer.headers["content-type"] == "image/png"
            assert answer.headers["cache-control"] == "public, max-age=40"
            assert answer.headers["etag"] == '"card-tag"'
            assert answer.headers.get("vary") == (None if ".png" in target else "Accept")
            assert (await gateway.get(target, f"Accept: {accept}", 'If-None-Match: "card-tag"')).status == 304

    on_fakes(scenario)


def test_a_postcard_is_not_kept_as_the_citys_answer_nor_the_other_way_round() -> None:
    async def scenario(gateway: Live) -> None:
        for accept, kind in (("image/png", "image/png"), ("*/*", "application/json")) * 2:
            assert (await gateway.get("/lisbon", f"Accept: {accept}")).headers["content-type"] == kind

    on_fakes(scenario)


def test_what_steers_a_look_up_steers_the_postcard() -> None:
    images = FakeImages()

    async def scenario(gateway: Live) -> None:
        await gateway.get("/lisbon.png?at=2026-01-01T10:30")
        await gateway.get("/Europe/Lisbon.png")
        await gateway.get("/38.72,-9.14.png")
        assert (await gateway.get("/paris.png?strict=true")).status == 300
        assert (await gateway.get("/lisbon.png?at=tomorrow")).status == 400
        assert (await gateway.get("/Asia/Tokyo.png?at=9999-12-31T23:30Z")).status == 400
        kept = await gateway.get("/lisbon.png?at=2026-01-01T10:30")
        assert kept.headers["cache-control"] == "public, max-age=300, must-revalidate"

    on_fakes(scenario, images)
    first, second, third, *_ = images.cards
    assert (first.title, first.subtitle, first.zone) == ("Lisbon", "Portugal", "Europe/Lisbon")
    assert (first.at, first.offset) == (datetime(2026, 1, 1, 10, 30, tzinfo=UTC), 0)
    assert (second.title, second.subtitle, second.offset) == ("Lisbon", "Portugal (mainland)", 3600)
    assert second.point is not None
    assert (third.title, third.at.timestamp()) == ("Lisbon", NOON)


def test_problems_are_as_elsewhere() -> None:
    async def scenario(gateway: Live) -> None:
        missing = await gateway.get("/nowhere.png")
        assert (missing.status, missing.headers["content-type"]) == (404, "application/problem+json")
        assert missing.json["suggestions"]
        for accept in ("image/png", "image/*,*/*;q=0.8"):
            assert (await gateway.get("/nowhere", f"Accept: {accept}")).json["status"] == 404
        page = await gateway.get("/nowhere.png", "Accept: text/html")
        assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")

    on_fakes(scenario)


def test_pictures_are_for_cities_alone() -> None:
    async def scenario(gateway: Live) -> None:
        for target in ("/v1/zones", "/v1/places?q=lis", "/v1/timezone?lat=1&lng=1"):
            assert (await gateway.get(target, "Accept: image/png")).status == 406
            assert (await gateway.get(f"{target}{'&' if '?' in target else '?'}format=png")).status == 400
        assert (await gateway.get("/lisbon", "Accept: image/webp")).status == 406

    on_fakes(scenario)


def test_other_methods_are_told_which_there_are() -> None:
    async def scenario(gateway: Live) -> None:
        for target in ("/homersimpson", "/lisbon.png"):
            assert (await gateway.get(target, method="DELETE")).headers["allow"] == "GET, HEAD, OPTIONS"
            allowed = (await gateway.get(target, method="OPTIONS")).headers
            assert "Range" in allowed["access-control-allow-headers"]

    on_fakes(scenario)


def test_when_the_images_are_out_that_is_said_and_all_else_goes_on() -> None:
    async def scenario(gateway: Live) -> None:
        for target in ("/homersimpson", "/lisbon.png", "/lisbon?format=png"):
            out = await gateway.get(target)
            assert (out.status, out.json["dependency"], out.headers["retry-after"]) == (503, "images", "1")
        assert (await gateway.get("/lisbon")).status == 200
        assert (await gateway.get("/v1/zones")).status == 200

    on_fakes(scenario, AbsentImages())


def test_routes_are_counted_by_their_templates() -> None:
    async def scenario(gateway: Live) -> None:
        for target in ("/lisbon.png", "/nowhere.png", "/homersimpson", "/v1/images/random?seed=1"):
            await gateway.get(target)
        samples = [sample for one in gateway.metrics.registry.collect() for sample in one.samples]
        routes = {sample.labels["http_route"] for sample in samples if "http_route" in sample.labels}
        assert routes == {"/{city}.png", "/homersimpson", "/v1/images/random"}

    on_fakes(scenario)

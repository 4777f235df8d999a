"""Pictures of the real service: the library's, and postcards."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

import pytest

from tests.gateway.interface.client import Answer, Client

IMG_TAG = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


def size(answer: Answer) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert answer.kind == "image/png"
    assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", answer.body[16:24])
    return width, height


@pytest.mark.parametrize("path", ["/homersimpson", "/v1/images/random"])
def test_a_picture_of_our_own(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.kind) == (200, "image/svg+xml")
    assert ElementTree.fromstring(answer.body).get("aria-label", "").startswith("H. S.")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_seed_picks_the_same_picture_on_either_path(client: Client) -> None:
    first, second = client.get("/homersimpson", seed="lisbon"), client.get("/v1/images/random", seed="lisbon")
    assert first.body == second.body
    assert first.headers["etag"] == second.headers["etag"]
    assert len({client.get("/homersimpson", seed=seed).headers["etag"] for seed in range(40)}) > 6


def test_it_can_be_asked_for_again_and_in_parts(client: Client) -> None:
    whole = client.get("/homersimpson", seed="lisbon")
    etag = whole.headers["etag"]
    assert client.get("/homersimpson", {"If-None-Match": etag}, seed="lisbon").status == 304
    middle = len(whole.body) // 2
    parts = [
        client.get("/homersimpson", {"Range": f"bytes={bytes_}", "If-Range": etag}, seed="lisbon")
        for bytes_ in (f"0-{middle - 1}", f"{middle}-")
    ]
    assert [part.status for part in parts] == [206, 206]
    assert b"".join(part.body for part in parts) == whole.body
    assert client.get("/homersimpson", {"Range": "bytes=9999999-"}, seed="lisbon").status == 416
    assert client.get("/homersimpson", {"If-Match": '"other"'}, seed="lisbon").status == 412


def test_head_says_what_get_would(client: Client) -> None:
    head = client.request("HEAD", "/homersimpson?seed=lisbon")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(client.get("/homersimpson", seed="lisbon").body))


@pytest.mark.parametrize(
    "path",
    ["/lisbon.png", "/Europe/Lisbon.png", "/38.72,-9.14.png", "/iata:LIS.png", "/東京.png", "/UTC.png", "/0,-30.png"],
)
def test_whatever_has_a_time_has_a_postcard(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 200, answer.text
    assert size(answer) == (1200, 630)
    assert len(answer.body) < 300_000
    directive, _, seconds = answer.headers["cache-control"].partition("=")
    assert directive == "public, max-age"
    assert 1 <= int(seconds) <= 60


def test_a_postcard_by_accept_or_format_is_the_same(client: Client) -> None:
    at = "2026-07-01T12:00Z"
    card = client.get("/lisbon.png", at=at)
    for answer in (
        client.get("/lisbon", {"Accept": "image/png"}, at=at),
        client.get("/lisbon", {"Accept": IMG_TAG}, at=at),
        client.get("/lisbon", at=at, format="png"),
        client.get("/v1/time", city="lisbon", at=at, format="png"),
    ):
        assert answer.body == card.body
        assert answer.headers["etag"] == card.headers["etag"]
        assert answer.headers["vary"] == "Accept"
    assert client.get("/lisbon", at=at).kind == "application/json"


def test_a_postcard_shows_the_moment_and_the_place_asked_for(client: Client) -> None:
    def etag(path: str, **query: object) -> str:
        return client.get(path, **query).headers["etag"]

    noon = etag("/paris.png", at="2026-07-01T12:00")
    assert noon == etag("/paris.png", at="2026-07-01T12:00:30")
    assert noon == etag("/paris.png", at="2026-07-01T12:00+02:00")
    assert noon != etag("/paris.png", at="2026-07-01T12:01")
    assert noon != etag("/paris,texas.png", at="2026-07-01T12:00")
    assert etag("/paris.png", country="US", at="2026-07-01T12:00") != noon


def test_a_name_in_other_letters_is_written_in_ours(client: Client) -> None:
    at = "2026-07-01T12:00"
    osaka = client.get("/osaka.png", at=at).headers["etag"]
    assert client.get("/osaka.png", at=at, lang="ja").headers["etag"] == osaka
    assert (
        client.get("/lisbon.png", at=at, lang="de").headers["etag"] != client.get("/lisbon.png", at=at).headers["etag"]
    )


def test_who_has_the_card_gets_304(client: Client) -> None:
    at = "2026-07-01T12:00"
    etag = client.get("/lisbon.png", at=at).headers["etag"]
    answer = client.get("/lisbon.png", {"If-None-Match": etag}, at=at)
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/nirgendwoxyz.png", {}, 404),
        ("/Europe/Nowhere.png", {}, 404),
        ("/91,0.png", {}, 400),
        ("/lisbon.png", {"at": "tomorrow"}, 400),
        ("/tokyo.png", {"at": "9999-12-31T23:59:59Z"}, 400),
        ("/springfield.png", {"strict": "true"}, 300),
        ("/homersimpson", {"seed": "x" * 201}, 400),
    ],
)
def test_problems_are_problems_here_too(client: Client, path: str, query: dict[str, str], status: int) -> None:
    answer = client.get(path, **query)
    assert (answer.status, answer.kind) == (status, "application/problem+json")


def test_other_routes_have_no_pictures(client: Client) -> None:
    assert client.get("/v1/zones", {"Accept": "image/png"}).status == 406
    assert client.get("/v1/zones", {"Accept": IMG_TAG}).kind == "application/json"
    assert client.get("/lisbon", {"Accept": "image/webp"}).status == 406

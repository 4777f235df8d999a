"""The pages and documents."""

from __future__ import annotations

import pytest

from tests.gateway.interface.client import Client


@pytest.mark.parametrize(
    ("path", "kind", "part"),
    [
        ("/", "text/html", "What time is it in"),
        ("/docs", "text/html", "/v1/nearest"),
        ("/docs/", "text/html", "/v1/nearest"),
        ("/openapi.json", "application/json", '"openapi": "3.1.0"'),
        ("/robots.txt", "text/plain", "User-agent: *"),
        ("/favicon.ico", "image/svg+xml", "<svg"),
    ],
)
def test_pages_and_documents_are_there_and_may_be_cached(client: Client, path: str, kind: str, part: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer.kind) == (200, kind)
    assert part in answer.text
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_the_start_page_leads_to_answers(client: Client) -> None:
    page = client.get("/").text
    for path in ("/lisbon", "/東京", "/paris,texas"):
        assert f'href="{path}"' in page
        assert client.get(path).status == 200


def test_sources_are_attributed_on_every_page(client: Client) -> None:
    for path in ("/", "/docs", "/lisbon?format=html"):
        page = client.request("GET", path).text
        assert "GeoNames" in page
        assert "CC BY 4.0" in page

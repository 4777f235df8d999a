"""`POST /v1/batch`."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.gateway.interface.client import Client
from tests.instance import Instance


def test_each_query_has_its_own_answer_or_problem_in_order(client: Client) -> None:
    queries = [
        "lisbon",
        {"city": "paris", "country": "US"},
        "nirgendwoxyz",
        "38.72,-9.14",
        {"city": "lisbon", "at": "2026-07-01T12:00:00Z"},
        {"city": "springfield", "strict": True},
        {"city": "91,0"},
        {"town": "x"},
        7,
        "",
        "iata:LIS",
        {"city": "lisbon", "lang": "de"},
        "東京",
    ]
    results = client.batch(queries).json["results"]
    assert [result["status"] for result in results] == [200, 200, 404, 200, 200, 300, 400, 400, 400, 400, 200, 200, 200]
    assert all(("answer" in result) == (result["status"] == 200) for result in results)
    assert [result["answer"]["query"] for result in results if "answer" in result][-1] == "東京"
    assert results[1]["answer"]["place"]["country_code"] == "US"
    assert results[4]["answer"]["local_time"] == "2026-07-01T13:00:00+01:00"
    assert results[8]["problem"]["parameter"] == "city"
    assert results[11]["answer"]["place"]["name"] == "Lissabon"


def test_a_thousand_queries_are_answered_in_order(client: Client) -> None:
    names = ["lisbon", "tokyo", "Europe/Paris", "-33.87,151.21", "iata:JFK", "nirgendwoxyz", "são paulo", "東京"]
    queries = [{"city": names[n % 8], "at": f"{2000 + n % 50}-01-01T00:00:00Z"} for n in range(1000)]
    answer = client.batch({"queries": queries})
    results = answer.json["results"]
    assert len(results) == 1000
    for query, result in zip(queries, results, strict=True):
        if query["city"] == "nirgendwoxyz":
            assert result["status"] == 404
        else:
            assert result["answer"]["query"] == query["city"]
            assert datetime.fromisoformat(result["answer"]["local_time"]) == datetime.fromisoformat(query["at"])
    assert len(answer.body) < 3_000_000


def test_alternatives_are_few_unless_asked_for(client: Client) -> None:
    three, one, ten = client.batch(
        ["springfield", {"city": "springfield", "limit": 1}, {"city": "springfield", "limit": 10}]
    ).json["results"]
    assert [len(result["answer"]["alternatives"]) for result in (three, one, ten)] == [3, 1, 10]
    assert client.batch([{"city": "springfield", "limit": 11}]).json["results"][0]["status"] == 400


def test_a_batch_of_misspellings_leaves_others_their_turn(service: Instance, client: Client) -> None:
    """Guessing at a thousand names takes seconds, and has a deadline; whoever else asks is answered meanwhile."""
    queries = [f"lisb{a}n{b}{c}" for a in "bcdfghjklm" for b in "nopqrstuvw" for c in "xyzabcdefg"]

    def batch() -> tuple[float, list[dict[str, object]]]:
        other = Client(service.url)
        started = time.monotonic()
        results = other.batch(queries).json["results"]
        other.close()
        return time.monotonic() - started, results

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(batch)
        waits = []
        while not running.done():
            started = time.monotonic()
            assert client.get("/lisbon").status == 200
            waits.append(time.monotonic() - started)
            time.sleep(0.01)
        seconds, results = running.result()
    assert seconds < 8
    assert len(results) == 1000
    statuses = [result["status"] for result in results]
    assert set(statuses) <= {200, 404, 504}
    assert statuses == sorted(statuses, key=lambda status: status == 504)  # what was not reached comes last
    assert sorted(waits)[len(waits) // 2] < 0.25


def test_text_has_a_line_a_query(client: Client) -> None:
    lines = client.batch(["lisbon", "nirgendwoxyz"], format="text").text.splitlines()
    assert "Europe/Lisbon" in lines[0]
    assert lines[1].startswith("404 ")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'"lisbon"', b"[" * 50_000, b"\xff\xfe", b'{"queries": {}}'])
def test_a_body_that_is_no_batch_is_refused(client: Client, body: bytes) -> None:
    answer = client.request("POST", "/v1/batch", {"Content-Type": "application/json"}, body)
    assert (answer.status, answer.json["parameter"]) == (400, "body")


def test_half_a_surrogate_pair_is_refused_and_quoted_safely(client: Client) -> None:
    body = rb'["half \ud83d", {"city": "iata:\ud83d"}, {"\ud83d": 1, "city": "x"}, "lisbon"]'
    answer = client.request("POST", "/v1/batch", {"Content-Type": "application/json"}, body)
    assert [result["status"] for result in answer.json["results"]] == [400, 400, 400, 200]


def test_too_many_queries_are_refused(client: Client) -> None:
    answer = client.batch(["lisbon"] * 1001)
    assert (answer.status, answer.json["type"]) == (413, "urn:citytime:problem:content-too-large")
    assert "1001" in answer.json["detail"]


def test_a_body_over_the_limit_is_refused(client: Client) -> None:
    answer = client.batch(["x" * 1_100_000])
    assert (answer.status, answer.json["type"]) == (413, "urn:citytime:problem:content-too-large")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_another_content_type_is_refused(client: Client, content_type: str) -> None:
    body = json.dumps(["lisbon"]).encode()
    answer = client.request("POST", "/v1/batch", {"Content-Type": content_type}, body)
    assert answer.status == 415
    assert "application/json" in answer.json["detail"]

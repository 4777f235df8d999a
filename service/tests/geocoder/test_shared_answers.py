from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citytime.domain import Place, PlaceKind, PlaceQuery
from citytime.geocoder.location import one_line
from citytime.geocoder.shared_answers import LONGEST, Answer, SharedAnswers, decode, encode
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.valkey import FakeValkey, says
from tests.geocoder.shared_contract import LISBON, QUERY, TOKYO, Replica

lines = st.text(min_size=1, max_size=30).map(one_line).filter(bool)
places = st.builds(
    Place,
    id=lines.map(lambda line: f"nominatim:{line}"),
    name=lines,
    region=st.none() | lines,
    country=st.none() | lines,
    country_code=st.none() | st.sampled_from(["PT", "JP"]),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    population=st.integers(0, 10**9),
    timezone=st.just(""),
    kind=st.sampled_from(PlaceKind),
)

GOOD = [LISBON.id, "Lisboa", None, "Portugal", "PT", 38.7, -9.1, 0, "city"]


@settings(max_examples=60, deadline=None)
@given(st.lists(places, max_size=10).map(tuple))
def test_what_is_put_is_what_is_got(found: tuple[Place, ...]) -> None:
    assert decode("nominatim", encode(found)) == found


def test_a_value_is_compact_and_names_no_zone() -> None:
    value = encode((LISBON, TOKYO)).decode()
    assert value == (
        '[["nominatim:relation/5400890","Lisboa",null,"Portugal","PT",38.7077507,-9.1365919,0,"city"],'
        '["nominatim:node/1","東京","関東","日本","JP",35,139.5,37000000,"region"]]'
    )


def test_ten_places_of_the_longest_names_fit() -> None:
    long = "城" * 200
    assert len(encode((Place(f"nominatim:{1:f}", long, long, long, "JP", 1.0, 1.0, 0, ""),) * 10)) < LONGEST


def test_the_row_that_the_wrong_ones_are_made_of_is_right() -> None:
    assert decode("nominatim", json.dumps([GOOD]).encode())


WRONG: list[tuple[int, Any]] = [
    (0, "photon:relation/1"),
    (0, None),
    (0, 7),
    (1, None),
    (1, ""),
    (1, " Lisboa"),
    (1, "Lis\nboa"),
    (1, "Lis\u202eboa"),
    (1, "\ud800"),
    (1, "x" * 201),
    (1, ["Lisboa"]),
    (2, ""),
    (3, {"name": "Portugal"}),
    (4, "pt"),
    (4, "PRT"),
    (4, "Ä1"),
    (5, "38.7"),
    (5, True),
    (5, 90.1),
    (5, float("nan")),
    (5, 10**400),
    (6, None),
    (6, float("inf")),
    (7, -1),
    (7, 0.5),
    (7, 2**63),
    (8, "planet"),
    (8, ["city"]),
    (8, None),
]


@pytest.mark.parametrize(("part", "value"), WRONG)
def test_a_place_that_no_geocoder_gave_is_not_read(part: int, value: Any) -> None:
    row = [*GOOD[:part], value, *GOOD[part + 1 :]]
    assert decode("nominatim", json.dumps([GOOD, row]).encode()) is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.floats() | st.integers(), st.lists).map(repr))
def test_no_value_is_an_exception(value: bytes | str) -> None:
    decode("nominatim", value if isinstance(value, bytes) else value.encode(errors="surrogatepass"))


def test_without_a_store_nothing_is_shared_or_counted() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        answers = SharedAnswers("nominatim", Settings(), None, metrics)
        assert await answers.put(QUERY, [LISBON]) == Answer((LISBON,), 86400.0)
        assert await answers.get(QUERY) is None
        assert not any("valkey" in str(sample.labels) for m in metrics.registry.collect() for sample in m.samples)

    asyncio.run(scenario())


def test_keys_show_no_query() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as replica:
            await replica.answers.put(PlaceQuery("secret wish"), [])
            (key,) = server.data
            assert key.startswith(b"citytime:1:answer:nominatim:")
            assert len(key) == len("citytime:1:answer:nominatim:") + 64
            assert b"secret" not in b"".join(b"".join(command) for command in server.commands)

    asyncio.run(scenario())


def test_a_value_that_is_too_long_is_not_put() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as replica:
            await replica.answers.put(QUERY, [LISBON] * 1000)
            assert server.data == {}

    asyncio.run(scenario())


def test_a_server_that_answers_rubbish_has_no_answer() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as replica:
            server.behave = says(b"*2\r\n$2\r\n[]\r\n$-1\r\n")
            assert await replica.answers.get(QUERY) is None
            assert await replica.answers.put(QUERY, [LISBON]) == Answer((LISBON,), 100.0)
            assert [replica.lookups(result) for result in ("hit", "miss", "error")] == [0, 0, 2]
            assert replica.store.out

    asyncio.run(scenario())

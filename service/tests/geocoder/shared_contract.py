"""What replicas may expect of each other through a store, on whatever server: the fake, or a real one (tests/valkey).

Each scenario is a coroutine function of the server's URL; the server is empty when it begins.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from citytime.domain import Place, PlaceKind, PlaceQuery, Point
from citytime.geocoder import shared_answers, shared_rate
from citytime.geocoder.rate_limit import LONGEST_PAUSE, RateLimited
from citytime.geocoder.shared_answers import SharedAnswers
from citytime.geocoder.shared_rate import SharedRateLimiter
from citytime.geocoder.store import connect
from citytime.settings import Settings
from citytime.telemetry import Metrics

LISBON = Place("nominatim:relation/5400890", "Lisboa", None, "Portugal", "PT", 38.7077507, -9.1365919, 0, "")
TOKYO = Place("nominatim:node/1", "東京", "関東", "日本", "JP", 35, 139.5, 37_000_000, "", PlaceKind.REGION)
QUERY = PlaceQuery("lisbon", Point(38.7, -9.1), "pt", "en")

INTERVAL = 0.2
"""Seconds between two turns: a margin that a busy machine keeps."""


class Replica:
    """A process that shares a server with others."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.metrics = Metrics()
        given: dict[str, Any] = {"valkey_url": url, "geocoder_cache_ttl": 100.0, "geocoder_negative_ttl": 10.0}
        whole = Settings(**(given | settings))
        store = connect(whole, self.metrics)
        assert store
        self.store = store
        self.answers = SharedAnswers("nominatim", whole, store, self.metrics)
        self.rate = SharedRateLimiter("nominatim", 1 / INTERVAL, store)

    async def __aenter__(self) -> Replica:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.store.close()

    def lookups(self, result: str) -> float | None:
        labels = {"cache": "valkey:nominatim", "result": result}
        return self.metrics.registry.get_sample_value("citytime_cache_requests_total", labels)

    async def turn(self, within: float = 5.0) -> float:
        """When the turn came, on the monotonic clock."""
        await self.rate.turn(time.monotonic() + within)
        return time.monotonic()


async def an_answer_of_one_is_the_answer_of_all(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        assert await other.answers.get(QUERY) is None
        put = await one.answers.put(QUERY, [LISBON, TOKYO])
        assert (put.places, put.ttl) == ((LISBON, TOKYO), 100.0)
        got = await other.answers.get(QUERY)
        assert got
        assert got.places == (LISBON, TOKYO)
        assert 90 < got.ttl <= 100
        assert [other.lookups(result) for result in ("hit", "miss", "error")] == [1, 1, 0]


async def that_there_is_none_is_an_answer_too_with_its_own_time(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        await one.answers.put(QUERY, [])
        got = await other.answers.get(QUERY)
        assert got
        assert got.places == ()
        assert 9 < got.ttl <= 10


async def what_an_answer_depends_on_keeps_answers_apart(url: str) -> None:
    async with Replica(url) as one, Replica(url, geocoder_options={"nominatim": {"domain": "own.example"}}) as other:
        await one.answers.put(QUERY, [LISBON])
        assert await other.answers.get(QUERY) is None
        for query in (PlaceQuery("lisbon"), PlaceQuery("lisbon", Point(38.7, -9.2), "pt", "en")):
            assert await one.answers.get(query) is None


async def an_answer_is_gone_after_its_time(url: str) -> None:
    async with Replica(url, geocoder_cache_ttl=0.15) as one:
        await one.answers.put(QUERY, [LISBON])
        assert await one.answers.get(QUERY)
        await asyncio.sleep(0.25)
        assert await one.answers.get(QUERY) is None


async def nothing_is_put_that_may_not_be_kept(url: str) -> None:
    async with Replica(url, geocoder_cache_ttl=0.0) as one, Replica(url) as other:
        await one.answers.put(QUERY, [LISBON])
        assert await other.answers.get(QUERY) is None


async def a_reader_keeps_an_answer_no_longer_than_its_own_settings_say(url: str) -> None:
    async with Replica(url) as one, Replica(url, geocoder_cache_ttl=5.0) as other:
        await one.answers.put(QUERY, [LISBON])
        got = await other.answers.get(QUERY)
        assert got
        assert got.ttl == 5.0
        await one.store.ask(bytes, "SET", one.answers._key(QUERY), shared_answers.encode((LISBON,)))  # and no expiry
        got = await other.answers.get(QUERY)
        assert got
        assert got.ttl == 5.0


async def what_cannot_be_read_is_a_miss_and_is_replaced(url: str) -> None:
    good = shared_answers.encode((LISBON,))
    rubbish = [b"", b"\xff\x00", b"null", b"7", b'"text"', b"[" * 60_000, good[:-1], good * 2, b"[7]", b"[[]]"]
    rubbish += [b" " * shared_answers.LONGEST + good, good.replace(b"38.7077507", b"1e999")]
    async with Replica(url) as one:
        key = one.answers._key(QUERY)
        for value in rubbish:
            await one.store.ask(bytes, "SET", key, value)
            assert await one.answers.get(QUERY) is None, value[:100]
            await one.answers.put(QUERY, [LISBON])
            assert await one.answers.get(QUERY)
        await one.store.ask(int, "RPUSH", one.answers._key(PlaceQuery("list")), good)
        assert await one.answers.get(PlaceQuery("list")) is None
        await one.answers.put(PlaceQuery("list"), [LISBON])
        assert await one.answers.get(PlaceQuery("list"))
        assert not one.store.out
        assert one.lookups("error") == 0


async def turns_are_spaced_over_all_and_each_gets_its_share(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        await asyncio.gather(one.answers.get(QUERY), other.answers.get(QUERY))  # connected
        served: list[tuple[float, Replica]] = []

        async def call(replica: Replica) -> None:
            served.append((await replica.turn(), replica))

        await asyncio.gather(*(call(replica) for replica in (one, other) for _ in range(4)))
        served.sort(key=lambda entry: entry[0])
        gaps = [later - earlier for (earlier, _), (later, _) in pairwise(served)]
        assert min(gaps) > INTERVAL - 0.05
        assert sum(gaps) < 7 * INTERVAL + 0.3
        assert {sum(replica is one for _, replica in served[start : start + 4]) for start in (0, 4)} == {2}


async def a_turn_after_the_deadline_is_refused_at_once(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        for _ in range(3):
            asyncio.get_running_loop().create_task(one.turn())
        await asyncio.sleep(INTERVAL * 0.5)  # one waits for its second turn here; its third is not yet asked for
        began = time.monotonic()
        with pytest.raises(RateLimited) as refusal:
            await other.turn(within=INTERVAL * 0.25)
        assert time.monotonic() - began < 0.1
        assert refusal.value.dependency == "nominatim"
        assert 0 < refusal.value.retry_after <= 2 * INTERVAL
        await asyncio.sleep(3 * INTERVAL)


async def a_pause_holds_for_all_also_for_those_who_wait(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        began = await one.turn()
        waiting = asyncio.create_task(other.turn())
        hasty = asyncio.create_task(other.turn(within=3 * INTERVAL))
        await asyncio.sleep(0.05)
        await one.rate.pause(1.0)
        await one.rate.pause(0.1)  # cuts nothing
        assert await waiting - began > 1.0
        with pytest.raises(RateLimited):
            await hasty


async def no_pause_is_longer_than_is_believed(url: str) -> None:
    async with Replica(url) as one, Replica(url) as other:
        await one.rate.pause(1e300)
        with pytest.raises(RateLimited) as refusal:
            await other.turn()
        assert LONGEST_PAUSE - 5 < refusal.value.retry_after <= LONGEST_PAUSE


async def moments_that_cannot_be_are_none(url: str) -> None:
    async with Replica(url) as one:
        for moment in (b"", b"rubbish", b"nan", b"inf", b"-inf", b"1e300", b"-7"):
            for key in (one.rate._slots, one.rate._paused):
                await one.store.ask(bytes, "SET", key, moment)
            began = time.monotonic()
            assert await one.turn() - began < INTERVAL + 0.1
        assert not one.store.out


async def a_slot_is_held_to_the_microsecond(url: str) -> None:
    async with Replica(url) as one:
        keys = ("slots", "paused")
        _, first = await one.store.ask(shared_rate._turn, "EVAL", shared_rate._TURN, 2, *keys, 1_000_001, 0, 0)
        wait, second = await one.store.ask(
            shared_rate._turn, "EVAL", shared_rate._TURN, 2, *keys, 1_000_001, 2_000_000, 0
        )
        assert second - first == 1_000_001
        assert 0 < wait <= 1.000001
        again = await one.store.ask(
            shared_rate._turn, "EVAL", shared_rate._TURN, 2, *keys, 1_000_001, 2_000_000, second
        )
        assert again[1] == second


async def replicas_are_counted(url: str) -> None:
    async with Replica(url), Replica(url):
        await asyncio.sleep(0.1)
        async with Replica(url) as third:
            async with asyncio.timeout(5):
                while third.store.replicas < 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)


SCENARIOS: list[Callable[[str], Awaitable[None]]] = [
    an_answer_of_one_is_the_answer_of_all,
    that_there_is_none_is_an_answer_too_with_its_own_time,
    what_an_answer_depends_on_keeps_answers_apart,
    an_answer_is_gone_after_its_time,
    nothing_is_put_that_may_not_be_kept,
    a_reader_keeps_an_answer_no_longer_than_its_own_settings_say,
    what_cannot_be_read_is_a_miss_and_is_replaced,
    turns_are_spaced_over_all_and_each_gets_its_share,
    a_turn_after_the_deadline_is_refused_at_once,
    a_pause_holds_for_all_also_for_those_who_wait,
    no_pause_is_longer_than_is_believed,
    moments_that_cannot_be_are_none,
    a_slot_is_held_to_the_microsecond,
    replicas_are_counted,
]

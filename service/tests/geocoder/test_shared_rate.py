"""What the shared rate limit does without its store; with one, see shared_contract."""

from __future__ import annotations

import asyncio
import time

import pytest

from citytime.geocoder.rate_limit import RateLimited
from tests.fakes.valkey import FakeValkey, hangs
from tests.geocoder.shared_contract import INTERVAL, Replica


async def out(*replicas: Replica) -> None:
    async with asyncio.timeout(10):
        while not all(replica.store.out for replica in replicas):
            for replica in replicas:
                await replica.rate.pause(0.001)


def test_without_the_store_a_process_keeps_the_rate_by_itself() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as replica:
            server.behave = hangs
            began = time.monotonic()
            first = await replica.turn()
            assert first - began < 0.25  # the deadlines of a store that never answers
            second = await replica.turn()
            third = await replica.turn()
            assert second - first > INTERVAL - 0.05
            assert third - second > INTERVAL - 0.05
            with pytest.raises(RateLimited):
                await replica.turn(within=INTERVAL / 4)

    asyncio.run(scenario())


def test_without_the_store_replicas_together_keep_the_rate() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as one:
            async with Replica(server.url) as other:
                async with asyncio.timeout(5):
                    while other.store.replicas < 2:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                await server.stop()
                await out(one, other)
                one.store.replicas = 2  # as its next heartbeat would have found
                served = sorted(await asyncio.gather(*(r.turn() for r in (one, other) for _ in range(3))))
                # One call each at first, then one an interval on average.
                assert served[-1] - served[0] > 4 * INTERVAL - 0.05
            await server.start()

    asyncio.run(scenario())


def test_a_slot_that_cannot_be_confirmed_is_given_up_for_a_turn_of_our_own() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as one, Replica(server.url) as other:
            await one.turn()
            waiting = asyncio.create_task(other.turn())
            await asyncio.sleep(0.05)
            await other.rate._own.pause(1.0)
            began = time.monotonic()
            server.behave = hangs
            assert await waiting - began > 0.9

    asyncio.run(scenario())


def test_a_pause_is_kept_though_the_store_cannot_be_told() -> None:
    async def scenario() -> None:
        async with FakeValkey() as server, Replica(server.url) as replica:
            server.behave = hangs
            await replica.rate.pause(0.8)
            began = time.monotonic()
            assert await replica.turn() - began > 0.5

    asyncio.run(scenario())

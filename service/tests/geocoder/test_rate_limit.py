from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citytime.errors import Unavailable
from citytime.geocoder.rate_limit import LONGEST_PAUSE, RateLimited, RateLimiter
from tests.fakes.clock import FakeClock

FAR = 1e9


def limiter(clock: FakeClock, per_second: float = 1.0) -> RateLimiter:
    return RateLimiter("nominatim", per_second, clock, clock.sleep)


def test_the_first_call_goes_out_at_once_and_the_next_are_spaced() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        turns = limiter(clock, per_second=4)
        starts = []
        for _ in range(4):
            await turns.turn(FAR)
            starts.append(clock())
        assert starts == [0.0, 0.25, 0.5, 0.75]

    asyncio.run(scenario())


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        turns = limiter(clock)
        clock.advance(100)
        await turns.turn(FAR)
        await turns.turn(FAR)
        assert clock() == 101.0

    asyncio.run(scenario())


def test_a_turn_after_the_deadline_is_refused_at_once() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        turns = limiter(clock)
        await turns.turn(FAR)
        with pytest.raises(RateLimited) as refusal:
            await turns.turn(0.9)
        assert clock() == 0.0
        assert isinstance(refusal.value, Unavailable)
        assert (refusal.value.dependency, refusal.value.retry_after) == ("nominatim", 1.0)
        await turns.turn(1.0)

    asyncio.run(scenario())


def test_those_ahead_in_the_queue_count() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        gate = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await gate.wait()
            await clock.sleep(seconds)

        turns = RateLimiter("nominatim", 1.0, clock, sleep)
        calls = [asyncio.create_task(turns.turn(2.5)) for _ in range(5)]
        await asyncio.sleep(0)
        assert [call.done() for call in calls] == [True, False, False, True, True]
        gate.set()
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None)] * 3 + [RateLimited] * 2
        assert clock() == 2.0

    asyncio.run(scenario())


def test_a_pause_holds_back_everyone_also_those_who_wait_already() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        gate = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await gate.wait()
            await clock.sleep(seconds)

        turns = RateLimiter("nominatim", 1.0, clock, sleep)
        await turns.turn(FAR)
        patient = asyncio.create_task(turns.turn(FAR))
        hasty = asyncio.create_task(turns.turn(5.0))
        await asyncio.sleep(0)
        await turns.pause(30)
        gate.set()
        await patient
        assert clock() == 30.0
        with pytest.raises(RateLimited):
            await hasty

    asyncio.run(scenario())


@pytest.mark.parametrize(("asked", "kept"), [(7, 7.0), (10**400, LONGEST_PAUSE), (0, 0.0)])
def test_a_pause_is_believed_within_reason(asked: float, kept: float) -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        turns = limiter(clock)
        await turns.pause(asked)
        await turns.turn(FAR)
        assert clock() == kept

    asyncio.run(scenario())


def test_a_shorter_pause_does_not_cut_a_longer_one() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        turns = limiter(clock)
        await turns.pause(20)
        await turns.pause(5)
        await turns.turn(FAR)
        assert clock() == 20.0

    asyncio.run(scenario())


def test_one_who_gives_up_leaves_the_turn_to_the_next() -> None:
    async def scenario() -> None:
        clock = FakeClock(0.0)
        gate = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await gate.wait()
            await clock.sleep(seconds)

        turns = RateLimiter("nominatim", 1.0, clock, sleep)
        await turns.turn(FAR)
        first = asyncio.create_task(turns.turn(FAR))
        second = asyncio.create_task(turns.turn(FAR))
        await asyncio.sleep(0)
        first.cancel()
        gate.set()
        await second
        assert clock() == 1.0
        await turns.turn(2.0)

    asyncio.run(scenario())


@settings(max_examples=60, deadline=None)
@given(
    patience=st.lists(st.floats(0, 20), min_size=1, max_size=20),
    per_second=st.floats(0.5, 50),
    pauses=st.lists(st.floats(0, 5), max_size=5),
)
def test_turns_come_in_order_spaced_and_never_late(
    patience: list[float], per_second: float, pauses: list[float]
) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        turns = limiter(clock, per_second)
        served: list[tuple[int, float]] = []
        started = clock()

        async def call(number: int) -> None:
            await turns.turn(started + patience[number])
            assert clock() <= started + patience[number] + 1e-6
            served.append((number, clock()))

        async def pause() -> None:
            for seconds in pauses:
                await turns.pause(seconds)
                await asyncio.sleep(0)

        calls = [call(number) for number in range(len(patience))]
        outcomes = await asyncio.gather(*calls, pause(), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {type(None), RateLimited}
        assert [number for number, _ in served] == sorted(number for number, _ in served)
        times = [at for _, at in served]
        assert all(later - earlier >= 1 / per_second - 1e-6 for earlier, later in pairwise(times))

    asyncio.run(scenario())

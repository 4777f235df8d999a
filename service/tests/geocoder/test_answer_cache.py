from __future__ import annotations

import asyncio
import gc
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citytime.errors import Unavailable
from citytime.geocoder.answer_cache import AnswerCache
from tests.fakes.clock import FakeClock


class Source:
    """Answers with what it is set to and counts its calls; with a gate, only once that is open."""

    def __init__(self, answer: str | None = "answer", gate: asyncio.Event | None = None) -> None:
        self.answer = answer
        self.gate = gate
        self.failing = False
        self.calls = 0

    async def __call__(self) -> str | None:
        self.calls += 1
        if self.gate:
            await self.gate.wait()
        if self.failing:
            raise Unavailable("out", "source")
        return self.answer


class Cached:
    """A cache (10 s, 5 s for None) with its clock and what it observed."""

    def __init__(self, size: int = 3, ttl: float = 10.0, negative_ttl: float = 5.0) -> None:
        self.clock = FakeClock()
        self.hits: list[bool] = []
        self.cache: AnswerCache[str | None] = AnswerCache(size, self.hits.append, self.clock)
        self._ttl = ttl
        self._negative_ttl = negative_ttl

    async def get(self, key: str, call: Callable[[], Awaitable[str | None]]) -> str | None:
        async def timed() -> tuple[str | None, float]:
            answer = await call()
            return answer, self._negative_ttl if answer is None else self._ttl

        return await self.cache.get(key, timed)


def test_an_answer_is_kept_for_its_time() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source()
        assert await cached.get("lisbon", source) == "answer"
        cached.clock.advance(9.9)
        assert await cached.get("lisbon", source) == "answer"
        assert (source.calls, cached.hits) == (1, [False, True])
        cached.clock.advance(0.1)
        await cached.get("lisbon", source)
        assert (source.calls, cached.hits) == (2, [False, True, False])

    asyncio.run(scenario())


def test_that_there_is_none_is_kept_for_a_time_of_its_own() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source(None)
        assert await cached.get("nowhere", source) is None
        cached.clock.advance(4.9)
        assert await cached.get("nowhere", source) is None
        assert source.calls == 1
        cached.clock.advance(0.1)
        await cached.get("nowhere", source)
        assert source.calls == 2

    asyncio.run(scenario())


def test_a_failure_is_never_kept() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source()
        source.failing = True
        for _ in range(2):
            with pytest.raises(Unavailable):
                await cached.get("lisbon", source)
        source.failing = False
        assert await cached.get("lisbon", source) == "answer"
        assert source.calls == 3

    asyncio.run(scenario())


def test_the_least_recently_used_leaves_first() -> None:
    async def scenario() -> None:
        cached, source = Cached(size=2), Source()
        for key in ("a", "b", "a", "c"):
            await cached.get(key, source)
        assert source.calls == 3
        await cached.get("a", source)
        assert source.calls == 3
        await cached.get("b", source)
        assert source.calls == 4
        assert len(cached.cache) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize("cached", [Cached(size=0), Cached(ttl=0.0)], ids=["no size", "no time"])
def test_without_size_or_time_nothing_is_kept(cached: Cached) -> None:
    async def scenario() -> None:
        source = Source()
        for _ in range(2):
            assert await cached.get("lisbon", source) == "answer"
        assert source.calls == 2
        assert len(cached.cache) == 0

    asyncio.run(scenario())


def test_those_who_ask_the_same_at_once_share_one_call() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source(gate=asyncio.Event())
        asking = [asyncio.create_task(cached.get("lisbon", source)) for _ in range(10)]
        other = asyncio.create_task(cached.get("porto", source))
        await asyncio.sleep(0)
        assert source.gate
        source.gate.set()
        assert await asyncio.gather(*asking, other) == ["answer"] * 11
        assert source.calls == 2
        assert cached.hits.count(False) == 2

    asyncio.run(scenario())


def test_those_who_share_a_call_share_its_failure() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source(gate=asyncio.Event())
        source.failing = True
        asking = [asyncio.create_task(cached.get("lisbon", source)) for _ in range(3)]
        await asyncio.sleep(0)
        assert source.gate
        source.gate.set()
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
        assert source.calls == 1

    asyncio.run(scenario())


def test_one_who_gives_up_leaves_the_call_to_the_others() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source(gate=asyncio.Event())
        first = asyncio.create_task(cached.get("lisbon", source))
        second = asyncio.create_task(cached.get("lisbon", source))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        assert source.gate
        source.gate.set()
        assert await second == "answer"
        assert first.cancelled()

    asyncio.run(scenario())


def test_a_call_that_fails_with_nobody_left_is_no_stray_error() -> None:
    strays: list[object] = []

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: strays.append(context))
        cached, source = Cached(), Source(gate=asyncio.Event())
        source.failing = True
        asking = asyncio.create_task(cached.get("lisbon", source))
        await asyncio.sleep(0)
        asking.cancel()
        assert source.gate
        source.gate.set()
        await asyncio.sleep(0.01)
        del asking
        gc.collect()

    asyncio.run(scenario())
    assert strays == []


def test_close_cancels_calls_under_way() -> None:
    async def scenario() -> None:
        cached, source = Cached(), Source(gate=asyncio.Event())
        asking = asyncio.create_task(cached.get("lisbon", source))
        await asyncio.sleep(0)
        await cached.cache.close()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(scenario())


@settings(max_examples=100, deadline=None)
@given(
    size=st.integers(0, 4),
    steps=st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 6), st.booleans()), max_size=40),
)
def test_it_behaves_like_a_plain_bounded_model(size: int, steps: list[tuple[str, float, bool]]) -> None:
    async def scenario() -> None:
        cached = Cached(size=size)
        model: OrderedDict[str, tuple[float, str | None]] = OrderedDict()
        for number, (key, seconds, found) in enumerate(steps):
            cached.clock.advance(seconds)
            fresh = key in model and cached.clock() < model[key][0]
            source = Source(f"{key}{number}" if found else None)
            answer = await cached.get(key, source)
            assert source.calls == (0 if fresh else 1)
            assert answer == (model[key][1] if fresh else source.answer)
            kept = model.pop(key) if fresh else (cached.clock() + (10 if found else 5), source.answer)
            model.pop(key, None)
            model[key] = kept
            while len(model) > size:
                model.popitem(last=False)
            assert len(cached.cache) == len(model) <= size

    asyncio.run(scenario())

from __future__ import annotations

from citytime.gateway.cache import LONGEST, Cache
from citytime.telemetry import Metrics
from tests.fakes.clock import FakeClock


def counts(metrics: Metrics) -> tuple[float, float]:
    """Hits and misses."""
    hits, misses = (
        metrics.registry.get_sample_value("citytime_cache_requests_total", {"cache": "test", "result": result})
        for result in ("hit", "miss")
    )
    assert hits is not None
    assert misses is not None
    return hits, misses


def test_what_was_put_is_there_and_counted() -> None:
    metrics = Metrics()
    cache: Cache[str, int] = Cache("test", 2, metrics)
    assert counts(metrics) == (0, 0)
    assert cache.get("a") is None
    cache.put("a", 1)
    assert cache.get("a") == 1
    assert counts(metrics) == (1, 1)


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    cache: Cache[str, int] = Cache("test", 2, Metrics())
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_what_is_put_again_is_new() -> None:
    cache: Cache[str, int] = Cache("test", 2, Metrics())
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        cache.put(key, value)
    assert [cache.get(key) for key in "abc"] == [3, None, 4]


def test_an_entry_ends_when_it_is_said_to() -> None:
    clock = FakeClock()
    cache: Cache[str, int] = Cache("test", 2, Metrics(), clock)
    cache.put("a", 1, until=clock.now + 5)
    clock.advance(4.9)
    assert cache.get("a") == 1
    clock.advance(0.1)
    assert cache.get("a") is None


def test_no_entry_is_kept_for_longer_than_the_longest() -> None:
    clock = FakeClock()
    cache: Cache[str, int] = Cache("test", 2, Metrics(), clock)
    cache.put("a", 1)
    cache.put("b", 1, until=clock.now + 10 * LONGEST)
    clock.advance(LONGEST - 1)
    assert [cache.get("a"), cache.get("b")] == [1, 1]
    clock.advance(1)
    assert [cache.get("a"), cache.get("b")] == [None, None]


def test_a_cache_of_no_size_keeps_nothing() -> None:
    cache: Cache[str, int] = Cache("test", 0, Metrics())
    cache.put("a", 1)
    assert cache.get("a") is None


def test_an_entry_that_has_ended_is_still_there_for_want_of_better() -> None:
    clock = FakeClock()
    cache: Cache[str, int] = Cache("test", 1, Metrics(), clock)
    cache.put("a", 1)
    clock.advance(10 * LONGEST)
    assert (cache.get("a"), cache.stale("a")) == (None, 1)
    cache.put("b", 2)
    assert cache.stale("a") is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.gateway.throttle import TABLE_SIZE, Throttle, client_of
from tests.fakes.clock import FakeClock


def test_a_client_has_a_burst_of_one_seconds_requests_and_then_its_rate() -> None:
    clock = FakeClock()
    throttle = Throttle(4, clock)
    assert [throttle.wait("a") for _ in range(5)] == [0, 0, 0, 0, 0.25]
    clock.advance(0.25)
    assert throttle.wait("a") == 0
    assert throttle.wait("a") == pytest.approx(0.25)
    assert throttle.wait("b") == 0


def test_less_than_one_request_a_second_still_lets_one_through() -> None:
    clock = FakeClock()
    throttle = Throttle(0.1, clock)
    assert throttle.wait("a") == 0
    assert throttle.wait("a") == pytest.approx(10)
    clock.advance(10)
    assert throttle.wait("a") == 0


@given(st.floats(0.1, 50), st.lists(st.floats(0, 3), max_size=60))
def test_never_more_than_the_rate_and_a_burst(rate: float, pauses: list[float]) -> None:
    clock = FakeClock(0)
    throttle = Throttle(rate, clock)
    granted = 0
    for pause in pauses:
        clock.advance(pause)
        granted += throttle.wait("a") == 0
        assert granted <= max(1, rate) + rate * clock() + 1e-6


@given(st.floats(0.1, 50), st.integers(1, 20))
def test_who_waits_as_told_is_let_through(rate: float, insisted: int) -> None:
    clock = FakeClock(0)
    throttle = Throttle(rate, clock)
    while not throttle.wait("a"):
        pass
    for _ in range(insisted):
        wait = throttle.wait("a")
    clock.advance(wait + 1e-6)
    assert throttle.wait("a") == 0


def test_the_table_forgets_who_has_been_quiet_for_longest() -> None:
    throttle = Throttle(1, FakeClock())
    throttle.wait("first")
    throttle.wait("second")
    for n in range(TABLE_SIZE - 2):
        throttle.wait(f"client {n}")
    assert throttle.wait("first") > 0
    throttle.wait("one too many")
    assert throttle.wait("first") > 0
    assert throttle.wait("second") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ("fe80::1%eth0", None, "fe80::"),
        ("::ffff:192.0.2.7", None, "192.0.2.7"),
        ("unix", None, "unix"),
        ("192.0.2.7", "198.51.100.1", "198.51.100.1"),
        ("192.0.2.7", "203.0.113.1, 198.51.100.1", "198.51.100.1"),
        ("192.0.2.7", "203.0.113.1 ,2001:db8::9 ", "2001:db8::"),
        ("192.0.2.7", "198.51.100.1:4711", "192.0.2.7"),
        ("192.0.2.7", "unknown", "192.0.2.7"),
        ("192.0.2.7", "", "192.0.2.7"),
    ],
)
def test_clients_are_addresses_or_subscribers_networks(peer: str, forwarded_for: str | None, client: str) -> None:
    assert client_of(peer, forwarded_for) == client


@given(st.text(max_size=60))
def test_any_forwarded_text_gives_some_client(text: str) -> None:
    assert client_of("192.0.2.7", text)

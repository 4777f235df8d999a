from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from citytime.breaker import CircuitBreaker, CircuitOpen, State
from citytime.errors import DeadlineExceeded, Unavailable
from tests.fakes.clock import FakeClock


class Broken(Exception):
    """What a failing dependency raises."""


class Guarded:
    """A breaker (3 failures, 30 s) with its clock and what it reported."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.reports: list[State] = []
        self.breaker = CircuitBreaker("nominatim", 3, 30.0, self.reports.append, self.clock)

    def succeed(self) -> None:
        with self.breaker.attempt():
            pass

    def fail(self, error: BaseException | None = None) -> None:
        error = error or Broken()
        with pytest.raises(type(error)), self.breaker.attempt():
            raise error

    def open(self) -> None:
        for _ in range(3):
            self.fail()


def test_failures_in_a_row_open_it() -> None:
    guarded = Guarded()
    guarded.open()
    assert guarded.breaker.state is State.OPEN
    assert guarded.reports == [State.OPEN]


def test_a_success_between_failures_starts_the_count_anew() -> None:
    guarded = Guarded()
    for _ in range(4):
        guarded.fail()
        guarded.fail()
        guarded.succeed()
    assert guarded.breaker.state is State.CLOSED
    assert guarded.reports == []


def test_open_refuses_and_says_how_long() -> None:
    guarded = Guarded()
    guarded.open()
    guarded.clock.advance(10)
    with pytest.raises(CircuitOpen) as refusal:
        guarded.succeed()
    assert isinstance(refusal.value, Unavailable)
    assert refusal.value.dependency == "nominatim"
    assert refusal.value.retry_after == pytest.approx(20)
    with pytest.raises(CircuitOpen):
        guarded.breaker.check()


def test_a_successful_trial_closes_it() -> None:
    guarded = Guarded()
    guarded.open()
    guarded.clock.advance(30)
    guarded.breaker.check()
    guarded.succeed()
    assert guarded.reports == [State.OPEN, State.HALF_OPEN, State.CLOSED]
    guarded.fail()
    assert guarded.breaker.state is State.CLOSED


def test_a_failed_trial_opens_it_for_the_whole_time_again() -> None:
    guarded = Guarded()
    guarded.open()
    guarded.clock.advance(31)
    guarded.fail()
    assert guarded.reports == [State.OPEN, State.HALF_OPEN, State.OPEN]
    guarded.clock.advance(29)
    with pytest.raises(CircuitOpen):
        guarded.succeed()


def test_half_open_lets_exactly_one_trial_through() -> None:
    guarded = Guarded()
    guarded.open()
    guarded.clock.advance(30)
    with guarded.breaker.attempt():
        with pytest.raises(CircuitOpen):
            guarded.breaker.check()
        with pytest.raises(CircuitOpen):
            guarded.succeed()
    guarded.succeed()


@pytest.mark.parametrize("error", [DeadlineExceeded("ours"), asyncio.CancelledError()], ids=["ours", "cancelled"])
def test_what_says_nothing_of_the_dependency_is_no_verdict(error: BaseException) -> None:
    guarded = Guarded()
    for _ in range(5):
        guarded.fail(error)
    assert guarded.breaker.state is State.CLOSED
    guarded.open()
    guarded.clock.advance(30)
    guarded.fail(error)
    assert guarded.reports == [State.OPEN, State.HALF_OPEN]
    guarded.succeed()
    assert guarded.reports == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_calls_begun_before_it_opened_decide_nothing_after() -> None:
    guarded = Guarded()
    early = guarded.breaker.attempt()
    early.__enter__()
    guarded.open()
    early.__exit__(None, None, None)
    assert guarded.breaker.state is State.OPEN


class BreakerMachine(RuleBasedStateMachine):
    """Overlapping calls in any order, against what a breaker promises."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.state = State.CLOSED
        self.opened_at = 0.0
        self.calls: list[tuple[AbstractContextManager[None], bool]] = []
        self.breaker = CircuitBreaker("any", 2, 10.0, self.entered, self.clock)

    def entered(self, state: State) -> None:
        allowed = {
            State.CLOSED: {State.OPEN},
            State.OPEN: {State.HALF_OPEN},
            State.HALF_OPEN: {State.OPEN, State.CLOSED},
        }
        assert state in allowed[self.state]
        self.state = state
        if state is State.OPEN:
            self.opened_at = self.clock()

    @rule()
    def begin(self) -> None:
        trying = any(trial for _, trial in self.calls)
        waiting = self.state is State.OPEN and self.clock() < self.opened_at + 10
        call = self.breaker.attempt()
        if waiting or trying:
            with pytest.raises(CircuitOpen) as refusal:
                call.__enter__()
            assert refusal.value.retry_after > 0
        else:
            call.__enter__()
            assert self.state is not State.OPEN
            self.calls.append((call, self.state is State.HALF_OPEN))

    @precondition(lambda self: self.calls)
    @rule(index=st.integers(0, 10), error=st.sampled_from([None, Broken, DeadlineExceeded, asyncio.CancelledError]))
    def end(self, index: int, error: type[BaseException] | None) -> None:
        call, _ = self.calls.pop(index % len(self.calls))
        raised = error("over") if error else None
        assert not call.__exit__(error, raised, None)

    @rule(seconds=st.floats(0, 15))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @invariant()
    def one_trial_at_most(self) -> None:
        assert self.breaker.state is self.state
        assert sum(trial for _, trial in self.calls) <= 1


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)

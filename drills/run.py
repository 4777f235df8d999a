"""One drill: inject the fault, watch callers and Prometheus, heal, and judge what was seen."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from drills import lab
from drills.callers import Callers, Sample, said
from drills.catalogue import Drill

BEFORE = 4.0
"""Seconds for which all must be well before the fault."""

SETTLED = """
min(timestamp(up)) > time() - 60
and on () time() - process_start_time_seconds{job="prometheus"} > 120
"""
"""Rules leave a Prometheus that has just been started the time to find everybody, and for five minutes it believes what
it knew of targets before, which may have other addresses now.
"""

RECOVERY = 15.0
"""Seconds from the healing in which callers must be served again."""

AFTER = 3.0
"""Seconds for which they are watched after the alert is gone."""


@dataclass
class Outcome:
    """What was seen. Times are monotonic seconds; None is what did not happen."""

    drill: Drill
    injected: float = 0.0
    healed: float = 0.0
    pending: float | None = None
    fired: float | None = None
    resolved: float | None = None
    samples: list[Sample] = field(default_factory=list)

    def failures(self) -> list[Sample]:
        """Requests that ended after the fault began, and failed."""
        return [one for one in self.samples if not one.ok and one.at + one.seconds >= self.injected]

    @property
    def first_error(self) -> float | None:
        """When the first caller had a failure in hand, in seconds from the fault."""
        return min((one.at + one.seconds - self.injected for one in self.failures()), default=None)

    @property
    def recovered(self) -> float:
        """Seconds from the healing to the last failure."""
        return max([0.0, *(one.at + one.seconds - self.healed for one in self.failures())])

    def complaints(self) -> Iterator[str]:
        """Sentences, each on something that must not be."""
        drill = self.drill
        if self.fired is None:
            yield f"{drill.alert} did not fire within {drill.fires:g} s"
        elif self.resolved is None:
            yield f"{drill.alert} was not resolved within {drill.resolves:g} s"
        if any(not one.ok for one in self.samples if one.at + one.seconds < self.injected):
            yield "callers saw failures before the fault"
        during = [one for one in self.samples if self.injected <= one.at < self.healed]
        for kind in sorted({one.kind for one in self.failures()}):
            allowed = drill.callers.get(kind)
            if allowed is None:
                yield f"{kind} must not fail, and did: {said([one for one in self.failures() if one.kind == kind])}"
                continue
            if odd := {one.status for one in self.failures() if one.kind == kind} - allowed.statuses:
                yield f"{kind}: callers saw {sorted(odd)}"
            asked = [one for one in during if one.kind == kind]
            share = sum(not one.ok for one in asked) / max(1, len(asked))
            if share > allowed.share:
                yield f"{kind}: {share:.0%} failed, {allowed.share:.0%} may"
        slowest = max(self.samples, key=lambda one: one.seconds)
        if slowest.seconds > drill.deadline:
            yield f"an answer ({slowest.kind}) took {slowest.seconds:.1f} s"
        if self.recovered > RECOVERY:
            yield f"callers still failed {self.recovered:.1f} s after the healing"

    def row(self) -> list[str]:
        """The cells under HEAD: times from the fault, and from the healing for what follows that."""
        return [
            self.drill.name,
            _from(self.first_error, 0.0),
            _from(self.pending, self.injected),
            f"{self.drill.alert} {_from(self.fired, self.injected)}",
            f"{self.recovered:.1f} s" if self.failures() else "-",
            _from(self.resolved, self.healed),
            said(self.failures()),
        ]


HEAD = ["fault", "first error", "pending", "alert", "callers well", "resolved", "callers saw"]


def _from(moment: float | None, start: float) -> str:
    return "-" if moment is None else f"{moment - start:.1f} s"


def _await(what: Callable[[], bool], seconds: float) -> float | None:
    """When something became true, None if it did not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if what():
                return time.monotonic()
        except (OSError, ValueError):  # Prometheus itself may be what is at fault
            pass
        time.sleep(0.5)
    return None


def _holds(expression: str) -> bool:
    return bool(lab.query(expression))


def heal(drill: Drill) -> None:
    """Mend what the drill breaks; harmless where nothing is broken, and not to be interrupted."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        lab.shell(drill.heal)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _fault(drill: Drill, outcome: Outcome) -> Iterator[None]:
    try:
        outcome.injected = time.monotonic()
        lab.shell(drill.inject)
        yield
    finally:
        heal(drill)
        outcome.healed = time.monotonic()


def run(drill: Drill, *, before: float = BEFORE, after: float = AFTER) -> Outcome:
    """Do it. Raises LabError if the lab is in no state for it."""
    outcome = Outcome(drill)

    def state() -> set[str]:
        return {one["state"] for one in lab.alerts(drill.alert, drill.labels)}

    def watch() -> bool:
        found = state()
        if found and outcome.pending is None:
            outcome.pending = time.monotonic()
        return "firing" in found

    for expression in filter(None, (SETTLED, drill.ready)):
        if _await(partial(_holds, expression), 600) is None:
            raise lab.LabError(f"{drill.name}: `{expression}` gives nothing after ten minutes of load")
    if _await(lambda: not state(), drill.resolves) is None:
        raise lab.LabError(f"{drill.name}: {drill.alert} is active already")
    with Callers(lab.gateway()) as callers:
        time.sleep(before)
        with _fault(drill, outcome):
            outcome.fired = _await(watch, drill.fires)
        outcome.resolved = _await(lambda: not state(), drill.resolves)
        time.sleep(after)
    outcome.samples = callers.samples
    return outcome

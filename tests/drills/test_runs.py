"""A drill, run on a lab that is not real: what is seen, what is judged, and that all is mended in any case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_lab import FakeLab

from drills import lab
from drills.callers import Sample
from drills.catalogue import Drill, Seen
from drills.run import Outcome, run

FAILING = {"new": Seen(frozenset({503}))}


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLab]:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for known in (lab.project, lab.address):
        known.cache_clear()
    with FakeLab(tmp_path) as served:
        yield served
    for known in (lab.project, lab.address):
        known.cache_clear()


def drill(fake: FakeLab, callers: dict[str, Seen], inject: str = "", fires: float = 5) -> Drill:
    return Drill(
        name="broken",
        fault="something is broken",
        inject=inject or f"touch {fake.fault}",
        heal=f"rm -f {fake.fault}",
        alert="Broken",
        labels={"job": "x"},
        dashboard="citytime-lab",
        panel="Targets",
        fires=fires,
        resolves=5,
        callers=callers,
    )


def quick(one: Drill) -> Outcome:
    return run(one, before=0.5, after=0.5)


def test_a_fault_is_seen_and_healed(fake: FakeLab) -> None:
    outcome = quick(drill(fake, FAILING))
    assert list(outcome.complaints()) == []
    assert outcome.first_error is not None
    assert outcome.fired is not None
    assert outcome.pending is not None
    assert outcome.injected < outcome.pending < outcome.fired < outcome.healed
    assert not fake.fault.exists()
    assert outcome.row()[0] == "broken"
    assert outcome.row()[-1].startswith("new 503")


def test_callers_who_must_not_fail_are_told_of(fake: FakeLab) -> None:
    (complaint,) = quick(drill(fake, {})).complaints()
    assert complaint.startswith("new must not fail, and did: new 503")


def test_an_alert_that_does_not_fire_is_told_of(fake: FakeLab) -> None:
    fake.fires_after = None
    assert list(quick(drill(fake, FAILING, fires=1.5)).complaints()) == ["Broken did not fire within 1.5 s"]
    assert not fake.fault.exists()


def test_what_is_half_broken_is_mended_too(fake: FakeLab) -> None:
    with pytest.raises(lab.LabError, match="false"):
        quick(drill(fake, FAILING, inject=f"touch {fake.fault}\nfalse"))
    assert not fake.fault.exists()


def test_a_command_that_takes_too_long_leaves_nothing_behind(fake: FakeLab) -> None:
    with pytest.raises(lab.LabError, match="took more than"):
        lab.shell(f"(sleep 1; touch {fake.folder}/late) & wait", timeout=0.3)
    threading.Event().wait(1.5)
    assert not (fake.folder / "late").exists()


def test_an_alert_that_is_active_before_is_no_drill(fake: FakeLab) -> None:
    fake.fault.touch()
    one = replace(drill(fake, FAILING), resolves=1)
    with pytest.raises(lab.LabError, match="active already"):
        quick(one)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_still_heals(fake: FakeLab, tmp_path: Path, number: signal.Signals, code: int) -> None:
    (tmp_path / "interrupted.py").write_text(
        f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal: who runs us may have it ignored
from drills import __main__ as drills, catalogue
one = catalogue.Drill(name="broken", fault="", inject="touch {fake.fault}", heal="sleep 0.2; rm -f {fake.fault}",
    alert="Broken", dashboard="", panel="", fires=60, resolves=5)
drills.read = lambda: {{"broken": one}}
drills.WARM = 0
sys.argv = ["drills", "broken"]
sys.exit(drills.main())
"""
    )
    fake.fires_after = None
    process = subprocess.Popen(
        [sys.executable, tmp_path / "interrupted.py"], env=os.environ | {"PYTHONPATH": str(lab.ROOT)}
    )
    try:
        appeared = threading.Event()
        for _ in range(300):
            if fake.fault.exists():
                break
            appeared.wait(0.05)
        assert fake.fault.exists()
        process.send_signal(number)
        assert process.wait(15) == code
        assert not fake.fault.exists()
    finally:
        process.kill()
        process.wait()


def sample(at: float, status: int, seconds: float = 0.1, kind: str = "new") -> Sample:
    return Sample(at, kind, status, seconds)


def outcome(fake: FakeLab, *samples: Sample, callers: dict[str, Seen] | None = None) -> list[str]:
    """What is said of a drill whose fault was from 10 to 20 s."""
    seen = Outcome(drill(fake, callers or FAILING), 10.0, 20.0, 11.0, 12.0, 22.0, list(samples))
    return list(seen.complaints())


def test_judgements(fake: FakeLab) -> None:
    assert outcome(fake, sample(5, 200), sample(12, 503)) == []
    assert outcome(fake, sample(5, 503)) == ["callers saw failures before the fault"]
    assert outcome(fake, sample(12, 500)) == ["new: callers saw [500]"]
    assert outcome(fake, sample(12, 503, 7.0)) == ["an answer (new) took 7.0 s"]
    assert outcome(fake, sample(36, 503)) == ["callers still failed 16.1 s after the healing"]
    half = {"new": Seen(frozenset({503}), 0.4)}
    assert outcome(fake, sample(12, 503), sample(13, 200), callers=half) == ["new: 50% failed, 40% may"]

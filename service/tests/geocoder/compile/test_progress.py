"""Progress: a bar for those who watch, a line a stage for logs."""

from __future__ import annotations

import io

from citytime.geocoder.compile.progress import Progress
from tests.fakes.clock import FakeClock


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def ticking(clock: FakeClock, count: int) -> list[int]:
    return list(range(count))


def test_a_log_gets_a_line_a_stage() -> None:
    out, clock = io.StringIO(), FakeClock()
    progress = Progress(out, clock)
    assert progress.stage("Loading", lambda: clock.advance(1.25)) is None
    assert list(progress.track("Reading", [1, 2, 3])) == [1, 2, 3]
    assert out.getvalue() == "Loading: 1.2 s\nReading: 3 in 0.0 s\n"


def test_a_terminal_gets_a_bar_that_ends_as_a_line() -> None:
    out, clock = Terminal(), FakeClock()
    for _ in Progress(out, clock).track("Reading", range(1024)):
        clock.advance(0.01)
    *bars, last = out.getvalue().split("\r\x1b[K")[1:]
    assert [bar.split()[2:4] for bar in bars] == [["0", "%"], ["25", "%"], ["50", "%"], ["75", "%"]]
    assert bars[2].startswith("Reading ████████████░░░░░░░░░░░░")
    assert bars[2].endswith("5 s left")
    assert last == "Reading: 1,024 in 10.2 s\n"


def test_what_has_no_known_length_is_counted() -> None:
    out, clock = Terminal(), FakeClock()
    for _ in Progress(out, clock).track("Reading", iter(range(300))):
        clock.advance(1)
    assert "\r\x1b[KReading 256" in out.getvalue()
    assert out.getvalue().endswith("Reading: 300 in 300.0 s\n")


def test_a_stage_says_what_is_under_way_and_gives_its_result() -> None:
    out = Terminal()
    assert Progress(out, FakeClock()).stage("Packing", lambda: 7) == 7
    assert out.getvalue() == "\r\x1b[KPacking …\r\x1b[KPacking: 0.0 s\n"


def test_nothing_is_drawn_faster_than_one_can_look() -> None:
    out = Terminal()
    list(Progress(out, FakeClock()).track("Reading", range(100_000)))
    assert out.getvalue().count("\r") == 2

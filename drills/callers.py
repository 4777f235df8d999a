"""Callers who ask without pause while a fault lasts, and remember what they got."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase

PAUSE = 0.25
"""Seconds from an answer to the next request of the same kind."""

HUNG = 10.0
"""Seconds after which a caller gives up."""

NO_CONNECTION, NO_ANSWER = 0, -1
_SAID = {NO_CONNECTION: "no connection", NO_ANSWER: "hung"}

_dice = random.Random()  # noqa: S311

KINDS: dict[str, Callable[[], str]] = {
    "popular": lambda: "/lisbon",
    "new": lambda: f"/paris?near={_dice.uniform(-80, 80):.4f},{_dice.uniform(-170, 170):.4f}",
    "point": lambda: f"/{_dice.uniform(-80, 80):.4f},{_dice.uniform(-170, 170):.4f}",
    "picture": lambda: "/homersimpson",
    "unknown": lambda: "/" + "".join(_dice.choices(ascii_lowercase, k=14)),
}
"""What is asked: a city that every cache has, one with a wish that nobody had before, a new position (needs the time
zones too), a picture, a name that only an online geocoder might know."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it was made (monotonic), its kind and status, how long it took. Times are in seconds."""

    at: float
    kind: str
    status: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it was answered as it should be; an unknown place is not found."""
        return self.status == (404 if self.kind == "unknown" else 200)


def ask(address: str, kind: str) -> Sample:
    """One request on a connection of its own."""
    at = time.monotonic()
    connection = http.client.HTTPConnection(address, timeout=HUNG)
    try:
        connection.request("GET", KINDS[kind](), headers={"Accept": "application/json, image/*"})
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except TimeoutError:
        status = NO_ANSWER
    except (OSError, http.client.HTTPException):
        status = NO_CONNECTION
    finally:
        connection.close()
    return Sample(at, kind, status, time.monotonic() - at)


class Callers:
    """Two callers of each kind, from `with` to its end; `samples` is what they got, as it comes."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(kind,), daemon=True) for kind in [*KINDS] * 2]
        self.samples: list[Sample] = []

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(HUNG + 1)

    def _ask(self, kind: str) -> None:
        while not self._done.is_set():
            self.samples.append(ask(self._address, kind))
            self._done.wait(PAUSE)


def said(samples: list[Sample]) -> str:
    """What failed, the most frequent first: `new 503 × 81, point hung × 2`."""
    seen = Counter((one.kind, one.status) for one in samples if not one.ok)
    return (
        ", ".join(f"{kind} {_SAID.get(status, status)} × {n}" for (kind, status), n in seen.most_common()) or "nothing"
    )

"""Asking and judging: a case is right when the answer's clock is the expected one's for two years around now.

Whether the answer is the place that was meant is judged apart, since a wrong place may have the right clock.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from citytime.domain import MatchKind, Point, distance_km
from citytime.errors import InvalidInput, NotFound
from citytime.geocoder.compile.zones import same_clock

Ask = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""What answers, as `citytime.gateway.api.Api.time` does."""

THERE_KM = 150
"""A place as far as this from where the set has it is the one that is meant: sets give islands and regions a point."""

_GUESSED = (MatchKind.PREFIX, MatchKind.FUZZY)


@dataclass(frozen=True, slots=True)
class Case:
    """A name to ask for, perhaps with a country, and what its set says of it.

    `zones` are those whose clock is right and `points` where the place is: several where the set has several places of
    one name and does not say which. `note` is for the reader.
    """

    name: str
    zones: tuple[str, ...]
    country: str | None = None
    points: tuple[Point, ...] = ()
    note: str = ""

    @property
    def query(self) -> str:
        """What is asked: `name` or `name,country`."""
        return self.name if self.country is None else f"{self.name},{self.country}"


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases that are counted together, and the shares that are asked of them.

    `shared` says that our data is compiled from the set's own source too. `remark` says what was left out, or why
    there are no cases.
    """

    name: str
    title: str
    cases: tuple[Case, ...]
    least_right: float | None = None
    most_wrong: float | None = None
    shared: bool = False
    remark: str = ""


class Verdict(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong zone"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a case got. `distance` (km) is that of the place from the one meant, where both are known."""

    case: Case
    verdict: Verdict
    zone: str | None = None
    place: Mapping[str, Any] | None = None
    match: MatchKind | None = None
    distance: float | None = None
    problem: str = ""

    @property
    def guessed(self) -> bool:
        """Whether nothing had the name, and what came nearest was taken."""
        return self.match in _GUESSED

    @property
    def there(self) -> bool:
        """Whether the place is the one that was meant."""
        return self.distance is not None and self.distance <= THERE_KM


async def ask(answer: Ask, case: Case, now: datetime) -> Answer:
    """Put one case to `answer` and judge what comes back.

    What a caller would see as "not found" is an answer; errors that spoil the measurement (Unavailable,
    DeadlineExceeded) are raised.
    """
    try:
        facts = await answer({"city": case.query})
    except (NotFound, InvalidInput) as error:
        return Answer(case, Verdict.NOT_FOUND, problem=str(error))
    zone: str = facts["timezone"]
    place: Mapping[str, Any] | None = facts["place"]
    return Answer(
        case,
        Verdict.RIGHT if any(same_clock(zone, expected, now) for expected in case.zones) else Verdict.WRONG,
        zone,
        place,
        MatchKind(facts["match"]["kind"]),
        None if place is None else _distance(place, case.points),
    )


def _distance(place: Mapping[str, Any], points: Iterable[Point]) -> float | None:
    here = Point(place["latitude"], place["longitude"])
    return min((distance_km(here, point) for point in points), default=None)

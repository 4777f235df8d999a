"""A zone's whole time line: the changes of its table, then those that its footer's rule makes for ever."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from citytime.domain import Clock, Transition
from citytime.timezones.footer import Rule, parse_footer
from citytime.timezones.saving import turn_negative_saving
from citytime.timezones.tzif import Change, TimeType, Tzif, read_zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
_MIN = (datetime.min.replace(tzinfo=UTC) - EPOCH) // SECOND
_MAX = (datetime.max.replace(tzinfo=UTC) - EPOCH) // SECOND


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a time line: the type before its first transition, and its transitions with their seconds."""

    first: TimeType
    seconds: tuple[int, ...]
    transitions: tuple[Transition, ...]

    def clock(self, zone: str, seconds: int) -> Clock:
        """The clock at a moment, true only where the stretch holds the transitions on both sides."""
        index = bisect_right(self.seconds, seconds)
        previous = self.transitions[index - 1] if index else None
        following = self.transitions[index] if index < len(self.transitions) else None
        now = previous or self.first
        return Clock(zone, now.offset, now.abbreviation, now.dst, previous, following)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A zone's time line: a table, and the rule that holds from its last transition on."""

    zone: str
    table: Stretch
    rule: Rule | None

    def clock(self, seconds: int) -> Clock:
        """The clock at a moment, in seconds since 1970-01-01T00:00:00Z; also outside of what datetime can hold."""
        known = self.table.seconds
        if self.rule is None or (known and seconds < known[-1]):
            return self.table.clock(self.zone, seconds)
        year = (EPOCH + timedelta(seconds=min(max(seconds, _MIN), _MAX))).year
        return _years_around(self.rule, year).clock(self.zone, seconds)


@cache
def timeline(zone: str) -> Timeline:
    """The time line of a zone, named exactly as in `zones.all_zones()`; read once a process, when first asked for."""
    return build(zone, read_zone(zone))


def build(zone: str, compiled: Tzif) -> Timeline:
    """Join the table and the footer's rule of a compiled zone. Raises ValueError for a footer not understood."""
    changes = list(compiled.changes)
    rule = parse_footer(compiled.footer)
    continued = rule is not None and bool(changes)
    if rule and changes:
        # Go on with the rule for a few years, until no year around a moment past the table's end reaches back into
        # the table: from there on the rule alone answers.
        last = changes[-1].at
        year = (EPOCH + timedelta(seconds=last)).year
        changes += [change for y in range(year, year + 4) for change in rule.changes(y) if change.at > last]
    first, *types = turn_negative_saving([compiled.first, *(change.type for change in changes)])
    changes = [Change(change.at, kind) for change, kind in zip(changes, types, strict=True)]
    if continued:
        changes.pop()  # without its successor, turn_negative_saving could not judge it
    return Timeline(zone, _stretch(first, changes), rule.saving_positive() if rule else None)


@lru_cache(maxsize=1024)
def _years_around(rule: Rule, year: int) -> Stretch:
    """The rule's transitions of a year, the one before and the one after."""
    changes = [change for y in (year - 1, year, year + 1) for change in rule.changes(y)]
    first = rule.standard if changes[0].type is rule.daylight else rule.daylight
    return _stretch(first, changes)


def _stretch(first: TimeType, changes: Iterable[Change]) -> Stretch:
    """Keep the changes that datetime can hold and that really change something."""
    seconds: list[int] = []
    transitions: list[Transition] = []
    before = first
    for at, kind in changes:
        if at < _MIN:
            first = before = kind
        elif kind != before and at <= _MAX:
            seconds.append(at)
            transitions.append(
                Transition(EPOCH + timedelta(seconds=at), before.offset, kind.offset, kind.abbreviation, kind.dst)
            )
            before = kind
    return Stretch(first, tuple(seconds), tuple(transitions))

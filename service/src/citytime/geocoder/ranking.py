"""Ranking: which of several places a name most likely means.

All weights are in powers of ten of inhabitants, so that they can be read: a bonus of 1 outweighs ten times the
population. They are measured, not guessed: `make accuracy` shows what a change does. docs/resolving.md explains them
on examples.
"""

from __future__ import annotations

import math
from enum import IntEnum


class NameKind(IntEnum):
    """What a name is to its place. Stored in the database: append, never renumber."""

    PRIMARY = 0
    """The place's own name in the gazetteer."""
    OFFICIAL = 1
    """Its name in some language by Unicode CLDR, or a country's or region's name."""
    ALTERNATE = 2
    """Any other name that GeoNames has: other languages, former names, nicknames."""
    ROMANISED = 3
    """A letter-by-letter transcription that few people would type (*lshbwnt* for Lisbon)."""
    CODE = 4
    """An abbreviation or airport code: NYC, LA, JFK."""


NAME_BONUS = {
    NameKind.PRIMARY: 1.5,
    NameKind.OFFICIAL: 1.2,
    NameKind.ALTERNATE: 0.0,
    NameKind.ROMANISED: -1.0,
    NameKind.CODE: 0.0,
}
"""Without the first, *islamabad* is Chattogram (once Islamabad, six times as large)."""

CAPITAL_BONUS = 2.0
"""Without it, *dili* is Delhi and *adamstown* a town in Pennsylvania."""

OWN_NAMES = (NameKind.PRIMARY, NameKind.OFFICIAL)
"""Names by which a capital is met as one: else *victoria* is Hong Kong, where a district was called so."""

FAME = 1.5
"""Weight of the number of names (its decimal logarithm): a place known in many languages is the one meant. It makes
*odessa* the Ukrainian one, which is spelt *Odesa*, though there is an Odessa in Texas."""

QUALIFIED_OWN_NAME = 1.5
"""What its own name is worth more where the query says in which country or region: *old town, us* is not Las Vegas."""

SERVED_BONUS = 2.5
"""For the city that an airport is named for, where the query says in which country or region: of a country's namesakes
it is the one that people from elsewhere mean. Not for bare names: *odessa* is not in Texas."""

NEAR_WEIGHT = 2.5
"""How much a tenth of the distance to `near=` counts: within some ten kilometres of Paris, Texas, it is that Paris."""

PREFIX_PENALTY = 0.35
"""For each letter that the query lacks of a name it begins."""

TYPO_PENALTY = 6.0
"""For each edit between the query and a name: with less, what is one letter from a town is two from some country."""

GUESS_PENALTY = 2.0
"""For guessing at a name that is neither a place's own nor official: there are so many that one is always near."""


def importance(population: int, names: int) -> float:
    """The weight of a place by itself: `population` inhabitants, known by `names` names, its own included."""
    return math.log10(max(population, 30)) + FAME * math.log10(max(names, 1))


def name_bonus(kind: NameKind, *, capital: bool) -> float:
    """What is added to a place's importance where it is met by a name of this kind."""
    return NAME_BONUS[kind] + (CAPITAL_BONUS if capital and kind in OWN_NAMES else 0.0)


def qualified_bonus(kind: NameKind, *, served: bool) -> float:
    """What is added to a hit's weight in a query that says in which country or region."""
    return (QUALIFIED_OWN_NAME if kind in OWN_NAMES else 0.0) + (SERVED_BONUS if served and kind in OWN_NAMES else 0.0)


def guess_penalty(kind: NameKind, *, edits: int = 0, missing: int = 0) -> float:
    """What is taken off where a name of this kind is only like the query: by edits, or its end missing."""
    penalty = TYPO_PENALTY * edits + PREFIX_PENALTY * missing
    return penalty if kind in OWN_NAMES else penalty + GUESS_PENALTY


def nearness(distance_km: float) -> float:
    """What closeness to the caller's `near=` adds; 0 on the other side of the earth."""
    return NEAR_WEIGHT * math.log10(20040 / max(distance_km, 10.0)) if distance_km < 20040 else 0.0


def confidence(weight: float, rival: float | None) -> float:
    """A score in (0, 1) for the chosen place: its odds against its strongest rival (`weight` in powers of ten)."""
    if rival is None:
        return 1.0
    return 1 / (1 + 10 ** min(rival - weight, 6.0))

"""From scored hits to an answer: one entry a place, best first, in the caller's language, with how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from citytime.domain import Candidate, Match, MatchKind, Place, PlaceQuery, Point, Resolution, distance_km
from citytime.geocoder import ranking
from citytime.geocoder.gazetteer import Gazetteer, Hit

SOURCE = "gazetteer"
AMBIGUITY_MARGIN = 1.0
"""A choice is a guess while a rival is within this many powers of ten of the best."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


class Scored(NamedTuple):
    """A hit with its weight for a query (ranking.py), and how much of the name was really written, in (0, 1]."""

    weight: float
    hit: Hit
    match: MatchKind
    likeness: float = 1.0


def ranked(scored: Iterable[Scored], query: PlaceQuery) -> list[Scored]:
    """One entry a place, its best; best first, by weight and closeness to `near`, then by population and key."""
    best: dict[int, Scored] = {}
    for entry in scored if query.near is None else (_nearer(entry, query.near) for entry in scored):
        known = best.get(entry.hit.key)
        if known is None or known.weight < entry.weight:
            best[entry.hit.key] = entry
    return sorted(best.values(), key=lambda entry: (-entry.weight, -entry.hit.population, entry.hit.key))


def _nearer(entry: Scored, near: Point) -> Scored:
    return entry._replace(weight=entry.weight + ranking.nearness(distance_km(near, entry.hit.point)))


def choose(gazetteer: Gazetteer, scored: Iterable[Scored], query: PlaceQuery) -> Resolution:
    """The best of some hits, of which there must be one, with up to `query.limit` others."""
    entries = ranked(scored, query)
    best, *others = candidates(gazetteer, entries[: query.limit + 1], query)
    guessed = best.match.kind in (MatchKind.PREFIX, MatchKind.FUZZY)
    close = len(entries) > 1 and entries[1].weight > entries[0].weight - AMBIGUITY_MARGIN
    return Resolution(best, tuple(others), ambiguous=guessed or close)


def candidates(gazetteer: Gazetteer, entries: list[Scored], query: PlaceQuery) -> list[Candidate]:
    """Ranked entries as candidates; the best is scored by its odds against the second, the others against the best."""
    places = labelled(gazetteer, {entry.hit.key: gazetteer.shown(entry.hit) for entry in entries}, query.lang)
    found = []
    for number, (weight, hit, kind, likeness) in enumerate(entries):
        rival = entries[1 if number == 0 else 0].weight if len(entries) > 1 else None
        match = Match(kind, round(likeness * ranking.confidence(weight, rival), 4), SOURCE)
        distance = None if query.near is None else distance_km(query.near, hit.point)
        found.append(Candidate(places[hit.key], match, distance))
    return found


def labelled(gazetteer: Gazetteer, places: dict[int, Place], lang: str | None) -> dict[int, Place]:
    """The places with their names and countries in a language, where the data has them."""
    langs = fallbacks(lang) if lang else []
    if not langs or not places:
        return places
    # 0 is no place's key.
    countries = {key: gazetteer.coded(f"country:{place.country_code}") or 0 for key, place in places.items()}
    labels = gazetteer.labels([*places, *countries.values()], langs)
    return {
        key: replace(place, name=labels.get(key, place.name), country=labels.get(countries[key]) or place.country)
        for key, place in places.items()
    }


def fallbacks(lang: str) -> list[str]:
    """A BCP 47 tag and what to try after it (RFC 4647, section 3.4): zh-Hant-TW, zh-Hant, zh; none for no tag."""
    if not _LANGUAGE.fullmatch(lang):
        return []
    parts = lang.replace("_", "-").split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def describe(place: Place) -> str:
    """A place's name with what sets it apart, as it can be asked for again: `Paris, Texas, United States`."""
    parts = [place.name, place.region, place.country]
    return ", ".join(dict.fromkeys(part for part in parts if part))

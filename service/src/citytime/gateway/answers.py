"""The facts of an answer, as plain values in the order in which they are shown. How they look is up to render.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from citytime.domain import (
    Candidate,
    Clock,
    DataVersions,
    LocalKind,
    LocalMoment,
    Match,
    Place,
    Point,
    Transition,
    Zone,
)
from citytime.gateway.finding import Found
from citytime.timezones.rfc3339 import format_local, format_offset

Facts = dict[str, Any]


def place_facts(place: Place, distance_km: float | None = None) -> Facts:
    """A place; its distance where one is known, in km to a tenth."""
    facts: Facts = {
        "id": place.id,
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "country_code": place.country_code,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "population": place.population,
        "kind": place.kind.value,
        "timezone": place.timezone,
    }
    if distance_km is not None:
        facts["distance_km"] = round(distance_km, 1)
    return facts


def candidate_facts(candidate: Candidate) -> Facts:
    """A place that was one of several, and why it is among them."""
    return place_facts(candidate.place, candidate.distance_km) | {"match": match_facts(candidate.match)}


def match_facts(match: Match) -> Facts:
    """Why a place was chosen."""
    return {"kind": match.kind.value, "score": match.score, "source": match.source}


def point_facts(point: Point) -> Facts:
    """A position in degrees."""
    return {"latitude": point.latitude, "longitude": point.longitude}


def clock_facts(clock: Clock, at: datetime) -> Facts:
    """What a zone's clock shows at a moment. Raises InvalidInput where that is beyond the calendar."""
    return {
        "timezone": clock.zone,
        "local_time": format_local(at, clock.offset),
        "utc_offset": format_offset(clock.offset),
        "abbreviation": clock.abbreviation,
        "dst": clock.dst,
        "next_transition": transition_facts(clock.next),
    }


def transition_facts(transition: Transition | None) -> Facts | None:
    """A change of the clock: when, on the clock as it is from then on, and to what."""
    if transition is None:
        return None
    return {
        "at": format_local(transition.at, transition.offset),
        "utc_offset": format_offset(transition.offset),
        "abbreviation": transition.abbreviation,
        "dst": transition.dst,
    }


def time_facts(found: Found, clock: Clock, at: datetime, reading: LocalMoment | None, data: Facts) -> Facts:
    """What time it is in a place; `reading` is what a local `at=` was read as, `data` the versions of the data."""
    facts: Facts = {
        "query": found.query,
        "place": place_facts(found.place, found.distance_km) if found.place else None,
        **clock_facts(clock, at),
        "match": match_facts(found.match),
        "alternatives": [candidate_facts(candidate) for candidate in found.alternatives],
        "data": data,
    }
    if found.point is not None:
        facts["coordinates"] = point_facts(found.point)
    if reading is not None:
        facts["reading"] = reading_facts(reading, clock)
    return facts


_EXPLANATIONS = {
    LocalKind.UNIQUE: "The clock shows this reading once.",
    LocalKind.GAP: "The clock skips this reading; it is taken as if the clock had not been changed before it.",
    LocalKind.OVERLAP: "The clock shows this reading twice; the first is taken, and `later` is the second.",
}


def reading_facts(reading: LocalMoment, clock: Clock) -> Facts:
    """How often a reading of the local clock occurs, which moment it is taken for, and the change that is to blame.

    `clock` is the one at the moment taken: just after the change that makes a gap, just before one that repeats.
    """
    changes = {LocalKind.GAP: clock.previous, LocalKind.OVERLAP: clock.next}
    return {
        "kind": reading.kind.value,
        "explanation": _EXPLANATIONS[reading.kind],
        "instant": format_local(reading.instant, 0),
        "later": None if reading.later is None else format_local(reading.later, 0),
        "transition": transition_facts(changes.get(reading.kind)),
    }


def zone_facts(zone: Zone, clock: Clock, at: datetime) -> Facts:
    """A zone with its clock."""
    return {
        **clock_facts(clock, at),
        "previous_transition": transition_facts(clock.previous),
        "canonical": zone.canonical,
        "countries": list(zone.countries),
        "coordinates": None if zone.point is None else point_facts(zone.point),
        "comment": zone.comment,
    }


def data_facts(data: DataVersions) -> Facts:
    """Versions of the data."""
    return {"tzdata": data.tzdata, "boundaries": data.boundaries, "gazetteer": data.gazetteer}

"""The facts of an answer, as plain values in the order in which they are shown. How they look is up to render.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from citytime.domain import Candidate, Clock, DataVersions, LocalMoment, Place, Transition, Zone
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
    match = {"kind": candidate.match.kind.value, "score": candidate.match.score, "source": candidate.match.source}
    return place_facts(candidate.place, candidate.distance_km) | {"match": match}


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


def time_facts(found: Found, clock: Clock, at: datetime, reading: LocalMoment | None, data: DataVersions) -> Facts:
    """The answer to "what time is it in …?"; `reading` is what a local `at=` was read as."""
    facts: Facts = {
        "query": found.query,
        "place": place_facts(found.place, found.distance_km) if found.place else None,
        **clock_facts(clock, at),
        "match": {"kind": found.match.kind.value, "score": found.match.score, "source": found.match.source},
        "alternatives": [candidate_facts(candidate) for candidate in found.alternatives],
        "data": data_facts(data),
    }
    if found.point is not None:
        facts["coordinates"] = {"latitude": found.point.latitude, "longitude": found.point.longitude}
    if reading is not None:
        facts["reading"] = reading_facts(reading, clock)
    return facts


def reading_facts(reading: LocalMoment, clock: Clock) -> Facts:
    """How often a reading of the local clock occurs, and which moment it is taken for."""
    explanation = {
        "unique": "This reading occurs once.",
        "gap": "The clock skips this reading; it is taken as so long after the change as it is past it.",
        "overlap": "The clock shows this reading twice; the first is taken, the second is `later`.",
    }
    return {
        "kind": reading.kind.value,
        "instant": format_local(reading.instant, 0),
        "later": None if reading.later is None else format_local(reading.later, 0),
        "explanation": explanation[reading.kind.value],
        "previous_transition": transition_facts(clock.previous),
    }


def zone_facts(zone: Zone, clock: Clock, at: datetime) -> Facts:
    """A zone with its clock."""
    point = zone.point
    return {
        **clock_facts(clock, at),
        "previous_transition": transition_facts(clock.previous),
        "canonical": zone.canonical,
        "countries": list(zone.countries),
        "coordinates": None if point is None else {"latitude": point.latitude, "longitude": point.longitude},
        "comment": zone.comment,
    }


def data_facts(data: DataVersions) -> Facts:
    """Versions of the data."""
    return {"tzdata": data.tzdata, "boundaries": data.boundaries, "gazetteer": data.gazetteer}

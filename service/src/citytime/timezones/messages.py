"""Zones and clocks as protocol buffers, for the server and the client of the time zones.

`write_…` makes messages of domain values, `read_…` the reverse; `check_…` reads from a request and raises InvalidInput
naming the field.
"""

from __future__ import annotations

from datetime import datetime

from citytime.domain import Clock, LocalKind, LocalMoment, Transition, Zone
from citytime.errors import InvalidInput
from citytime.rpc.fields import check_text, read_moment, read_point, write_moment, write_point
from citytime.v1 import time_zones_pb2 as pb

_LOCAL_KINDS = {kind: pb.LocalKind.Value(f"LOCAL_KIND_{kind.name}") for kind in LocalKind}
_LOCAL_KIND_OF = {number: kind for kind, number in _LOCAL_KINDS.items()}


def write_zone(zone: Zone) -> pb.TimeZone:
    """What the tables say of a zone."""
    return pb.TimeZone(
        name=zone.name,
        canonical=zone.canonical,
        country_codes=zone.countries,
        point=write_point(zone.point) if zone.point else None,
        comment=zone.comment,
    )


def read_zone(message: pb.TimeZone) -> Zone:
    """What the tables say of a zone."""
    return Zone(
        message.name,
        message.canonical,
        tuple(message.country_codes),
        read_point(message.point) if message.HasField("point") else None,
        message.comment if message.HasField("comment") else None,
    )


def write_clock(clock: Clock) -> pb.Clock:
    """What a zone's clock does."""
    return pb.Clock(
        time_zone=clock.zone,
        offset=clock.offset,
        abbreviation=clock.abbreviation,
        dst=clock.dst,
        previous=_write_transition(clock.previous) if clock.previous else None,
        next=_write_transition(clock.next) if clock.next else None,
    )


def read_clock(message: pb.Clock) -> Clock:
    """What a zone's clock does."""
    return Clock(
        message.time_zone,
        message.offset,
        message.abbreviation,
        message.dst,
        _read_transition(message.previous) if message.HasField("previous") else None,
        _read_transition(message.next) if message.HasField("next") else None,
    )


def _write_transition(transition: Transition) -> pb.Transition:
    return pb.Transition(
        at=write_moment(transition.at),
        offset_before=transition.offset_before,
        offset=transition.offset,
        abbreviation=transition.abbreviation,
        dst=transition.dst,
    )


def _read_transition(message: pb.Transition) -> Transition:
    return Transition(read_moment(message.at), message.offset_before, message.offset, message.abbreviation, message.dst)


def check_local_time(text: str) -> datetime:
    """A reading of a clock: naive, ISO 8601."""
    try:
        local = datetime.fromisoformat(check_text(text, "local_time"))
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None:
        raise InvalidInput("local_time must be ISO 8601 without an offset: 2026-03-29T01:30:00", "local_time")
    return local


def write_local_moment(moment: LocalMoment) -> pb.LocateLocalTimeResponse:
    """A reading placed on the time line."""
    return pb.LocateLocalTimeResponse(
        kind=_LOCAL_KINDS[moment.kind],
        instant=write_moment(moment.instant),
        later=write_moment(moment.later) if moment.later else None,
    )


def read_local_moment(message: pb.LocateLocalTimeResponse) -> LocalMoment:
    """A reading placed on the time line; of an unknown kind, one that occurs once."""
    return LocalMoment(
        _LOCAL_KIND_OF.get(message.kind, LocalKind.UNIQUE),
        read_moment(message.instant),
        read_moment(message.later) if message.HasField("later") else None,
    )

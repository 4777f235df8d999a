from __future__ import annotations

from datetime import datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Clock, LocalKind, LocalMoment, Zone
from citytime.errors import InvalidInput
from citytime.rpc.fields import check_moment, write_moment
from citytime.timezones import messages
from citytime.v1 import time_zones_pb2 as pb
from tests.values import clocks, local_moments, moments, zones


@given(zones)
def test_zones_make_the_round_trip(zone: Zone) -> None:
    sent = messages.write_zone(zone).SerializeToString()
    assert messages.read_zone(pb.TimeZone.FromString(sent)) == zone


@given(clocks)
def test_clocks_make_the_round_trip(clock: Clock) -> None:
    sent = messages.write_clock(clock).SerializeToString()
    assert messages.read_clock(pb.Clock.FromString(sent)) == clock


@given(local_moments)
def test_local_moments_make_the_round_trip(moment: LocalMoment) -> None:
    sent = messages.write_local_moment(moment).SerializeToString()
    assert messages.read_local_moment(pb.LocateLocalTimeResponse.FromString(sent)) == moment


@given(st.datetimes())
def test_local_times_make_the_round_trip(local: datetime) -> None:
    assert messages.check_local_time(local.isoformat()) == local


@given(moments)
def test_moments_make_the_round_trip(moment: datetime) -> None:
    assert check_moment(pb.GetClockRequest(at=write_moment(moment)), "at") == moment


@pytest.mark.parametrize(
    "text", ["", "now", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00+01:00", "2026-02-30T00:00:00", "1" * 201]
)
def test_local_times_that_are_none_are_refused_with_the_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        messages.check_local_time(text)
    assert caught.value.parameter == "local_time"


@pytest.mark.parametrize(
    "at",
    [
        None,
        Timestamp(seconds=253_402_300_800),  # the year 10000
        Timestamp(seconds=-62_135_596_801),  # before the year 1
        Timestamp(seconds=2**62),
        Timestamp(nanos=-1),
        Timestamp(nanos=1_000_000_000),
    ],
)
def test_moments_that_are_none_are_refused_with_the_field(at: Timestamp | None) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_moment(pb.GetClockRequest(at=at), "at")
    assert caught.value.parameter == "at"


def test_a_kind_that_only_newer_services_know_is_a_plain_reading() -> None:
    message = pb.LocateLocalTimeResponse(kind=99, instant=Timestamp())  # type: ignore[arg-type]
    moment = messages.read_local_moment(pb.LocateLocalTimeResponse.FromString(message.SerializeToString()))
    assert moment.kind is LocalKind.UNIQUE

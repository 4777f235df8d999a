from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from citytime.domain import LocalKind, Point, TimeZones
from citytime.errors import InvalidInput, Unavailable, UnknownZone
from citytime.timezones.finder import ZoneFinder
from citytime.timezones.service import LocalTimeZones

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SERVICE: TimeZones = LocalTimeZones()


def test_a_point_has_a_zone_and_the_zone_a_clock() -> None:
    zone = asyncio.run(SERVICE.zone_at(Point(38.72, -9.14)))
    clock = asyncio.run(SERVICE.clock(zone, NOON))
    assert (clock.zone, clock.offset, clock.abbreviation, clock.dst) == ("Europe/Lisbon", 3600, "WEST", True)


def test_zone_names_are_taken_in_any_case_and_answered_in_their_own() -> None:
    assert asyncio.run(SERVICE.clock("europe/LISBON", NOON)).zone == "Europe/Lisbon"
    assert asyncio.run(SERVICE.locate("europe/LISBON", datetime(2026, 3, 29, 1, 30))).kind is LocalKind.GAP


def test_an_unknown_zone_is_refused_with_suggestions() -> None:
    for ask in (SERVICE.clock("Europe/Lisbom", NOON), SERVICE.locate("Europe/Lisbom", datetime(2026, 7, 1))):
        with pytest.raises(UnknownZone) as caught:
            asyncio.run(ask)
        assert "Europe/Lisbon" in caught.value.suggestions


def test_a_reading_beyond_datetimes_range_is_refused() -> None:
    with pytest.raises(InvalidInput):
        asyncio.run(SERVICE.locate("Asia/Tokyo", datetime.min))


def test_all_zones_and_both_versions_are_told() -> None:
    assert "Europe/Lisbon" in {zone.name for zone in asyncio.run(SERVICE.zones())}
    tzdata, boundaries = asyncio.run(SERVICE.versions())
    assert tzdata[:2] == boundaries[:2] == "20"


def test_the_service_is_ready_with_its_data_and_only_then(tmp_path: Path) -> None:
    asyncio.run(SERVICE.ping())
    with pytest.raises(Unavailable):
        asyncio.run(LocalTimeZones(ZoneFinder(tmp_path)).ping())

from __future__ import annotations

import struct

import pytest

from citytime.timezones.tzif import ZONEINFO, TimeType, parse, read_zone
from citytime.timezones.zones import all_zones


def test_every_zone_of_the_wheel_is_read_with_its_changes_in_order() -> None:
    for zone in all_zones():
        instants = [change.at for change in read_zone(zone).changes]
        assert instants == sorted(set(instants)), zone


def test_a_zone_has_its_local_mean_time_first_and_its_rule_last() -> None:
    lisbon = read_zone("Europe/Lisbon")
    assert lisbon.first == TimeType(-2205, "LMT", False)
    assert lisbon.footer == "WET0WEST,M3.5.0/1,M10.5.0"


@pytest.mark.parametrize("length", [0, 4, 43, 60, 500, -1])
def test_a_cut_file_is_an_error(length: int) -> None:
    whole = (ZONEINFO / "Europe/Lisbon").read_bytes()
    with pytest.raises((ValueError, IndexError, struct.error)):
        parse(whole[:length])


def test_a_file_of_32_bit_times_only_is_an_error() -> None:
    whole = (ZONEINFO / "Europe/Lisbon").read_bytes()
    with pytest.raises(ValueError, match="version 2"):
        parse(whole[:4] + b"\0" + whole[5:])

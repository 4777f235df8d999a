from __future__ import annotations

from citytime.timezones.saving import turn_negative_saving
from citytime.timezones.timeline import timeline
from citytime.timezones.tzif import ZONEINFO, read_zone
from citytime.timezones.zones import all_zones, canonical

from .reference import NEGATIVE_SAVING


def zones_with_negative_saving() -> set[str]:
    """Zones that tzdata's source gives a saving below zero, by a rule that they use or in a line of their own."""
    lines = [line.split() for line in (ZONEINFO / "tzdata.zi").read_text(encoding="utf-8").splitlines()]
    rules = {line[1] for line in lines if line[0] == "R" and line[8].startswith("-")}
    found, zone = set(), ""
    for line in lines:
        if line[0] == "Z":
            zone = line[1]
        elif line[0] in ("R", "L", "#"):
            continue
        saving = line[3] if line[0] == "Z" else line[1]
        if saving in rules or (saving.startswith("-") and saving != "-"):
            found.add(zone)
    return {name for name in all_zones() if canonical(name) in found}


def test_only_zones_whose_source_saves_less_than_nothing_are_turned_round() -> None:
    turned = set()
    for zone in all_zones():
        compiled = read_zone(zone)
        types = [compiled.first, *(change.type for change in compiled.changes)]
        rule = timeline(zone).rule
        if turn_negative_saving(types) != types or (rule and rule.standard.dst):
            turned.add(zone)
    assert turned == zones_with_negative_saving() == NEGATIVE_SAVING

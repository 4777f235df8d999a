"""Answers as text: a line each, for eyes, `grep` and `cut`."""

from __future__ import annotations

from collections.abc import Callable

from citytime.gateway.answers import Facts


def clock_line(facts: Facts) -> str:
    """The time on a clock: `2026-07-01T12:00:00+01:00 WEST DST Europe/Lisbon`."""
    dst = " DST" if facts["dst"] else ""
    return f"{facts['local_time']} {facts['abbreviation']}{dst} {facts['timezone']}"


def _line(text: str) -> str:
    """Without line breaks and control characters, which a name in a query may hold."""
    return "".join(character if character.isprintable() else " " for character in text)


def _named(place: Facts) -> str:
    parts = [place["name"], place["region"], place["country"]]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _change(facts: Facts) -> str:
    transition = facts["next_transition"]
    if transition is None:
        return "no change known"
    return f"next change {transition['at']} to {transition['abbreviation']}"


def _time(facts: Facts) -> str:
    place, match = facts["place"], facts["match"]
    named = f" · {_named(place)} ({place['id']})" if place else ""
    away = f" {place['distance_km']} km away" if place and "distance_km" in place else ""
    others = len(facts["alternatives"])
    more = f" · {others} alternative{'s' if others > 1 else ''}" if others else ""
    reading = f" · {facts['reading']['kind']}" if "reading" in facts else ""
    matched = f"{match['kind']} {match['score']:g} by {match['source']}"
    return _line(f"{clock_line(facts)}{named}{away} · {matched}{reading} · {_change(facts)}{more}")


def _place(place: Facts) -> str:
    away = f" {place['distance_km']} km" if "distance_km" in place else ""
    return f"{place['id']} {_named(place)} · {place['timezone']} · {place['population']}{away}"


def _places(facts: Facts) -> str:
    return "\n".join(_line(_place(place)) for place in facts["places"]) or "none"


def _zone(facts: Facts) -> str:
    return _line(f"{clock_line(facts)} · {' '.join(facts['countries']) or '-'} · {_change(facts)}")


def _convert(facts: Facts) -> str:
    return "\n".join(map(_time, [facts["from"], *facts["to"]]))


def _batch(facts: Facts) -> str:
    return "\n".join(_time(r["answer"]) if "answer" in r else _problem(r["problem"]) for r in facts["results"])


def _problem(facts: Facts) -> str:
    extra = ""
    if suggestions := facts.get("suggestions"):
        extra = f" · did you mean: {'; '.join(suggestions)}?"
    if alternatives := facts.get("alternatives"):
        extra = " · one of: " + "; ".join(f"{_named(place)} ({place['id']})" for place in alternatives)
    return _line(f"{facts['status']} {facts['title']}: {facts['detail']}{extra}")


LINES: dict[str, Callable[[Facts], str]] = {
    "time": _time,
    "places": _places,
    "place": lambda facts: _line(f"{clock_line(facts)} · {_place(facts['place'])}"),
    "nearest": _places,
    "timezone": lambda facts: _line(f"{clock_line(facts)} · {_change(facts)}"),
    "zones": lambda facts: "\n".join(map(_zone, facts["zones"])),
    "zone": _zone,
    "convert": _convert,
    "batch": _batch,
    "problem": _problem,
}
"""The text of each route's answer, by the route's name; `problem` for a problem."""

"""Facts as JSON, as text of a line each, or as a page: the same facts in all three, errors included."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.escape import xhtml_escape
from tornado.template import Loader, Template

from citytime.gateway.answers import Facts

CONTENT_TYPES = {
    "json": "application/json",
    "problem": "application/problem+json",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}

_templates = Loader(str(Path(__file__).parent / "templates"))


def template(name: str) -> Template:
    """One of the page templates."""
    return _templates.load(name)


def render(name: str, facts: Facts, form: str) -> bytes:
    """The answer of the route `name` (`problem` for a problem) in a format of negotiation.TYPES."""
    if form == "json":
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n"
    elif form == "text":
        text = _TEXTS[name](facts) + "\n"
    else:
        return page(name, facts)
    # What no encoding can carry (half a surrogate pair in a JSON body) must not break the answer that quotes it.
    return text.encode("utf-8", "replace")


def page(name: str, facts: Facts) -> bytes:
    """A page with a headline and all the facts below it."""
    title, lead = _HEADLINES.get(name, _headline_plain)(facts)
    html: bytes = template("answer.html").generate(title=_clean(title), lead=_clean(lead), facts=facts_html(facts))
    return html


def start_page(examples: tuple[str, ...]) -> bytes:
    """The start page, with examples to try."""
    html: bytes = template("start.html").generate(examples=examples)
    return html


def facts_html(value: Any) -> str:
    """Any facts as nested definition lists."""
    if isinstance(value, dict):
        rows = (f"<dt>{_escape(key)}</dt><dd>{facts_html(item)}</dd>" for key, item in value.items())
        return f"<dl>{''.join(rows)}</dl>"
    if isinstance(value, list):
        return f"<ol>{''.join(f'<li>{facts_html(item)}</li>' for item in value)}</ol>" if value else "none"
    if value is None:
        return "none"
    return _escape(str(value).lower() if isinstance(value, bool) else str(value))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _escape(text: str) -> str:
    return xhtml_escape(_clean(text))


# -- lines ------------------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """Without line breaks and control characters, which a name in a query may hold."""
    return "".join(character if character.isprintable() else " " for character in text)


def _named(place: Facts) -> str:
    parts = [place["name"], place["region"], place["country"]]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _change(transition: Facts | None) -> str:
    if transition is None:
        return "no change known"
    return f"next change {transition['at']} to {transition['abbreviation']}"


def _clock(facts: Facts) -> str:
    dst = " DST" if facts["dst"] else ""
    return f"{facts['local_time']} {facts['abbreviation']}{dst} {facts['timezone']}"


def _time(facts: Facts) -> str:
    place, match = facts["place"], facts["match"]
    named = f" · {_named(place)} ({place['id']})" if place else ""
    away = f" {place['distance_km']} km away" if place and "distance_km" in place else ""
    others = len(facts["alternatives"])
    more = f" · {others} alternative{'s' if others > 1 else ''}" if others else ""
    reading = f" · {facts['reading']['kind']}" if "reading" in facts else ""
    matched = f"{match['kind']} {match['score']:g} by {match['source']}"
    return _line(f"{_clock(facts)}{named}{away} · {matched}{reading} · {_change(facts['next_transition'])}{more}")


def _place_line(place: Facts) -> str:
    away = f" {place['distance_km']} km" if "distance_km" in place else ""
    return _line(f"{place['id']} {_named(place)} · {place['timezone']} · {place['population']}{away}")


def _places(facts: Facts) -> str:
    return "\n".join(map(_place_line, facts["places"])) or "none"


def _zone(facts: Facts) -> str:
    return _line(f"{_clock(facts)} · {' '.join(facts['countries']) or '-'} · {_change(facts['next_transition'])}")


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


_TEXTS: dict[str, Callable[[Facts], str]] = {
    "time": _time,
    "places": _places,
    "place": lambda facts: _line(f"{_clock(facts)} · {_place_line(facts['place'])}"),
    "nearest": _places,
    "timezone": lambda facts: _line(f"{_clock(facts)} · {_change(facts['next_transition'])}"),
    "zones": lambda facts: "\n".join(map(_zone, facts["zones"])),
    "zone": _zone,
    "convert": _convert,
    "batch": _batch,
    "problem": _problem,
}

# -- headlines --------------------------------------------------------------------------------------------------------


def _headline_plain(facts: Facts) -> tuple[str, str]:
    return "citytime", ""


def _headline_time(facts: Facts) -> tuple[str, str]:
    place = facts["place"]
    title = place["name"] if place else facts["timezone"]
    return f"{facts['local_time'][11:16]} in {title}", f"{facts['local_time'][:10]} · {_clock(facts)}"


_HEADLINES: dict[str, Callable[[Facts], tuple[str, str]]] = {
    "time": _headline_time,
    "problem": lambda facts: (f"{facts['status']} {facts['title']}", facts["detail"]),
}

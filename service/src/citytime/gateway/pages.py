"""Pages for people: the start page, the reference, and any answer with all its facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.escape import xhtml_escape
from tornado.template import Loader

from citytime.gateway.answers import Facts
from citytime.gateway.lines import clock_line
from citytime.gateway.routes import ROUTES

EXAMPLES = ("/lisbon", "/東京", "/paris,texas", "/Europe/Lisbon", "/38.72,-9.14", "/iata:LIS", "/lisbn", "/lisbon.png")

_templates = Loader(str(Path(__file__).parent / "templates"))


def start_page() -> bytes:
    """`/`: what this is, with examples to try."""
    return _page("start.html", examples=EXAMPLES)


def reference_page() -> bytes:
    """`/docs`: the reference, from the table of routes."""
    return _page("docs.html", routes=[route for route in ROUTES if route.answer or route.pictures], prose=prose_html)


def answer_page(name: str, facts: Facts) -> bytes:
    """The answer of the route `name` (`problem` for a problem): a headline, and all the facts below it."""
    title, lead = _HEADLINES.get(name, _plain_headline)(facts)
    return _page("answer.html", title=_encodable(title), lead=_encodable(lead), facts=facts_html(facts))


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


def prose_html(text: str) -> str:
    """A description, where backticks set off what one may type."""
    return re.sub("`(.+?)`", r"<code>\1</code>", _escape(text))


def _page(name: str, **values: Any) -> bytes:
    html: bytes = _templates.load(name).generate(**values)
    return html


def _encodable(text: str) -> str:
    """Without the halves of surrogate pairs that a problem may quote."""
    return text.encode("utf-8", "replace").decode()


def _escape(text: str) -> str:
    return xhtml_escape(_encodable(text))


def _plain_headline(facts: Facts) -> tuple[str, str]:
    return "citytime", ""


def _time_headline(facts: Facts) -> tuple[str, str]:
    place = facts["place"]
    title = place["name"] if place else facts["timezone"]
    return f"{facts['local_time'][11:16]} in {title}", f"{facts['local_time'][:10]} · {clock_line(facts)}"


_HEADLINES: dict[str, Callable[[Facts], tuple[str, str]]] = {
    "time": _time_headline,
    "problem": lambda facts: (f"{facts['status']} {facts['title']}", facts["detail"]),
}

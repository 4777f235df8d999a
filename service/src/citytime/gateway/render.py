"""Facts as JSON, as text of a line each, or as a page: the same facts in all three, errors included."""

from __future__ import annotations

import json

from citytime.gateway.answers import Facts
from citytime.gateway.lines import LINES
from citytime.gateway.negotiation import TYPES
from citytime.gateway.pages import answer_page

CONTENT_TYPES = {
    "json": TYPES["json"],
    "problem": "application/problem+json",
    "html": f"{TYPES['html']}; charset=utf-8",
    "text": f"{TYPES['text']}; charset=utf-8",
}


def render(name: str, facts: Facts, form: str) -> bytes:
    """The answer of the route `name` (`problem` for a problem) in a format of negotiation.TYPES."""
    if form == "html":
        return answer_page(name, facts)
    text = LINES[name](facts) if form == "text" else json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    # What no encoding can carry (half a surrogate pair in a JSON body) must not break the problem that quotes it.
    return f"{text}\n".encode("utf-8", "replace")

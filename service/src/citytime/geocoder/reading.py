"""Reading what a caller wrote: a typed code, or a name and what qualifies it. Pure text, no data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citytime.geocoder.fold import ABBREVIATIONS, fold

MAX_QUALIFIERS = 3
MAX_QUALIFIER_WORDS = 4

_CODE = re.compile(r"(iata|icao|geonames|country|region|zone)\s*:\s*([!-~]*)", re.IGNORECASE)
_COMMAS = re.compile("[,،，、;]")
_JOINED = re.compile("(st|mt|ft)(.{3,})")


def read_code(text: str) -> str | None:
    """The typed code that a text is, in its normal spelling; None if it is none.

    >>> read_code("IATA:lis"), read_code("geonames:2267057"), read_code("lisbon")
    ('iata:LIS', 'geonames:2267057', None)
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return None
    kind, value = match[1].lower(), match[2]
    return f"{kind}:{value if kind == 'zone' else value.upper()}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: the words of a name, then those of each qualifier, all folded."""

    name: str
    qualifiers: tuple[str, ...] = ()


def readings(text: str) -> Iterator[Reading]:
    """The ways to read a text, the most literal first.

    With commas: `paris, texas` is Paris in Texas; failing that all of it is one name (`washington, d.c.`), or the
    order is turned round (`portugal, lisbon`). Without: all of it is one name, then ever longer tails qualify it
    (`paris texas`, `springfield il us`), then a head does (`portugal lisbon`); of a single word, the first letters
    may be an abbreviation (`stpetersburg`).
    """
    parts = _parts(text)
    if not parts:
        return
    if len(parts) > 1:
        name, *qualifiers = parts[: MAX_QUALIFIERS + 1]
        yield Reading(name, tuple(qualifiers))
        yield Reading(" ".join(parts))
        yield Reading(qualifiers[-1], (name, *qualifiers[:-1]))
        return
    words = parts[0].split()
    yield Reading(parts[0])
    if len(words) == 1 and (joined := _JOINED.fullmatch(parts[0])):
        yield Reading(f"{ABBREVIATIONS[joined[1]]} {joined[2]}")
    for cut in range(len(words) - 1, max(0, len(words) - 1 - MAX_QUALIFIER_WORDS), -1):
        head, tail = " ".join(words[:cut]), words[cut:]
        yield Reading(head, (" ".join(tail),))
        for middle in range(1, len(tail)):
            yield Reading(head, (" ".join(tail[:middle]), " ".join(tail[middle:])))
    for cut in range(1, min(len(words), MAX_QUALIFIER_WORDS)):
        yield Reading(" ".join(words[cut:]), (" ".join(words[:cut]),))


def has_qualifiers(text: str) -> bool:
    """Whether commas say what is a name and what qualifies it."""
    return len(_parts(text)) > 1


def _parts(text: str) -> list[str]:
    return [part for part in (fold(part) for part in _COMMAS.split(text)) if part]

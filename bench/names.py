"""Names to ask for: those of all places in the geo database, in any script, and misspellings of them.

A village is as likely as a capital, so that nothing is warm. Each is handed out once, so that no answer comes from a
cache. They are the same ones in each run.
"""

from __future__ import annotations

import random
import sqlite3
import string
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from bench.load import BenchError

SHORTEST = 5
"""Letters of a name that is misspelt: with fewer, an edit more often makes another name than a misspelling."""


class Names:
    """A supply of names, and one of misspellings; the database is read when the first one is taken."""

    def __init__(self, gazetteer: Path) -> None:
        self._gazetteer = gazetteer

    def known(self, count: int) -> list[str]:
        """Names that were not asked for before."""
        return _take(self._supplies[0], count)

    def misspelt(self, count: int) -> list[str]:
        """Names with one slip of the finger, that are nobody's name, and were not asked for before."""
        return _take(self._supplies[1], count)

    @cached_property
    def _supplies(self) -> tuple[Iterator[str], Iterator[str]]:
        if not self._gazetteer.is_file():
            raise BenchError(f"no geo database at {self._gazetteer}: build one, or set CITYTIME_GAZETTEER")
        with closing(sqlite3.connect(f"{self._gazetteer.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT name FROM place UNION SELECT name FROM label ORDER BY name")
            names = [name for (name,) in rows]
        taken = {name.casefold() for name in names}
        dice = random.Random(1)  # noqa: S311
        dice.shuffle(names)
        slips = (_misspell(name, dice) for name in names if len(name) >= SHORTEST)
        return iter(names), (slip for slip in slips if slip.casefold() not in taken)


def path(name: str) -> str:
    """The request path that asks for a name."""
    return "/" + quote(name, safe="")


def _take(supply: Iterator[str], count: int) -> list[str]:
    taken = list(islice(supply, count))
    if len(taken) < count:
        raise BenchError("all names have been asked for: run fewer rounds")
    return taken


def _misspell(name: str, dice: random.Random) -> str:
    """Two letters swapped, or one left out, put in or mistaken; never the first, which people get right."""
    at = dice.randrange(1, len(name) - 1)
    letter = dice.choice(string.ascii_lowercase if name.isascii() else name)
    return name[:at] + dice.choice(
        [name[at + 1] + name[at] + name[at + 2 :], name[at + 1 :], letter + name[at:], letter + name[at + 1 :]]
    )

"""Misspellings: the names within a few edits of what was typed.

Signatures leave few names over (signature.py); those are compared letter by letter, by Damerau's distance with
adjacent transpositions counted once (Boytsov, *Indexing methods for approximate dictionary searching*, 2011).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.signature import Signatures, near, sign

MIN_LENGTH = 4
MAX_LENGTH = 60
MAX_COMPARED = 600
"""Names that are compared letter by letter; those that share the most pairs of letters, then the most important."""

Ids = npt.NDArray[np.uint32]


def reach(length: int) -> int:
    """How many edits a name of `length` letters may be away: about one in four."""
    return 1 if length < 6 else 2 if length < 10 else 3


class Speller:
    """Finds names by their misspellings. What it reads of the gazetteer for that it keeps: 20 bytes a name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._read: dict[int, tuple[Ids, Signatures]] = {}

    def similar(self, key: str, limit: int) -> dict[str, int]:
        """Names within reach of a compact key, with their distances in edits: nearest first, then most important."""
        if not MIN_LENGTH <= len(key) <= MAX_LENGTH:
            return {}
        edits = reach(len(key))
        distances = {name: OSA.distance(key, name, score_cutoff=edits) for name in self._resembling(key, edits)}
        within = [(name, distance) for name, distance in distances.items() if distance <= edits]
        return dict(sorted(within, key=lambda entry: entry[1])[:limit])

    def _resembling(self, key: str, edits: int) -> list[str]:
        """The names to compare with a key, most important first."""
        one = sign([key])
        found = []
        for length in range(len(key) - edits, len(key) + edits + 1):
            terms, many = self._of_length(length)
            indexes, differences = near(one, many, edits)
            found.append((terms[indexes], differences))
        terms, differences = (np.concatenate(parts) for parts in zip(*found, strict=True))
        best = np.lexsort((terms, differences))[:MAX_COMPARED]
        return self._gazetteer.keys(terms[best].tolist())

    def _of_length(self, length: int) -> tuple[Ids, Signatures]:
        if length not in self._read:
            terms, letters, pairs = self._gazetteer.spellings(length)
            signatures = Signatures(np.frombuffer(letters, "<u8"), np.frombuffer(pairs, "<u8"))
            self._read[length] = np.frombuffer(terms, "<u4"), signatures
        return self._read[length]

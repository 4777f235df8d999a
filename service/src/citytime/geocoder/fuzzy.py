"""Misspellings: the names within a few edits of what was typed.

Candidates share enough trigrams with the query that they can be within reach at all; only those are compared letter
by letter (Damerau's distance with adjacent transpositions counted once: Boytsov, *Indexing methods for approximate
dictionary searching*, 2011).
"""

from __future__ import annotations

import numpy as np
from rapidfuzz.distance import OSA

from citytime.geocoder.gazetteer import Gazetteer
from citytime.geocoder.grams import Ids, decode, grams_of

MIN_LENGTH = 4
MAX_LENGTH = 60
MAX_COMPARED = 600
"""Names that are compared letter by letter; those that share the most trigrams, then the most important."""

MAX_LISTED = 80_000
"""Ids that are counted for a query; the longest lists, which tell least, are left out beyond that."""

GRAMS_LOST_PER_EDIT = 3
"""One more is lost where the edit is a transposition; that is allowed for once."""


def reach(length: int) -> int:
    """How many edits a name of `length` letters may be away: about one in four."""
    return 1 if length < 6 else 2 if length < 10 else 3


def similar(gazetteer: Gazetteer, key: str) -> list[tuple[int, int]]:
    """Ids of the names within reach of a compact key and their distances, nearest first, then most important."""
    if not MIN_LENGTH <= len(key) <= MAX_LENGTH:
        return []
    edits = reach(len(key))
    grams = grams_of(key)
    lists: list[Ids] = []
    total = 0
    for blob in gazetteer.grams(grams):
        ids = decode(blob)
        total += len(ids)
        if lists and total > MAX_LISTED:
            break
        lists.append(ids)
    if not lists:
        return []
    terms, counts = np.unique(np.concatenate(lists), return_counts=True)
    # Lists that no name has, or that were left out, may have been lost to the edits just as well.
    least = max(1, len(lists) - GRAMS_LOST_PER_EDIT * edits - 1)
    enough = counts >= least
    terms, counts = terms[enough], counts[enough]
    best = np.lexsort((terms, -counts))[:MAX_COMPARED]
    found = []
    for term, text in gazetteer.texts([int(term) for term in terms[best]]).items():
        distance = OSA.distance(key, text.replace(" ", ""), score_cutoff=edits)
        if distance <= edits:
            found.append((distance, term))
    return [(term, distance) for distance, term in sorted(found)]

"""Signatures: two numbers for a name that tell at once which names can be near to it in spelling, and which cannot.

`letters` has a bit for each letter of the name, by the last five bits of its code point, and another for its second
occurrence. `pairs` has a bit for each two neighbouring letters, ends included. One edit changes one letter and up to
three pairs, so names that differ in more bits than that need no comparing letter by letter; what is left of half a
million names after some array operations is a few dozen. Letters that share a bit only let more names through.

The idea is that of signature files (Boytsov, *Indexing methods for approximate dictionary searching*, 2011, section
5.3), with numpy's popcount in place of an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

_ONE = np.uint64(1)
_HALF = np.uint64(32)
_PRIME = np.uint64(61)


class Signatures(NamedTuple):
    """The signatures of some names of one length, in their order."""

    letters: Words
    pairs: Words


def sign(keys: Sequence[str]) -> Signatures:
    """The signatures of compact names of one length."""
    length = len(keys[0])
    codes = np.array(keys, dtype=f"U{length}").view(np.uint32).reshape(len(keys), length).astype(np.uint64)
    letters, again = np.zeros((2, len(keys)), dtype=np.uint64)
    pairs = np.zeros(len(keys), dtype=np.uint64)
    before = np.zeros(len(keys), dtype=np.uint64)
    for column in codes.T:
        bit = _ONE << (column % _HALF)
        again |= letters & bit
        letters |= bit
        pairs |= _pair(before, column)
        before = column
    pairs |= _pair(before, np.zeros_like(before))
    return Signatures(letters | again << _HALF, pairs)


def _pair(first: Words, second: Words) -> Words:
    return _ONE << ((first * np.uint64(37) + second * np.uint64(11)) % _PRIME)


def near(one: Signatures, many: Signatures, edits: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
    """Indexes of those of `many` that may be within `edits` of the name of `one`, and in how many pairs they differ.

    None that is within reach is left out, but where two transpositions are needed that change six pairs.
    """
    limit = 2 * edits
    found = np.flatnonzero(np.bitwise_count(many.letters ^ one.letters) <= limit)
    found = found[_at_most(one.letters, many.letters[found], edits)]
    found = found[_at_most(one.pairs, many.pairs[found], limit + 1)]
    return found, np.bitwise_count(many.pairs[found] ^ one.pairs)


def _at_most(one: Words, many: Words, limit: int) -> npt.NDArray[np.bool_]:
    """Where neither has more than `limit` bits that the other has not."""
    here: npt.NDArray[np.bool_] = np.bitwise_count(one & ~many) <= limit
    there: npt.NDArray[np.bool_] = np.bitwise_count(many & ~one) <= limit
    return here & there

"""Trigrams of names, and how lists of term ids that share one are stored.

A misspelling keeps most of its trigrams (Ukkonen, *Approximate string matching with q-grams*, 1992): one edit
destroys three at most. Lists are delta-coded, seven bits a byte, low bits first, the last byte of a number without
its high bit; numpy decodes one in a few array operations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]


def grams_of(key: str) -> set[str]:
    """The trigrams of a compact name, its ends marked.

    >>> sorted(grams_of("rome"))
    ['^ro', 'me$', 'ome', 'rom']
    """
    marked = f"^{key}$"
    return {marked[i : i + 3] for i in range(len(marked) - 2)}


def encode(lists: Sequence[Sequence[int]]) -> list[bytes]:
    """Non-empty lists of strictly ascending ids, each below 2**28, as bytes; all at once, since most are short."""
    lengths = np.array([len(ids) for ids in lists], dtype=np.int64)
    flat = np.concatenate([np.asarray(ids, dtype=np.int64) for ids in lists])
    starts = np.cumsum(lengths) - lengths
    deltas = np.diff(flat, prepend=0)
    deltas[starts] = flat[starts]
    sizes = np.searchsorted(np.array([1 << 7, 1 << 14, 1 << 21]), deltas, side="right") + 1
    columns = np.arange(4)
    rows = ((deltas[:, None] >> (7 * columns)) & 0x7F).astype(np.uint8)
    rows[columns < sizes[:, None] - 1] |= 0x80
    data = rows[columns < sizes[:, None]].tobytes()
    ends = np.cumsum(sizes)[starts + lengths - 1].tolist()
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def decode(blob: bytes) -> Ids:
    """The ids of one list that `encode` was given."""
    data = np.frombuffer(blob, dtype=np.uint8)
    last = np.flatnonzero(data < 0x80)
    first = np.empty_like(last)
    first[:1] = 0
    first[1:] = last[:-1] + 1
    values = (data[first] & 0x7F).astype(np.int64)
    for step in (1, 2, 3):
        more = np.flatnonzero(last - first >= step)
        if not len(more):
            break
        values[more] |= (data[first[more] + step] & 0x7F).astype(np.int64) << (7 * step)
    return np.cumsum(values)

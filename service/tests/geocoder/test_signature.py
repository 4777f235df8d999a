"""Signatures: whatever is near in spelling is near in signature."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citytime.geocoder.signature import Signatures, near, sign
from tests.geocoder.edits import ALPHABETS, one_edit

KEYS = st.text(ALPHABETS, min_size=3, max_size=12)


def join(*signatures: Signatures) -> Signatures:
    return Signatures(*(np.concatenate(parts) for parts in zip(*signatures, strict=True)))


@given(st.integers(3, 12).flatmap(lambda n: st.lists(st.text(ALPHABETS, min_size=n, max_size=n), min_size=1)))
def test_names_are_signed_together_as_they_are_alone(keys: list[str]) -> None:
    together, alone = sign(keys), join(*(sign([key]) for key in keys))
    assert together.letters.tolist() == alone.letters.tolist()
    assert together.pairs.tolist() == alone.pairs.tolist()


@given(KEYS, st.data())
def test_one_edit_never_hides_a_name(key: str, data: st.DataObject) -> None:
    found, _ = near(sign([one_edit(key, data.draw)]), sign([key]), 1)
    assert found.tolist() == [0]


@given(KEYS, st.data())
def test_two_edits_with_at_most_one_transposition_never_hide_a_name(key: str, data: st.DataObject) -> None:
    twice = one_edit(one_edit(key, data.draw, transpose=False), data.draw)
    found, _ = near(sign([twice]), sign([key]), 2)
    assert found.tolist() == [0]


def test_what_is_unlike_is_left_out_and_what_is_like_differs_least() -> None:
    many = sign(["lisbon", "london", "lisbun", "berlin", "nobsil"])
    found, differences = near(sign(["lisbon"]), many, 1)
    assert found.tolist() == [0, 2]
    assert differences.tolist() == [0, 4]


def test_nothing_is_near_where_there_is_nothing() -> None:
    nothing = Signatures(np.array([], dtype=np.uint64), np.array([], dtype=np.uint64))
    found, differences = near(sign(["lisbon"]), nothing, 3)
    assert found.size == differences.size == 0

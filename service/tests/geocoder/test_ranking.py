"""Ranking: what outweighs what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.geocoder.ranking import NameKind, confidence, guess_penalty, importance, name_bonus, nearness

WEIGHTS = st.floats(-20, 20)


def test_more_inhabitants_and_more_names_weigh_more() -> None:
    assert importance(1_000_000, 1) == pytest.approx(importance(100_000, 1) + 1)
    assert importance(100_000, 50) > importance(100_000, 5)


def test_places_without_inhabitants_or_names_have_a_weight() -> None:
    assert importance(0, 0) == importance(0, 1) < importance(1000, 1)


def test_a_places_own_name_outweighs_what_others_were_once_called() -> None:
    islamabad = importance(600_000, 60) + name_bonus(NameKind.PRIMARY, capital=True)
    chattogram = importance(3_900_000, 80) + name_bonus(NameKind.ALTERNATE, capital=False)
    assert islamabad > chattogram


def test_a_capital_is_met_as_one_by_its_own_names_only() -> None:
    own = {kind: name_bonus(kind, capital=True) > name_bonus(kind, capital=False) for kind in NameKind}
    assert [kind for kind, more in own.items() if more] == [NameKind.PRIMARY, NameKind.OFFICIAL]


def test_kinds_are_stored_and_so_keep_their_numbers() -> None:
    assert [(kind.name, int(kind)) for kind in NameKind] == [
        ("PRIMARY", 0),
        ("OFFICIAL", 1),
        ("ALTERNATE", 2),
        ("ROMANISED", 3),
        ("CODE", 4),
    ]


def test_an_edit_costs_more_than_the_letters_that_a_prefix_lacks() -> None:
    assert guess_penalty(NameKind.PRIMARY) == 0
    assert guess_penalty(NameKind.PRIMARY, edits=1) > guess_penalty(NameKind.PRIMARY, missing=8)
    assert guess_penalty(NameKind.ALTERNATE, edits=1) > guess_penalty(NameKind.OFFICIAL, edits=1)


def test_the_nearer_the_more_down_to_the_size_of_a_city() -> None:
    far = [nearness(km) for km in (20_015, 5000, 500, 50, 10)]
    assert all(one < other for one, other in pairwise(far))
    assert nearness(0) == nearness(10)
    assert nearness(30_000) == 0


def test_without_a_rival_confidence_is_full() -> None:
    assert confidence(3.0, None) == 1.0


@given(WEIGHTS, WEIGHTS)
def test_confidence_is_the_share_against_the_rival(weight: float, rival: float) -> None:
    assert 0 < confidence(weight, rival) <= 1
    assert (confidence(weight, rival) >= 0.5) == (weight >= rival or weight == pytest.approx(rival))

"""Folding: which spellings are one name, and that any text can be folded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.geocoder.fold import compact, fold

ANY = st.text(st.characters(codec=None))
"""All of Unicode: unassigned code points, surrogates and control characters too."""

WORDS = st.lists(st.text("qwzoéñüßøłđкиёйαώשحيरा東ガ", min_size=1, max_size=6), min_size=1, max_size=4)
"""Words in many scripts, with accents, of which none is an abbreviation."""


def key(text: str) -> str:
    return compact(fold(text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lisboa", "lisboa"),
        ("SÃO_PAULO", "sao paulo"),
        ("  são--paulo  ", "sao paulo"),
        ("Saint-Denis", "saint denis"),
        ("St. John’s", "saint johns"),
        ("Sankt-Peterburg", "saint peterburg"),
        ("Ft. Worth", "fort worth"),
        ("Mt Vernon", "mount vernon"),
        ("ıstanbul", "istanbul"),
        ("İSTANBUL", "istanbul"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("Нью-Йорк", "нью иорк"),
        ("Ёлкино", "елкино"),
        ("القاهرة", "القاهره"),
        ("دُبَيّ", "دبي"),
        ("Αθήνα", "αθηνα"),
        ("ΑΘΗΝΑΣ", "αθηνασ"),
        ("תל־אביב", "תל אביב"),
        ("दिल्ली", "दिल्ली"),
        ("ガーナ", "ガーナ"),
        ("ﾄｳｷｮｳ", "トウキョウ"),
        ("ʻEwa", "ewa"),
        ("washington, d.c.", "washington d c"),
        ("!?…", ""),
        ("", ""),
        ("\x00a\ud800b\udfff", "a b"),
    ],
)
def test_a_name_is_folded_to_the_words_that_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_letters_of_other_scripts_stay_apart_where_marks_tell_them_apart() -> None:
    assert fold("はし") != fold("ばし")
    assert fold("कि") != fold("की")


@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_what_is_left_are_words_with_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert compact(folded) == "".join(folded.split())
    assert not any(unicodedata.category(c)[0] in "CZPS" for c in compact(folded))


@given(ANY, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normalisation_forms_are_one(text: str, form: str) -> None:
    assert key(unicodedata.normalize(form, text)) == key(text)


@given(WORDS, st.data())
def test_case_accents_and_separators_do_not_matter(words: list[str], data: st.DataObject) -> None:
    expected = key(" ".join(words))
    separators = st.sampled_from([" ", "-", "_", "+", ". ", "/", "'", "’", "\u2013", "\t", "\u00a0", "\u200b", ""])
    written = "".join(word + data.draw(separators) for word in words)
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    assert key(unicodedata.normalize(form, written)) == expected
    assert key(written.upper()) == key(written.lower()) == expected

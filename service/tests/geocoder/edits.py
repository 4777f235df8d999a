"""Slips of the pen, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

ALPHABETS = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяابةتثجحخدذرزسشصضطظعغفقكلمنهوي"


def one_edit(text: str, draw: Callable[[st.SearchStrategy[Any]], Any], *, transpose: bool = True) -> str:
    """A text with one letter inserted, deleted, replaced, or exchanged with the next."""
    kind = draw(st.sampled_from(["insert", "delete", "replace", *(["transpose"] if transpose else [])]))
    at, letter = draw(st.integers(0, len(text) - 1)), draw(st.sampled_from(ALPHABETS))
    head, tail = text[:at], text[at:]
    return {
        "insert": head + letter + tail,
        "delete": head + tail[1:],
        "replace": head + letter + tail[1:],
        "transpose": head + tail[1:2] + tail[:1] + tail[2:],
    }[kind]

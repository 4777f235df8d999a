"""What postcards can write, and how it fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.images.lettering import DISPLAY, TEXT, fit, font, writable

LAYOUTS = ((84, 1), (52, 2), (36, 2))


@pytest.mark.parametrize(
    "text", ["Lisbon", "São Paulo", "Đà Nẵng", "Reykjavík", "Şanlıurfa", "Αθήνα", "Москва", "Cox’s Bazar", "Ḩalab"]
)
def test_latin_greek_and_cyrillic_are_written_as_they_are(text: str) -> None:
    assert writable(text) == text


def test_letters_in_two_pieces_are_joined() -> None:
    assert writable("Sa\u0303o Paulo") == "São Paulo"


def test_what_the_fonts_lack_is_left_out_or_replaced_never_a_box() -> None:
    assert writable("Tokyo 東京") == "Tokyo"
    assert writable("東京", "Tokyo") == "Tokyo"
    assert writable("القاهرة", "كايرو", "Cairo") == "Cairo"
    assert writable("東京") == ""
    assert writable("𝐋𝐢𝐬𝐛𝐨𝐧") == "Lisbon"


def test_control_characters_and_line_breaks_are_spaces_or_nothing() -> None:
    assert writable(" a\n\tb\x00\u202e\udcffc ") == "a bc"


def test_a_short_name_stands_in_one_line_and_a_long_one_gets_smaller_then_wraps() -> None:
    lines, face = fit("Lisbon", DISPLAY, LAYOUTS, 1048)
    assert (lines, face.size) == (["Lisbon"], 84)
    name = "Krung Thep Maha Nakhon Amon Rattanakosin Mahinthara Yuthaya Mahadilok"
    lines, face = fit(name, DISPLAY, LAYOUTS, 1048)
    assert (len(lines), face.size) == (2, 52)
    assert " ".join(lines) == name


def test_what_fits_nowhere_is_cut_with_an_ellipsis() -> None:
    for text in ("x" * 200, "long " * 40):
        lines, face = fit(text, DISPLAY, LAYOUTS, 1048)
        assert face.size == 36
        assert lines[-1].endswith("…")


@given(st.text(max_size=200), st.integers(60, 1200))
def test_any_text_fits(text: str, width: int) -> None:
    lines, face = fit(writable(text), TEXT, ((34, 1), (26, 2)), width)
    assert len(lines) <= 2
    assert all(face.getlength(line) <= width for line in lines)


def test_a_font_is_loaded_once_a_size() -> None:
    assert font(TEXT, 34) is font(TEXT, 34)

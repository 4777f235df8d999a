"""Text on postcards: the fonts, what they can write, and how it is made to fit."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DISPLAY, TEXT = "InterDisplay-SemiBold.otf", "Inter-Medium.otf"
"""Inter, by Rasmus Andersson and others: Latin, Greek and Cyrillic (fonts/README.md)."""

Layouts = tuple[tuple[int, int], ...]
"""Sizes in pixels with the number of lines that there may be at that size, the nicest first."""

_NO_CHARACTER = "\uffff"


@lru_cache(maxsize=32)
def font(name: str, size: int) -> FreeTypeFont:
    """A font at a size in pixels."""
    from PIL import ImageFont  # noqa: PLC0415 (needed by the first postcard, not by the start)

    with resources.as_file(resources.files("citytime.images") / "fonts" / name) as path:
        return ImageFont.truetype(str(path), size)


def writable(text: str, *instead: str) -> str:
    """The text in characters that the fonts have; where little is left of it, the first of `instead` that is better.

    A character that the fonts lack loses its accents, and is left out if that does not help.
    """
    for candidate in (text, *instead):
        written = "".join(map(_writable, unicodedata.normalize("NFC", candidate)))
        written = " ".join(written.split())
        if sum(map(str.isalnum, written)) * 2 > sum(map(str.isalnum, candidate)):
            return written
    return ""


@lru_cache(maxsize=4096)
def _writable(character: str) -> str:
    if character.isspace():
        return " "
    if not character.isprintable():
        return ""
    for form in (character, unicodedata.normalize("NFKD", character)[0]):
        if all(_has(name, form) for name in (DISPLAY, TEXT)):
            return form
    return ""


def _has(name: str, character: str) -> bool:
    """Whether a font has a glyph of its own, not the box that stands for all it has not."""
    face = font(name, 24)
    return bytes(face.getmask(character)) != bytes(face.getmask(_NO_CHARACTER))


def fit(text: str, name: str, layouts: Layouts, width: int) -> tuple[list[str], FreeTypeFont]:
    """The text in lines of at most `width` pixels, in the first of the layouts that it fits in.

    If it fits in none, it is cut in the last one, with an ellipsis.
    """
    for size, count in layouts:
        face = font(name, size)
        lines = _wrapped(text, face, width)
        if len(lines) <= count and all(face.getlength(line) <= width for line in lines):
            return lines, face
    kept = [*lines[: count - 1], " ".join(lines[count - 1 :])]
    return [_cut(line, face, width) for line in kept if line], face


def _wrapped(text: str, face: FreeTypeFont, width: int) -> list[str]:
    """The text broken at spaces; a word that is wider than a line has one for itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(text: str, face: FreeTypeFont, width: int) -> str:
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip(" ,") + "…"

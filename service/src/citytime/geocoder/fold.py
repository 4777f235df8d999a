"""Folding: what is left of a name when case, accents, punctuation and spelling habits are taken away.

Names in the database and names in queries go through the same function, so two spellings meet when they fold alike.
`fold` gives words; `compact` drops the spaces between them, since *saopaulo*, *sao-paulo* and *São Paulo* are one name.
"""

from __future__ import annotations

import re
import unicodedata

# Marks that NFKD splits off and that people leave out when they type: Latin, Greek and Cyrillic accents, Hebrew
# points, Arabic vowels and hamzas. Not the vowel signs of Indic scripts or the voicing marks of kana: they are letters.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
)

# Letters that no normalisation form decomposes, by the spelling people use without them.
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e", "ɛ": "e", "ɔ": "o",
        "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k",
        "ё": "е", "ґ": "г", "ҷ": "ч", "қ": "к", "ғ": "г", "ң": "н", "ү": "у", "ұ": "у", "ө": "о", "ҳ": "х", "ә": "а",
        "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۆ": "و",
        "ヶ": "ケ", "ヵ": "カ", "臺": "台",
    }
)  # fmt: skip

# Marks inside words that people write, vary or leave out.
_INSIDE = re.compile("['’‘ʼʻʹʺ′`´ˈ\"“”״׳\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_BETWEEN = re.compile(r"[\W_]+")
# \W takes the combining vowel signs of Indic and other scripts for separators; they belong to their word.
_KEEP = re.compile(r"[\W_]")

ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sankt": "saint", "mt": "mount", "ft": "fort"}


def _separate(text: str) -> str:
    if text.isascii():
        return _BETWEEN.sub(" ", text)
    return _KEEP.sub(lambda m: m[0] if unicodedata.category(m[0])[0] == "M" else " ", text)


def fold(text: str) -> str:
    """The words of a name, folded and separated by single spaces; "" where nothing nameable is left.

    >>> fold("Saint-Denis"), fold("St. John’s"), fold("SÃO_PAULO"), fold("ıstanbul"), fold("Нью-Йорк")
    ('saint denis', 'saint johns', 'sao paulo', 'istanbul', 'нью иорк')
    """
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = _MARKS.sub("", text).translate(_LETTERS)
        text = unicodedata.normalize("NFC", text)
    text = _separate(_INSIDE.sub("", text))
    return " ".join(ABBREVIATIONS.get(word, word) for word in text.split())


def compact(text: str) -> str:
    """A folded name without its spaces: the key that names are looked up by.

    >>> compact(fold("New York")) == compact(fold("newyork"))
    True
    """
    return text.replace(" ", "")

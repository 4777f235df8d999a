"""Request targets that nobody should send, without end: all of Unicode, broken encodings, hostile words, half-right
places, and long ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

from citytime.gateway.routes import RESERVED

NAMES = (
    "lisbon", "são paulo", "東京", "Москва", "موسكو", "st. john's", "paris, texas", "springfield, il, us", "la", "nyc",
    "llanfairpwllgwyngyll", "krung thep maha nakhon amon rattanakosin", "münchen", "ıstanbul", "İzmir", "ürümqi", "x",
    "São Tomé & Príncipe", "ไทย กรุงเทพ", "தமிழ்நாடு", "ქუთაისი", "የካቲት", "서울특별시", "ˈlɪzbən", "Œuilly", "straße",
)  # fmt: skip
ZONES = (
    "Europe/Lisbon",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+12",
    "UTC",
    "Asia/Calcutta",
    "US/Pacific",
    "Factory",
)
CODES = (
    "iata:",
    "geonames:",
    "country:",
    "region:US.",
    "zone:Europe/",
    "icao:",
    "osm:",
    ":",
    "iata:LIS",
    "geonames:2267057",
)
WORDS = (
    "' OR 1=1 --", '"', "*", "NEAR(a b)", "a AND b", "name:x", "^", "{", "}", "(", ")", "\\", "%s", "%n", "{0}", "${x}",
    "; DROP TABLE place", "<script>", "&amp;", "../", "..\\", "/./", "//", "\x00", "\r\n", "\t", "\x1b[31m", "\u202e",
    "\ufeff", "\u200d", "\u0301" * 40, "\U0010ffff", "\ufffe", "\u2028", "-", "--", "_", "+", ".", ",", ",,,", "、",
    "?",
    "#", ":", "@", "~", "|", "null", "NaN", "true", "-0", "1e400", "0x10", "٣", "½", "Ⅷ", "ﬁ", "ǅ", "ß", "İ",
    "\u0130\u0307",
)  # fmt: skip
BROKEN = (
    b"%", b"%2", b"%zz", b"%u0041", b"%00", b"%FF", b"%C0%AF", b"%E0%80%AF", b"%F0%80%80%AF", b"%ED%A0%80",
    b"%ED%B0%80",
    b"%ED%A0%BD%ED%B8%80", b"%F8%88%80%80%80", b"%F4%90%80%80", b"%E6%9D", b"%252e%252e%252f", b"%25%32%66",
    b"%EF%BF%BE",
    b"\xff", b"\x80", b"\xc3", b"\x01", b"\x7f", b"%0d%0aX:%20y", b"%3F", b"%23", b"%2F%2F", b"%5C", b"%c3%a3%cc%83",
)  # fmt: skip
PREFIXES = (b"/",) * 12 + (
    b"/v1/time?city=", b"/v1/places?q=", b"/v1/places/", b"/v1/zones/", b"/v1/convert?from=lisbon&to=", b"/v1/",
    b"/v1/nearest?lat=1&lng=", b"/v1/timezone?lng=1&lat=", b"/v1/convert?to=UTC&at=2026-01-01&from=", b"//", b"",
)  # fmt: skip
PARAMETERS = ("at", "near", "country", "strict", "lang", "limit", "format", "city", "q", "x", "", "at[]", "format")
VALUES = (
    "2026-07-01T12:00", "0001-01-01", "9999-12-31T23:59:59", "2026-03-29T01:30", "38.7,-9.1", "91,0", "PT",
    "US", "true",
    "", "de", "zh-Hant", "1", "100", "0", "text", "html", "json", "99999999999999999999", "-1", "1e3", "\x00",
)  # fmt: skip

LONGEST = 20_000
"""Bytes of a target: several times what is answered by anything but 414."""

Make = Callable[[random.Random], str]


def _unicode(rng: random.Random) -> str:
    """Characters of any plane, assigned or not, no halves of surrogate pairs."""
    top = rng.choice((0x7F, 0xFF, 0x2FFF, 0xFFFF, 0x10FFFF))
    points = (rng.randrange(top + 1) for _ in range(rng.randrange(1, 12)))
    return "".join(chr(point) for point in points if not 0xD800 <= point <= 0xDFFF)


def _name(rng: random.Random) -> str:
    """A name with up to three letters wrong."""
    letters = list(rng.choice(NAMES))
    for _ in range(rng.randrange(4)):
        where = rng.randrange(len(letters) + 1)
        letters[where : where + rng.randrange(2)] = rng.choice((*"aeiou rst-'", rng.choice(NAMES)[0], ""))
    return "".join(letters)


def _number(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.uniform(-90, 90):.{rng.randrange(9)}f}",
            f"{rng.uniform(-200, 200)!r}",
            "9" * rng.randrange(1, 400),
            f"{rng.uniform(-1, 1):e}",
            rng.choice(("nan", "inf", "-inf", "-0", "1_0", "٣", "0x1", "+5", ".5", "5.", "--1", "1e400", "−3")),
        )
    )


def _coordinates(rng: random.Random) -> str:
    return rng.choice((",", ", ", " ,", ",,", ";")).join(_number(rng) for _ in range(rng.choice((2, 2, 2, 1, 3))))


def _zone(rng: random.Random) -> str:
    zone = rng.choice(ZONES)
    return rng.choice((zone, zone.lower(), zone.replace("_", " "), zone[1:], zone + rng.choice(WORDS), zone[::-1]))


def _code(rng: random.Random) -> str:
    return rng.choice(CODES) + rng.choice(("", str(rng.randrange(10**7)), _unicode(rng), "9" * 30, "LIS"))


def _long(rng: random.Random) -> str:
    piece = rng.choice((_unicode(rng), rng.choice(NAMES), rng.choice(WORDS), "a", "1", ",", "é"))
    return piece * rng.choice((10, 50, 199, 200, 201, 700, 4200))


_MAKERS: tuple[Make, ...] = (
    _unicode,
    _unicode,
    _name,
    _name,
    _coordinates,
    _zone,
    _code,
    lambda rng: rng.choice(WORDS),
    lambda rng: rng.choice(sorted(RESERVED)),
)

_ENCODERS: tuple[Callable[[str], bytes], ...] = (
    lambda text: quote(text, safe="").encode(),
    lambda text: quote(text).encode(),
    lambda text: quote(text, safe="/,:;+'()!*").encode(),
    lambda text: quote(text).lower().encode(),
    lambda text: quote(quote(text)).encode(),
    lambda text: text.encode(),
    lambda text: text.encode("latin-1", "replace"),
    lambda text: quote(text.encode("utf-16")).encode(),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
)


def targets(seed: int) -> Iterator[bytes]:
    """Targets as bytes of a request line, the same for the same seed; some are none that HTTP allows."""
    rng = random.Random(seed)
    while True:
        parts = [rng.choice(_MAKERS)(rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        if rng.random() < 0.02:
            parts = [_long(rng)]
        target = rng.choice(PREFIXES) + rng.choice(_ENCODERS)("".join(parts))
        if rng.random() < 0.15:
            where = rng.randrange(len(target) + 1)
            target = target[:where] + rng.choice(BROKEN) + target[where:]
        if rng.random() < 0.25:
            target += b"&" if b"?" in target else b"?"
            target += _query(rng)
        yield target[:LONGEST]


def _query(rng: random.Random) -> bytes:
    pairs = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        value = rng.choice(VALUES) if rng.random() < 0.8 else rng.choice(_MAKERS)(rng)
        pairs.append(quote(rng.choice(PARAMETERS)) + "=" + quote(value, safe="" if rng.random() < 0.8 else "&=%+"))
    return rng.choice(("&", "&", ";", "&&")).join(pairs).encode()

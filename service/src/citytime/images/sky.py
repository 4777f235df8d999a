"""The sky over a place: what colours it has, and where sun and moon stand.

Positions are astronomy (astral), seen by somebody who looks towards the equator. Colours are painted after nature: a
table of skies by the height of the sun, and mixtures in between. The heights are those of the twilights: at -18 degrees
astronomical night begins, at -6 street lamps light up, and up to +6 everything is golden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from citytime.domain import Point

Colour = tuple[float, float, float]
"""Red, green, blue in [0, 255]."""


@dataclass(frozen=True, slots=True)
class Body:
    """Where the sun or the moon stands: degrees above the horizon, and degrees from north by way of east."""

    height: float
    azimuth: float

    @property
    def up(self) -> bool:
        """Whether it can be seen, at least its upper half."""
        return self.height > -0.5


@dataclass(frozen=True, slots=True)
class Palette:
    """A sky from its top to the horizon, the light of the sun's side, the land in front of it, and how well stars show
    (0 not at all, 1 as at night)."""

    top: Colour
    middle: Colour
    horizon: Colour
    glow: Colour
    land: Colour
    stars: float


def _colour(text: str) -> Colour:
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def _palette(colours: str, stars: float = 0.0) -> Palette:
    top, middle, horizon, glow, land = map(_colour, colours.split())
    return Palette(top, middle, horizon, glow, land, stars)


_SKIES = (
    (-18.0, _palette("050914 0a1330 14244c 1b2f5e 04070f", 1.0)),
    (-12.0, _palette("081029 10224f 28406f 3d4f7d 060a17", 0.9)),
    (-6.0, _palette("0f1e4a 2b3c78 7a5f8c c0718a 0a0f22", 0.45)),
    (-2.0, _palette("1b3168 5a5390 d97f77 ff9d6c 121530", 0.08)),
    (1.0, _palette("244a86 82709f f2a06f ffc27d 251d40")),
    (6.0, _palette("2a67a8 6d9cc4 f3cf9e ffe2ae 2f3558")),
    (15.0, _palette("2272bb 579fd6 b9dcec fff0cf 1c3f50")),
    (40.0, _palette("1a64b4 3f8fd4 9fd0ee fff8e6 174457")),
)
"""Skies by the sun's height in degrees, from night to noon."""

PLAIN = _palette("20304f 344c74 5f7ba0 7f97b5 18233a")
"""The sky over nowhere."""


def palette(height: float) -> Palette:
    """The sky when the sun stands at `height` degrees above the horizon (negative below it)."""
    if height <= _SKIES[0][0]:
        return _SKIES[0][1]
    for (low, below), (high, above) in pairwise(_SKIES):
        if height < high:
            return _mixed(below, above, (height - low) / (high - low))
    return _SKIES[-1][1]


def _mixed(a: Palette, b: Palette, share: float) -> Palette:
    return Palette(
        mix(a.top, b.top, share),
        mix(a.middle, b.middle, share),
        mix(a.horizon, b.horizon, share),
        mix(a.glow, b.glow, share),
        mix(a.land, b.land, share),
        a.stars + (b.stars - a.stars) * share,
    )


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour between `a` (share 0) and `b` (share 1)."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def sun_at(point: Point, at: datetime) -> Body:
    """Where the sun stands at an aware moment, lifted by refraction."""
    from astral import Observer, sun  # noqa: PLC0415 (needed by the first postcard, not by the start)

    observer, moment = Observer(point.latitude, point.longitude), at.astimezone(UTC)
    return Body(sun.elevation(observer, moment), sun.azimuth(observer, moment))


def moon_at(point: Point, at: datetime) -> tuple[Body, float]:
    """Where the moon stands at an aware moment, and its age in [0, 1): 0 is new, 0.5 full."""
    from astral import Observer, moon  # noqa: PLC0415

    observer, moment = Observer(point.latitude, point.longitude), at.astimezone(UTC)
    return Body(moon.elevation(observer, moment), moon.azimuth(observer, moment)), moon.phase(moment) / 28 % 1.0

"""What one sees of a place at a moment: the sky by the height of its sun, over some hills.

The viewer looks towards the equator, so that the sun goes from left to right in the north and from right to left in
the south.
"""

from __future__ import annotations

import math
from datetime import datetime

from citytime.domain import Point
from citytime.images.canvas import HORIZON, WIDTH, Canvas
from citytime.images.sky import PLAIN, Body, mix, moon_at, palette, sun_at

_MIDDLE, _SPAN, _RISE = 890, 245, 425
"""Where on the card a body stands that is due south or north, how far from there one due east or west, and how high up
one in the zenith, in pixels."""

_SUN, _MOON = 36.0, 26.0
"""Radii in pixels, several times what they are in the sky."""

_LAMPS_ON = -4.0
"""Height of the sun, in degrees, below which lamps are lit."""


def paint(point: Point | None, at: datetime, seed: str) -> Canvas:
    """The scene at an aware moment as seen from a point, or from nowhere; its hills and stars follow from the seed."""
    canvas = Canvas(seed)
    if point is None:
        canvas.sky(PLAIN.top, PLAIN.middle, PLAIN.horizon)
        canvas.hills(PLAIN.horizon, PLAIN.land)
        return canvas
    south = point.latitude < 0
    sun = sun_at(point, at)
    light = palette(sun.height)
    canvas.sky(light.top, light.middle, light.horizon)
    canvas.stars(light.stars)
    _light_up(canvas, sun, south)
    moon, age = moon_at(point, at)
    if moon.up and sun.height < 0:
        canvas.moon(*_position(moon, south), _MOON, age, light.stars, mirrored=south)
    if sun.up:
        canvas.disc(*_position(sun, south), _SUN, mix(light.glow, (255, 255, 255), 0.55))
    canvas.hills(light.horizon, light.land)
    if sun.height < _LAMPS_ON:
        canvas.lamps()
    return canvas


def _light_up(canvas: Canvas, sun: Body, south: bool) -> None:
    """The brighter side of the sky: wide and warm at sunrise and sunset, gone in the night."""
    low = max(0.0, 1 - abs(sun.height - 1) / 19)
    strength = 0.25 * min(1.0, max(0.0, (sun.height + 18) / 6)) + 0.6 * low
    x, y = _position(sun, south)
    canvas.glow(x, min(y, HORIZON), palette(sun.height).glow, strength, 130 + 240 * low)


def _position(body: Body, south: bool) -> tuple[float, float]:
    """Where on the card a body stands, in pixels from the upper left; below the horizon if it is down."""
    aside = (body.azimuth - (0 if south else 180) + 180) % 360 - 180
    x = _MIDDLE + _SPAN * math.sqrt(2) * math.sin(math.radians(aside) / 2)
    return min(x, WIDTH - 70), HORIZON - _RISE * math.sin(math.radians(body.height))

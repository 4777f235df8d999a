"""What our own pictures show behind the letters: suns, clocks, skies, as SVG by code that draws the same every time."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from citytime.images.sky import Colour, mix, palette

SIZE = 600
"""Of a picture, in its own units."""

_CENTRE = SIZE / 2
_WHITE: Colour = (255, 255, 255)
_MOONLIGHT: Colour = (247, 244, 230)


def in_hex(colour: Colour) -> str:
    """A colour as CSS writes it, `#ffc27d`."""
    return "#" + "".join(f"{round(channel):02x}" for channel in colour)


def _at(angle: float, radius: float) -> tuple[float, float]:
    """The point at an angle in degrees, clockwise from the top, around the middle."""
    turn = math.radians(angle)
    return _CENTRE + radius * math.sin(turn), _CENTRE - radius * math.cos(turn)


def _dot(x: float, y: float, radius: float, colour: Colour, opacity: float = 1.0) -> str:
    faded = "" if opacity == 1 else f' fill-opacity="{opacity:.2f}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{in_hex(colour)}"{faded}/>'


def _stroke(path: str, colour: Colour, width: float, opacity: float = 1.0) -> str:
    return (
        f'<path fill="none" stroke="{in_hex(colour)}" stroke-width="{width:.1f}" stroke-linecap="round" '
        f'stroke-opacity="{opacity:.2f}" d="{path}"/>'
    )


def _spoke(angle: float, start: float, end: float) -> str:
    (x, y), (a, b) = _at(angle, start), _at(angle, end)
    return f"M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}"


def _stars(chance: Random, count: int) -> str:
    return "".join(
        _dot(
            chance.uniform(0, SIZE),
            SIZE * chance.random() ** 1.3,
            chance.uniform(0.8, 2.6),
            _WHITE,
            chance.uniform(0.3, 0.95),
        )
        for _ in range(count)
    )


def _wave(chance: Random, level: float, height: float, colour: Colour) -> str:
    """A band from a wavy line at `level` down to the bottom."""
    phase, length = chance.uniform(0, 2 * math.pi), chance.uniform(300, 480)
    line = " ".join(
        f"{x} {level + height * math.sin(x / length * 2 * math.pi + phase):.1f}" for x in range(0, SIZE + 1, 12)
    )
    return f'<path fill="{in_hex(colour)}" d="M0 {SIZE}L{line}V{SIZE}z"/>'


def _sunrise(chance: Random, height: float) -> str:
    sky = palette(height)
    rays = "".join(
        _spoke(angle, 262, 262 + length) for angle, length in zip(range(-84, 85, 12), [34, 18] * 8, strict=False)
    )
    sea = "".join(
        _stroke(f"M{60 + 3 * y} {470 + y}H{540 - 3 * y}", sky.glow, 7, 0.75 - y / 150) for y in range(0, 100, 24)
    )
    return (
        f'<path fill="{in_hex(sky.glow)}" fill-opacity=".9" d="M70 440A230 230 0 0 1 530 440z"/>'
        + f'<g transform="translate(0 140)">{_stroke(rays, sky.glow, 8, 0.8)}</g>'
        + sea
    )


def _noon(chance: Random, height: float) -> str:
    sky = palette(height)
    rays = "".join(_spoke(15 * step, 252, 286 if step % 2 else 272) for step in range(24))
    return _dot(_CENTRE, _CENTRE, 228, mix(sky.top, sky.land, 0.35), 0.55) + _stroke(rays, sky.glow, 9)


def _clock(chance: Random, height: float) -> str:
    sky = palette(height)
    minutes = "".join(_spoke(6 * step, 258, 264) for step in range(60) if step % 5)
    hours = "".join(_spoke(30 * step, 244, 264) for step in range(12))
    ring = f'<circle cx="300" cy="300" r="280" fill="{in_hex(sky.land)}" fill-opacity=".35"/>'
    hand = _at(30 * chance.uniform(0, 12), 280)
    return ring + _stroke(minutes, _WHITE, 3, 0.6) + _stroke(hours, _WHITE, 7, 0.95) + _dot(*hand, 13, sky.glow)


def _night(chance: Random, height: float) -> str:
    crescent = "M470 62A62 62 0 1 0 528 150A50 50 0 1 1 470 62z"
    return _stars(chance, 120) + f'<path fill="{in_hex(_MOONLIGHT)}" d="{crescent}"/>'


def _zones(chance: Random, height: float) -> str:
    """A stripe for each hour, from one midnight to the next."""
    stripes = []
    for hour in range(24):
        sky = palette(24 * math.sin(math.radians(15 * (hour - 5.5))) - 3)
        stripes.append(f'<path fill="{in_hex(sky.middle)}" d="M{25 * hour} 0h26v{SIZE}h-26z"/>')
    return "".join(stripes)


def _globe(chance: Random, height: float) -> str:
    sky = palette(height)
    lines = "".join(f"M300 50A{rx} 250 0 0 {side} 300 550" for rx in (0.1, 90, 172, 226) for side in (0, 1))
    for latitude in (-60, -30, 0, 30, 60):
        y, half = 300 - 250 * math.sin(math.radians(latitude)), 250 * math.cos(math.radians(latitude))
        lines += f"M{300 - half:.1f} {y:.1f}H{300 + half:.1f}"
    disc = f'<circle cx="300" cy="300" r="250" fill="{in_hex(mix(sky.top, sky.land, 0.6))}" fill-opacity=".6"/>'
    return _stars(chance, 60) + disc + _stroke(lines, sky.glow, 3, 0.55)


def _orbit(chance: Random, height: float) -> str:
    sky = palette(height)
    rings = bodies = ""
    for radius, size, colour in ((235, 16, sky.horizon), (310, 11, _WHITE), (385, 20, sky.glow)):
        half = f"a{radius} {0.4 * radius} 0 1 0"
        rings += f"M{300 - radius} 300{half} {2 * radius} 0{half} {-2 * radius} 0"
        place = chance.uniform(-0.8, 0.8) + (math.pi if size == 11 else 0)
        bodies += _dot(300 + radius * math.sin(place), 300 - 0.4 * radius * math.cos(place), size, colour)
    tilted = f'<g transform="rotate(-28 300 300)">{_stroke(rings, sky.glow, 3, 0.7)}{bodies}</g>'
    return _stars(chance, 70) + tilted


def _analemma(chance: Random, height: float) -> str:
    """Where the sun stands at the same hour through the year, a day in eight."""
    sky = palette(height)
    suns = ""
    for day in range(0, 365, 8):
        angle = 2 * math.pi * (day - 81) / 365
        equation = 9.87 * math.sin(2 * angle) - 7.53 * math.cos(angle) - 1.5 * math.sin(angle)  # minutes
        declination = 23.44 * math.sin(2 * math.pi * (day - 81) / 365)
        suns += _dot(300 + 9 * equation, 300 - 10.6 * declination, 10, sky.glow, 0.9)
    return suns


def _hills(chance: Random, height: float) -> str:
    sky = palette(height)
    sun = _dot(chance.uniform(120, 480), 120, 46, sky.glow)
    shares = (0.35, 0.65, 0.95)
    return sun + "".join(_wave(chance, 420 + 65 * k, 30, mix(sky.horizon, sky.land, s)) for k, s in enumerate(shares))


def _sea(chance: Random, height: float) -> str:
    sky = palette(height)
    return _dot(300, 150, 80, sky.glow, 0.95) + "".join(
        _wave(chance, 250 + 52 * k, 11, mix(sky.middle, sky.land, 0.25 + 0.11 * k)) for k in range(7)
    )


def _dial(chance: Random, height: float) -> str:
    """A sundial's hour lines, fanned out as at 45 degrees of latitude."""
    sky = palette(height)
    lines = ""
    for hour in range(-5, 6):
        angle = math.degrees(math.atan(math.sin(math.radians(45)) * math.tan(math.radians(15 * hour))))
        x, y = 300 + 700 * math.sin(math.radians(angle)), 20 + 700 * math.cos(math.radians(angle))
        lines += f"M300 20L{x:.1f} {y:.1f}"
    return _stroke(lines, sky.glow, 4, 0.6) + _dot(300, 20, 30, sky.glow)


def _rings(chance: Random, height: float) -> str:
    """Rings of light around a sun that has set."""
    sky = palette(height)
    return "".join(_dot(300, 600, radius, sky.glow, 0.13) for radius in range(120, 661, 60)) + _stars(chance, 40)


MOTIFS: dict[str, tuple[float, Callable[[Random, float], str]]] = {
    "analemma": (-1.0, _analemma),
    "clock": (22.0, _clock),
    "dial": (10.0, _dial),
    "globe": (-9.0, _globe),
    "hills": (3.0, _hills),
    "night": (-18.0, _night),
    "noon": (40.0, _noon),
    "orbit": (-13.0, _orbit),
    "rings": (-4.0, _rings),
    "sea": (6.0, _sea),
    "sunrise": (0.0, _sunrise),
    "zones": (30.0, _zones),
}
"""The height of the sun, in degrees, and what is drawn before its sky, by the picture's name."""

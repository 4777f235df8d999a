"""A canvas of floating-point pixels on which skies are painted, from the back to the front.

Whatever is left to chance (hills, stars, lamps) follows from the canvas's seed.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from citytime.images.sky import Colour, mix

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Layer = npt.NDArray[np.float32]

WIDTH, HEIGHT = 1200, 630
"""The size that link previews take (Open Graph), in pixels."""

HORIZON = 510
"""How far below the top the land begins, more or less."""

_STARS, _LAMPS = 260, 80
_STARLIGHT: Colour = (238, 242, 255)
_LAMPLIGHT: Colour = (255, 210, 140)
_MOONLIGHT: Colour = (247, 244, 230)

_RANGES = ((498, 26, 420, 0.45), (530, 30, 560, 0.75), (575, 26, 760, 1.0))
"""Hills from far to near: middle, height and wave length in pixels, share of the land's own colour in the haze."""


class Canvas:
    """`HEIGHT` x `WIDTH` pixels; positions are pixels from the upper left, alphas in [0, 1]."""

    def __init__(self, seed: str) -> None:
        import numpy as np  # noqa: PLC0415 (needed by the first postcard, not by the start)

        self._np = np
        self._chance = random.Random(seed)  # noqa: S311 (a picture, no secret)
        self._y, self._x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self._pixels = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        self._ridges: list[Layer] = []

    def sky(self, top: Colour, middle: Colour, horizon: Colour) -> None:
        """Three colours from the top to the horizon, on a parabola through them, so that no edge is seen."""
        np = self._np
        share = np.clip(np.arange(HEIGHT, dtype=np.float32) / HORIZON, 0, 1)[:, None, None]
        a, b, c = (np.array(colour, np.float32) for colour in (top, middle, horizon))
        self._pixels[:] = a + share * (4 * b - 3 * a - c) + share**2 * (2 * a + 2 * c - 4 * b)

    def glow(self, x: float, y: float, colour: Colour, strength: float, reach: float) -> None:
        """Light around a point, drawn out sideways as it is by haze, that fades over `reach` pixels."""
        distance = self._np.hypot((self._x - x) / 1.5, self._y - y)
        self._blend(colour, strength * self._np.exp(-distance / reach))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A round body with a halo."""
        beyond = self._np.hypot(self._x - x, self._y - y) - radius
        self._blend(colour, 0.5 * self._np.exp(-self._np.clip(beyond, 0, None) / (radius * 0.7)))
        self._blend(colour, self._np.clip(0.5 - beyond, 0, 1))

    def stars(self, brightness: float) -> None:
        """Stars, many at the top and none at the horizon."""
        for _ in range(_STARS):
            x, y = self._chance.uniform(0, WIDTH), HORIZON * self._chance.random() ** 1.35
            light = (0.2 + 0.8 * self._chance.random() ** 2) * (1 - 0.7 * y / HORIZON)
            self._spot(x, y, self._chance.uniform(0.7, 1.35), _STARLIGHT, brightness * light)

    def moon(self, x: float, y: float, radius: float, age: float, night: float, *, mirrored: bool) -> None:
        """The moon at its age in [0, 1): lit on the right while it waxes, on the left if `mirrored`.

        By day its dark part is as bright as the sky; at `night` (1) it is a shade darker.
        """
        np = self._np
        beyond = np.hypot(self._x - x, self._y - y) - radius
        full = (1 - math.cos(2 * math.pi * age)) / 2
        self._blend((215, 225, 250), 0.3 * night * full * np.exp(-np.clip(beyond, 0, None) / (1.5 * radius)))
        across = (self._x - x) * (-1 if mirrored else 1)
        half = np.sqrt(np.clip(radius**2 - (self._y - y) ** 2, 0, None))
        terminator = math.cos(2 * math.pi * age) * half
        lit = np.clip((across if age < 0.5 else -across) - terminator + 0.5, 0, 1)
        inside = np.clip(0.5 - beyond, 0, 1)
        self._blend((40, 48, 74), inside * (1 - lit) * night**2)
        self._blend(_MOONLIGHT, inside * lit * (0.7 + 0.3 * night))

    def hills(self, haze: Colour, land: Colour) -> None:
        """Ranges of hills, the farther the paler."""
        np = self._np
        for middle, height, wave, share in _RANGES:
            phases = [self._chance.uniform(0, 2 * math.pi) for _ in range(3)]
            ridge = middle + sum(
                height / 2**octave * np.sin(self._x[0] * (2 * math.pi * 1.9**octave / wave) + phase)
                for octave, phase in enumerate(phases)
            )
            self._ridges.append(ridge)
            self._blend(mix(haze, land, share), np.clip(self._y - ridge + 0.5, 0, 1))

    def lamps(self) -> None:
        """Lights of a town on the nearer hills, once there are hills."""
        for _ in range(_LAMPS):
            x = min(max(self._chance.gauss(WIDTH * 0.68, WIDTH * 0.18), 0), WIDTH - 1)
            y = self._ridges[1][int(x)] + 5 + abs(self._chance.gauss(0, 22))
            self._spot(x, y, self._chance.uniform(1.1, 2.2), _LAMPLIGHT, self._chance.uniform(0.35, 1.0))

    def shade(self, alpha: Layer) -> None:
        """Darken the canvas, wholly where `alpha` is 1."""
        self._blend((6, 10, 25), alpha)

    def developed(self) -> npt.NDArray[np.uint8]:
        """The pixels as bytes, RGB."""
        # Dithering would hide the steps between neighbouring shades, but they cannot be seen and it doubles the file.
        shades: npt.NDArray[np.uint8] = self._np.clip(self._pixels + 0.5, 0, 255).astype(self._np.uint8)
        return shades

    def _blend(self, colour: Colour, alpha: Layer) -> None:
        self._pixels += (self._np.array(colour, self._np.float32) - self._pixels) * alpha[..., None]

    def _spot(self, x: float, y: float, size: float, colour: Colour, alpha: float) -> None:
        """A point of light, some pixels wide; what is beyond the canvas is cut off."""
        np = self._np
        near = slice(max(0, int(y) - 5), int(y) + 6), slice(max(0, int(x) - 5), int(x) + 6)
        distance = np.hypot(self._x[near] - x, self._y[near] - y)
        light = alpha * np.exp(-((distance / size) ** 2))
        self._pixels[near] += (np.array(colour, np.float32) - self._pixels[near]) * light[..., None]

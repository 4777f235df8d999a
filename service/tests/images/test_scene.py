"""The scene behind a postcard: where sun and moon are on it, lamps, stars, and that it follows from its seed."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from citytime.domain import Point
from citytime.images.canvas import HEIGHT, HORIZON, WIDTH, Canvas
from citytime.images.scene import paint

LISBON, SYDNEY, LONGYEARBYEN = Point(38.72, -9.14), Point(-33.87, 151.21), Point(78.22, 15.65)
Pixels = npt.NDArray[np.uint8]


def scene(point: Point | None, *moment: int, seed: str = "seed") -> Pixels:
    return paint(point, datetime(*moment, tzinfo=UTC), seed).developed()  # type: ignore[misc, arg-type]


def brightest(pixels: Pixels) -> tuple[int, int]:
    """Where the brightest spot is: column and row."""
    light = pixels[:HORIZON].sum(axis=2, dtype=int)
    rows, columns = np.nonzero(light >= light.max() - 3)
    return int(columns.mean()), int(rows.mean())


def test_it_has_the_size_of_a_link_preview() -> None:
    assert scene(LISBON, 2026, 6, 21, 12).shape == (HEIGHT, WIDTH, 3) == (630, 1200, 3)


def test_the_sun_rises_on_the_left_in_the_north_and_on_the_right_in_the_south() -> None:
    morning, noon, evening = (brightest(scene(LISBON, 2026, 3, 20, hour)) for hour in (8, 12, 17))
    assert morning[0] < noon[0] < evening[0]
    assert noon[1] < min(morning[1], evening[1])
    morning, noon, evening = (brightest(scene(SYDNEY, 2026, 3, 20, hour)) for hour in (22, 2, 6))
    assert morning[0] > noon[0] > evening[0]


def test_it_is_dark_at_night_and_in_the_polar_night_and_bright_under_the_midnight_sun() -> None:
    noon, night = scene(LISBON, 2026, 6, 21, 12).mean(), scene(LISBON, 2026, 1, 19, 1).mean()
    polar, midnight_sun = scene(LONGYEARBYEN, 2026, 12, 20, 11).mean(), scene(LONGYEARBYEN, 2026, 6, 21, 23).mean()
    assert night < 40 < polar + 30
    assert polar < 60
    assert min(noon, midnight_sun) > 100


def test_a_full_moon_shines_at_night() -> None:
    assert scene(LISBON, 2026, 3, 3, 23)[:HORIZON].max() > 220  # high in the south on the night of the full moon
    assert scene(None, 2026, 3, 3, 23)[:HORIZON].max() < 170


def test_the_moon_waxes_on_the_right_in_the_north_and_on_the_left_in_the_south() -> None:
    for mirrored, lit, dark in ((False, 15, -15), (True, -15, 15)):
        canvas = Canvas("seed")
        canvas.moon(600, 300, 26, 0.25, 1.0, mirrored=mirrored)
        pixels = canvas.developed().sum(axis=2, dtype=int)
        assert pixels[300, 600 + lit] > 600 > 300 > pixels[300, 600 + dark]


def test_lamps_are_lit_when_the_sun_has_set() -> None:
    dusk, day = scene(LISBON, 2026, 3, 20, 19, 30), scene(LISBON, 2026, 3, 20, 12)
    assert dusk[HORIZON + 40 :].max() > 180 > day[HORIZON + 40 :].max()


def test_the_seed_alone_decides_about_the_hills() -> None:
    assert (scene(None, 2026, 1, 1, seed="a") == scene(None, 2027, 1, 1, seed="a")).all()
    assert (scene(None, 2026, 1, 1, seed="a") != scene(None, 2026, 1, 1, seed="b")).any()

"""A city's postcard: its name, its time, its sky. A PNG of 1200 x 630, fit for a link preview."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from citytime.domain import Image, Postcard
from citytime.images.canvas import HEIGHT, WIDTH
from citytime.images.lettering import DISPLAY, TEXT, fit, font, writable
from citytime.images.library import etag_of
from citytime.images.scene import paint
from citytime.timezones.rfc3339 import format_local, format_offset

if TYPE_CHECKING:
    from PIL.Image import Image as Canvas

_LEFT, _RIGHT = 76, WIDTH - 76
_TITLE_TOP = 66
_TITLE_LAYOUTS = ((84, 1), (72, 1), (62, 1), (52, 2), (44, 2), (36, 2))
_TIME_BASE, _DATE_BASE, _ZONE_BASE = 424, 490, 566

_WHITE, _SOFT, _SOFTER = (255, 255, 255, 255), (255, 255, 255, 230), (255, 255, 255, 215)
_SHADOW = 0.5
"""How dark it is behind letters, so that white ones can be read on any sky."""


def draw(card: Postcard) -> Image:
    """The card as a PNG. Raises InvalidInput where its local time is outside the years 1 to 9999."""
    import numpy as np  # noqa: PLC0415 (needed by the first postcard, not by the start)
    from PIL import Image as Pillow  # noqa: PLC0415
    from PIL import ImageFilter  # noqa: PLC0415

    text = _lettered(card)
    scene = paint(card.point, card.at, f"{card.zone} {card.title}")
    shadow = text.getchannel("A").filter(ImageFilter.GaussianBlur(9))
    scene.shade(np.asarray(shadow, np.float32) * (_SHADOW / 255))
    picture = Pillow.fromarray(scene.developed())
    picture.paste(text, (0, 0), text)
    with BytesIO() as file:
        picture.save(file, "PNG", compress_level=7)
        content = file.getvalue()
    return Image(content, "image/png", etag_of(content))


def _lettered(card: Postcard) -> Canvas:
    """All that is written, on nothing."""
    from PIL import Image as Pillow  # noqa: PLC0415
    from PIL import ImageDraw  # noqa: PLC0415

    local = datetime.fromisoformat(format_local(card.at, card.offset))
    text = Pillow.new("RGBA", (WIDTH, HEIGHT), (255, 255, 255, 0))
    pen = ImageDraw.Draw(text)
    width = _RIGHT - _LEFT
    city = card.zone.rpartition("/")[2].replace("_", " ")
    title = writable(card.title, city)
    lines, face = fit(title, DISPLAY, _TITLE_LAYOUTS, width)
    base = _TITLE_TOP - face.size * 0.4
    for line in lines:
        base += face.size * 1.15
        pen.text((_LEFT, base), line, _WHITE, face, "ls")
    lines, face = fit(writable(card.subtitle), TEXT, ((34, 1), (30, 1), (26, 1)), width)
    pen.text((_LEFT, base + 26 + face.size), "".join(lines), _SOFT, face, "ls")
    pen.text((_LEFT - 8, _TIME_BASE), f"{local:%H:%M}", _WHITE, font(DISPLAY, 196), "ls")
    date = f"{local:%A}, {local.day} {local:%B} {local.year}"
    pen.text((_LEFT, _DATE_BASE), date, _SOFT, font(TEXT, 36), "ls")
    offset = f"UTC{format_offset(card.offset)}"
    lines, face = fit(writable(f"{offset} · {card.zone}", offset), TEXT, ((28, 1), (24, 1)), width)
    pen.text((_LEFT, _ZONE_BASE), "".join(lines), _SOFTER, face, "ls")
    return text

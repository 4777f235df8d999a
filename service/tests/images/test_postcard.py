"""Postcards: PNGs of the right size that show what they should, whatever the name, the moment and the place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from citytime.domain import Image, Point, Postcard
from citytime.errors import InvalidInput
from citytime.images.formats import media_type
from citytime.images.postcard import draw

NOON = datetime(2026, 6, 21, 12, 0, tzinfo=UTC)
CARD = Postcard("Lisbon", "Portugal", "Europe/Lisbon", NOON, 3600, Point(38.72, -9.14))


def opened(image: Image) -> Pillow.Image:
    return Pillow.open(BytesIO(image.content))


def test_it_is_a_png_fit_for_a_link_preview() -> None:
    image = draw(CARD)
    assert image.content_type == media_type(image.content) == "image/png"
    assert opened(image).size == (1200, 630)
    assert len(image.content) < 260_000


def test_the_same_card_is_the_same_file() -> None:
    assert draw(CARD) == draw(CARD)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Lisboa"},
        {"subtitle": "Spain"},
        {"zone": "WET"},
        {"offset": 0},
        {"at": datetime(2026, 6, 21, 12, 1, tzinfo=UTC)},
        {"point": Point(-38.72, -9.14)},
        {"point": None},
    ],
)
def test_all_that_is_on_it_can_be_seen(change: dict[str, object]) -> None:
    assert draw(CARD).etag != draw(replace(CARD, **change)).etag  # type: ignore[arg-type]


def test_a_name_that_the_fonts_lack_is_replaced_by_the_city_of_the_zone() -> None:
    tokyo = replace(CARD, zone="Asia/Tokyo")
    here, there = draw(replace(tokyo, title="東京")), draw(replace(tokyo, title="Tokyo"))
    upper = (0, 0, 700, 150)  # the title, without the hills, which follow from the name as it is
    assert opened(here).crop(upper).tobytes() == opened(there).crop(upper).tobytes()


@settings(max_examples=12, deadline=None)
@given(
    st.builds(
        Postcard,
        title=st.text(max_size=200),
        subtitle=st.text(max_size=200),
        zone=st.text(max_size=60),
        at=st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),
        offset=st.integers(-86_340, 86_340),
        point=st.none() | st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)),
    )
)
def test_any_card_can_be_drawn(card: Postcard) -> None:
    assert len(draw(card).content) < 400_000


def test_a_time_beyond_the_calendar_is_an_error() -> None:
    with pytest.raises(InvalidInput):
        draw(replace(CARD, at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)))

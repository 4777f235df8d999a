"""Pictures and postcards as messages: what goes in comes out, and what makes no sense is refused with the field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Image, Point, Postcard
from citytime.errors import InvalidInput
from citytime.images import messages
from citytime.rpc.fields import write_moment, write_point
from citytime.v1 import images_pb2 as pb

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NAMES = TEXTS.filter(str.strip)
CARDS = st.builds(
    Postcard,
    title=NAMES,
    subtitle=TEXTS,
    zone=NAMES,
    at=st.datetimes(timezones=st.just(UTC)),
    offset=st.integers(-messages.MAX_OFFSET, messages.MAX_OFFSET),
    point=st.none() | st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)),
)
AT = write_moment(datetime(2026, 7, 1, 12, tzinfo=UTC))


@given(st.builds(Image, st.binary(), NAMES, NAMES))
def test_pictures_make_the_round_trip(image: Image) -> None:
    sent = messages.write_image(image).SerializeToString()
    assert messages.read_image(pb.Image.FromString(sent)) == image


@given(CARDS)
def test_postcards_make_the_round_trip(card: Postcard) -> None:
    sent = messages.write_postcard(card).SerializeToString()
    assert messages.check_postcard(pb.DrawPostcardRequest.FromString(sent)) == card


@pytest.mark.parametrize("seed", [None, "", "lisbon", "x" * 200])
def test_seeds_make_the_round_trip(seed: str | None) -> None:
    sent = pb.PickImageRequest(seed=seed).SerializeToString()
    assert messages.check_seed(pb.PickImageRequest.FromString(sent)) == seed


def test_a_seed_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        messages.check_seed(pb.PickImageRequest(seed="x" * 201))
    assert caught.value.parameter == "seed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " "),
        ("title", "x" * 201),
        ("subtitle", "x" * 201),
        ("time_zone", ""),
        ("time_zone", "x" * 201),
        ("offset", 86_341),
        ("offset", -86_400),
        ("offset", 2**31 - 1),
        ("point", write_point(Point(91, 0))),
        ("point", write_point(Point(0, float("nan")))),
        ("point", write_point(Point(0, float("inf")))),
        ("at", None),
        ("at", Timestamp(seconds=253_402_300_800)),
        ("at", Timestamp(seconds=0, nanos=-1)),
    ],
)
def test_a_card_that_makes_no_sense_is_refused_with_the_field(field: str, value: object) -> None:
    fields = {"title": "Lisbon", "time_zone": "Europe/Lisbon", "at": AT} | {field: value}
    with pytest.raises(InvalidInput) as caught:
        messages.check_postcard(pb.DrawPostcardRequest(**fields))  # type: ignore[arg-type]
    assert caught.value.parameter == field

"""Pictures and postcards as protocol buffers, for the server and the client of the images.

`write_…` makes messages of domain values, `read_…` the reverse; `check_…` reads from a request and raises InvalidInput
naming the field.
"""

from __future__ import annotations

from citytime.domain import Image, Postcard
from citytime.errors import InvalidInput
from citytime.rpc.fields import MAX_TEXT, check_moment, check_point, check_text, write_moment, write_point
from citytime.v1 import images_pb2 as pb

MAX_OFFSET = 86_340
"""Seconds by which a clock may differ from UTC: 23:59, as far as RFC 3339 can write it."""


def write_image(image: Image) -> pb.Image:
    """A picture."""
    return pb.Image(content=image.content, content_type=image.content_type, etag=image.etag)


def read_image(message: pb.Image) -> Image:
    """A picture."""
    return Image(message.content, message.content_type, message.etag)


def check_seed(request: pb.PickImageRequest) -> str | None:
    """The seed, which may be empty or absent."""
    if len(request.seed) > MAX_TEXT:
        raise InvalidInput(f"seed has more than {MAX_TEXT} characters", "seed")
    return request.seed if request.HasField("seed") else None


def write_postcard(card: Postcard) -> pb.DrawPostcardRequest:
    """What a postcard shows."""
    return pb.DrawPostcardRequest(
        title=card.title,
        subtitle=card.subtitle,
        point=write_point(card.point) if card.point else None,
        at=write_moment(card.at),
        offset=card.offset,
        time_zone=card.zone,
    )


def check_postcard(request: pb.DrawPostcardRequest) -> Postcard:
    """What a postcard shows."""
    if len(request.subtitle) > MAX_TEXT:
        raise InvalidInput(f"subtitle has more than {MAX_TEXT} characters", "subtitle")
    if abs(request.offset) > MAX_OFFSET:
        raise InvalidInput(f"offset must be a number from -{MAX_OFFSET} to {MAX_OFFSET}", "offset")
    return Postcard(
        title=check_text(request.title, "title"),
        subtitle=request.subtitle,
        zone=check_text(request.time_zone, "time_zone"),
        at=check_moment(request, "at"),
        offset=request.offset,
        point=check_point(request, "point") if request.HasField("point") else None,
    )

"""Fields that the messages of several services share: positions, texts, moments.

`write_…` makes a field of a domain value, `read_…` the reverse for an answer, which a service of ours has given;
`check_…` is `read_…` for a request, which anyone may have made: it raises InvalidInput naming the field.
"""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from citytime.domain import Point
from citytime.errors import InvalidInput
from citytime.v1.point_pb2 import Point as PointMessage

MAX_TEXT = 200
"""Characters of a text in a request."""


def write_point(point: Point) -> PointMessage:
    """A position."""
    return PointMessage(latitude=point.latitude, longitude=point.longitude)


def read_point(message: PointMessage) -> Point:
    """A position."""
    return Point(message.latitude, message.longitude)


def check_point(request: Message, field: str) -> Point:
    """A position on earth that must be there."""
    point = read_point(_given(request, field))
    for name, value, limit in (("latitude", point.latitude, 90), ("longitude", point.longitude, 180)):
        if not -limit <= value <= limit:
            raise InvalidInput(f"{name} must be a number from -{limit} to {limit}, not {value:g}", field)
    return point


def check_text(text: str, field: str) -> str:
    """A text that is neither empty nor too long."""
    if not text.strip():
        raise InvalidInput(f"{field} is empty", field)
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"{field} has more than {MAX_TEXT} characters", field)
    return text


def write_moment(moment: datetime) -> Timestamp:
    """An aware moment."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def read_moment(message: Timestamp) -> datetime:
    """A moment (aware, UTC), cut to microseconds."""
    return message.ToDatetime(UTC)


def check_moment(request: Message, field: str) -> datetime:
    """A moment in the years 1 to 9999 that must be there."""
    try:
        return read_moment(_given(request, field))
    except (ValueError, OverflowError):
        raise InvalidInput(f"{field} is no moment in the years 1 to 9999", field) from None


def _given(request: Message, field: str):  # type: ignore[no-untyped-def] # whatever the field holds
    if not request.HasField(field):
        raise InvalidInput(f"{field} is missing", field)
    return getattr(request, field)

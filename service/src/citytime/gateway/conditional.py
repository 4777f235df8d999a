"""Conditional requests and byte ranges (RFC 9110, sections 13 and 14) for answers that are named by a strong ETag.

There is no Last-Modified, so conditions on dates hold for nothing: If-Modified-Since and If-Unmodified-Since are passed
over, and a date in If-Range is never ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from citytime.gateway.problems import Refused

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_RANGE = re.compile(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.ASCII | re.IGNORECASE)

_DIGITS = 18
"""Of a position that counts; whatever is longer lies beyond any picture."""


class Selection(NamedTuple):
    """What of a content is sent: status 200, 206 or 304, where it starts, and where it stops."""

    status: int
    start: int
    stop: int


def select(headers: Mapping[str, str], etag: str, size: int, *, ranges: bool) -> Selection:
    """What is sent to a GET with these headers of a content of `size` bytes; a range only where `ranges` are offered.

    The order is that of section 13.2.2. Raises Refused with 412 or 416.
    """
    if "If-Match" in headers and not _lists(headers["If-Match"], etag, weak=False):
        raise Refused(412, "there is no longer what If-Match names")
    if "If-None-Match" in headers and _lists(headers["If-None-Match"], etag, weak=True):
        return Selection(304, 0, 0)
    if ranges and "Range" in headers and headers.get("If-Range", f'"{etag}"').strip() == f'"{etag}"':
        return _part(headers["Range"], size)
    return Selection(200, 0, size)


def _lists(field: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags has this one; a weak tag counts only where `weak` ones may."""
    if field.strip() == "*":
        return True
    return any(tag == etag and (weak or not prefix) for prefix, tag in _TAG.findall(field))


def _part(field: str, size: int) -> Selection:
    """One range of bytes. Several at once, and what is no range of bytes, are not taken: the whole is sent."""
    whole = Selection(200, 0, size)
    found = _RANGE.fullmatch(field.strip())
    if found is None or not any(found.groups()):
        return whole
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - _number(last)), size
    else:
        start, stop = _number(first), min(size, _number(last) + 1) if last else size
        if last and _number(last) < start:
            return whole
    if start >= size or start == stop:
        raise Refused(416, f"the picture has {size} bytes", (("Content-Range", f"bytes */{size}"),))
    return Selection(206, start, stop)


def _number(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS

"""Pictures are told by their content and decoded whole; what is broken, huge or something else is refused."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citytime.images.formats import MAX_PIXELS, media_type
from citytime.images.refusal import Refused
from tests.images.samples import SVG, animation, chunk, png_header, raster

PNG, JPEG, WEBP = raster("PNG"), raster("JPEG"), raster("WEBP")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (raster("JPEG", progressive=True), "image/jpeg"),
        (WEBP, "image/webp"),
        (raster("WEBP", lossless=True), "image/webp"),
        (animation("PNG", 3), "image/png"),
        (animation("WEBP", 3), "image/webp"),
        (SVG, "image/svg+xml"),
        (b" \n" + SVG, "image/svg+xml"),
    ],
)
def test_a_picture_is_told_by_its_content(content: bytes, expected: str) -> None:
    assert media_type(content) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"#!/bin/sh", "neither PNG"),
        (raster("GIF"), "neither PNG"),
        (raster("BMP"), "neither PNG"),
        (raster("TIFF"), "neither PNG"),
        (b"%PDF-1.7", "neither PNG"),
        (b"<html><script>alert(1)</script></html>", "neither PNG"),
        (PNG[: len(PNG) // 2], "decode"),
        (JPEG[: len(JPEG) // 2], "decode"),
        (WEBP[: len(WEBP) // 2], "decode"),
        (PNG[:8] + JPEG, "decode"),
        (PNG[:8], "decode"),
        (JPEG[:3] + b"<script>alert(1)</script>", "decode"),
        (png_header(100_000, 100_000), "too many pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "too many pixels"),
        (png_header(0, 8), "decode"),
        (png_header(MAX_PIXELS + 1, 1), "too many pixels"),
        (animation("PNG", 70, (500, 500)), "70 frames"),
        (animation("WEBP", 70, (500, 500)), "70 frames"),
    ],
)
def test_what_is_no_picture_to_be_shown_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        media_type(content)
    assert reason in str(refused.value)


def test_a_picture_with_something_behind_it_is_still_only_that_picture() -> None:
    assert media_type(PNG + b"PK\x03\x04<script>alert(1)</script>") == "image/png"


def test_a_damaged_pixel_is_found() -> None:
    middle = PNG.index(b"IDAT") + 8
    with pytest.raises(Refused):
        media_type(PNG[:middle] + bytes([PNG[middle] ^ 0xFF]) + PNG[middle + 1 :])


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_bomb_beside_the_pixels_does_not_go_off(kind: bytes) -> None:
    bomb = chunk(kind, b"name\0\0" + zlib.compress(bytes(100_000_000), 9))
    after_header = 8 + 25
    tracemalloc.start()
    try:
        with contextlib.suppress(Refused):
            media_type(PNG[:after_header] + bomb + PNG[after_header:])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_huge_webp_is_refused_before_it_is_decoded() -> None:
    bits = (16383 - 1) | (16383 - 1) << 14
    lossless = b"\x2f" + struct.pack("<I", bits) + bytes(20)
    body = b"WEBPVP8L" + struct.pack("<I", len(lossless)) + lossless + b"\0" * (len(lossless) % 2)
    with pytest.raises(Refused):
        media_type(b"RIFF" + struct.pack("<I", len(body)) + body)


@settings(max_examples=150)
@given(
    st.sampled_from([PNG, JPEG, WEBP, animation("PNG", 2), animation("WEBP", 2), SVG]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 5000),
)
def test_damage_of_any_kind_is_passed_or_refused(content: bytes, changes: list[tuple[int, int]], end: int) -> None:
    damaged = bytearray(content)
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    with contextlib.suppress(Refused):
        media_type(bytes(damaged[: max(1, end)]))

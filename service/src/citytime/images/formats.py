"""What a picture is by its content, and whether it is one that can be shown.

A picture is told by its first bytes, then decoded whole by that format's decoder alone; a name proves nothing.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from citytime.images.refusal import Refused
from citytime.images.svg import check_svg

SVG = "image/svg+xml"

MAX_PIXELS = 16_777_216
"""Of all frames together; decoded, a frame of 4096 x 4096 takes 64 MiB."""

_DECODERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def media_type(content: bytes) -> str:
    """The media type of a picture, checked whole. Raises Refused.

    >>> media_type(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    'image/svg+xml'
    """
    found = _sniff(content)
    if found == SVG:
        check_svg(content)
    else:
        _decode(content, _DECODERS[found])
    return found


def _sniff(content: bytes) -> str:
    """The media type that the first bytes announce (WHATWG MIME Sniffing, section 6.1)."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:14] == b"WEBPVP":
        return "image/webp"
    if content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"<"):
        return SVG
    raise Refused("empty" if not content else "neither PNG, JPEG, WebP nor SVG")


def _decode(content: bytes, decoder: str) -> None:
    """Decode all frames; Pillow looks at the size before it decodes, so that is checked first."""
    from PIL import Image  # noqa: PLC0415 (not needed by those who have no folder)

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(content), formats=[decoder]) as picture:
            frames = getattr(picture, "n_frames", 1)
            pixels = picture.width * picture.height * frames
            if pixels > MAX_PIXELS:
                size = f"{picture.width} x {picture.height}" + (f" x {frames} frames" if frames > 1 else "")
                raise Refused(f"too many pixels: {size} is more than {MAX_PIXELS}")
            for frame in range(frames):
                picture.seek(frame)
                picture.load()
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused(f"too many pixels: more than {MAX_PIXELS}") from None
    except Exception as error:  # decoders raise whatever comes to them: OSError, ValueError, SyntaxError, struct.error
        raise Refused(f"it does not decode: {error or type(error).__name__}") from None

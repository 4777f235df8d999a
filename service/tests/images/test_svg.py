"""SVG: pictures pass; scripts, handlers, references to outside, entities and bombs do not."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citytime.images.refusal import Refused
from citytime.images.svg import MAX_DEPTH, MAX_USES, check_svg
from tests.images.samples import LAUGHS, SVG

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def svg(inside: str) -> bytes:
    return f"{OPEN}{inside}</svg>".encode()


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- drawn -->\n' + SVG,
        svg('<defs><linearGradient id="g"/></defs><rect fill="url(#g)" style="stroke:url( \'#g\' )"/>'),
        svg('<path id="a" d="M0 0"/><use href="#a"/><use xlink:href="#a" x="3"/>'),
        svg("<style>.a{fill:red}</style><text class='a' font-family='Inter, sans-serif'>Ωρα 時</text>"),
        svg("<title>url(http://example.org) is only a title</title>"),
        svg('<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="on top" i:href="x"><i:grid/></g>'),
        svg('<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><path filter="url(#f)"/>'),
        svg("<style>a{}</style>" + "<g>" * (MAX_DEPTH - 1) + "</g>" * (MAX_DEPTH - 1)),
    ],
)
def test_a_picture_passes(content: bytes) -> None:
    check_svg(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (svg("<g>"), "well-formed"),
        (b"<svg/>", "neither PNG"),
        (b"<html/>", "neither PNG"),
        (b'<svg xmlns="http://www.w3.org/1999/xhtml"/>', "neither PNG"),
        (SVG[:-3], "well-formed"),
        (SVG + b"<svg/>", "well-formed"),
        (SVG.decode().encode("utf-16"), "UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + SVG, "ISO-8859-1"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + SVG, "utf-7"),
        (LAUGHS, "DOCTYPE"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + SVG, "DOCTYPE"),
        (b'<?xml-stylesheet href="http://example.org/a.css"?>' + SVG, "processing instruction"),
        (svg("<script>alert(1)</script>"), "script"),
        (svg('<x:script xmlns:x="http://www.w3.org/2000/svg"/>'), "script"),
        (svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>'), "another language"),
        (svg('<script xmlns=""/>'), "another language"),
        (svg("<foreignObject/>"), "foreignObject"),
        (svg('<a href="#x"/>'), "element a"),
        (svg('<image href="data:image/png;base64,AA=="/>'), "image"),
        (svg('<feImage href="#a"/>'), "feImage"),
        (svg('<path><set attributeName="href" to="javascript:x"/></path>'), "set"),
        (svg('<animate attributeName="fill"/>'), "animate"),
        (svg('<path onload="alert(1)"/>'), "event handler"),
        (svg('<path ONCLICK="alert(1)"/>'), "event handler"),
        (svg('<use href="other.svg#a"/>'), "outside"),
        (svg('<use xlink:href="https://example.org/a.svg#a"/>'), "outside"),
        (svg('<use href=" #a"/>'), "outside"),
        (svg('<textPath href="javascript:alert(1)"/>'), "outside"),
        (svg('<g xml:base="https://example.org/"/>'), "base"),
        (svg('<path fill="url(https://example.org/a)"/>'), "url("),
        (svg("<path style=\"fill: URL( 'a.svg#b' )\"/>"), "URL"),
        (svg("<style>@import 'a.css';</style>"), "@import"),
        (svg("<style><![CDATA[@im]]>port 'a.css';</style>"), "@import"),
        (svg("<style>@font-face{}</style>"), "@font-face"),
        (svg("<style>a{fill:u\\72l(a)}</style>"), "style"),
        (svg("<path style=\"cursor:image-set('a.png' 1x)\"/>"), "image-set"),
        (svg("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH), "within each other"),
        (svg('<path id="a"/>' + '<use href="#a"/>' * (MAX_USES + 1)), "use elements"),
        (svg('<path id="a"/><g id="b"><use href="#a"/></g><use href="#b"/>'), "shows another"),
        (svg('<use id="a" href="#a"/>'), "shows another"),
    ],
)
def test_what_is_more_than_a_picture_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_svg(content)
    assert reason in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: svg(text.replace("\ud800", ""))))
def test_any_content_is_passed_or_refused(content: bytes) -> None:
    with contextlib.suppress(Refused):
        check_svg(content)

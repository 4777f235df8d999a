"""Whether an SVG is only a picture: parsed safely, and made of nothing that runs, loads or refers to anything outside.

What is allowed is listed, as in W3C's secure static mode (SVG 2, section 2.7.4, without animation or embedded images);
whatever is not listed is refused. Only UTF-8 is read, so that nobody reads the same bytes as another text.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from citytime.images.refusal import Refused

_SVG = "http://www.w3.org/2000/svg"
_INERT = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/elements/1.1/",
)
"""Namespaces of what editors note down for themselves; browsers make nothing of it."""

_ELEMENTS = frozenset(
    """
    svg g defs symbol use switch title desc metadata style
    path rect circle ellipse line polyline polygon text tspan textPath
    linearGradient radialGradient stop pattern clipPath mask marker filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """.split()  # noqa: SIM905 (as a list it would take fifty lines)
)
_OUTSIDE = re.compile(
    r"""\\|@import|@font-face|image-set\s*\(|src\s*\(|url\s*\(\s*["']?\s*(?!["'\s#])""", re.IGNORECASE
)
"""CSS that loads something, or could hide that it does (an escape)."""

MAX_DEPTH = 100
"""Elements within each other; browsers give up at some hundreds."""

MAX_USES = 1000
"""`use` elements. None may show another one: ten levels of ten would be a picture that no browser can draw."""


def check_svg(content: bytes) -> None:
    """Return if the content is an SVG that is only a picture; raises Refused, saying why not."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the SVG is not UTF-8") from None
    checker = _Checker()
    try:
        checker.parse(content)
    except expat.ExpatError as error:
        raise Refused(f"the SVG is not well-formed XML: {error}") from None


class _Checker:
    def __init__(self) -> None:
        self._open: list[tuple[str, str | None]] = []
        self._used: list[str] = []
        self._users: set[str] = set()
        self._style: list[str] = []
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def parse(self, content: bytes) -> None:
        """Raises Refused or ExpatError."""
        self._parser.Parse(content, True)
        if not self._users.isdisjoint(self._used):
            raise Refused("the SVG has a use element that shows another one")

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii"):
            raise Refused(f"the SVG says that it is {encoding[:20]}, not UTF-8")

    def _doctype(self, *_: object) -> None:
        raise Refused("the SVG has a DOCTYPE, which may define entities; save it as plain SVG")

    def _instruction(self, target: str, data: str) -> None:
        raise Refused(f"the SVG has a processing instruction, {target[:40]}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._open and (namespace, local) != (_SVG, "svg"):
            raise Refused("neither PNG, JPEG, WebP nor SVG")
        if namespace == _SVG:
            if local not in _ELEMENTS:
                raise Refused(f"the SVG has an element {local[:40]}, which is not allowed")
        elif not namespace.startswith(_INERT):
            raise Refused(f"the SVG has an element {local[:40]} of another language")
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)
        self._open.append((name, attributes.get("id")))
        if len(self._open) > MAX_DEPTH:
            raise Refused(f"the SVG has more than {MAX_DEPTH} elements within each other")
        if local == "use":
            self._use(attributes)

    def _use(self, attributes: dict[str, str]) -> None:
        self._users.update(key for _, key in self._open if key is not None)
        self._used += [value.removeprefix("#") for name, value in attributes.items() if name.endswith("href")]
        if len(self._used) > MAX_USES:
            raise Refused(f"the SVG has more than {MAX_USES} use elements")

    def _end(self, name: str) -> None:
        self._open.pop()
        if name == f"{_SVG} style":
            _check_css("".join(self._style))
            self._style.clear()

    def _text(self, text: str) -> None:
        if self._open and self._open[-1][0] == f"{_SVG} style":
            self._style.append(text)


def _check_attribute(name: str, value: str) -> None:
    namespace, _, local = name.rpartition(" ")
    if namespace.startswith(_INERT):
        return
    if local.lower().startswith("on"):
        raise Refused(f"the SVG has an event handler, {local[:40]}")
    if local == "href":
        if not value.startswith("#"):
            raise Refused("the SVG refers to something outside itself")
    elif local in ("base", "src"):
        raise Refused(f"the SVG has an attribute {local[:40]}, which is not allowed")
    else:
        _check_css(value)


def _check_css(text: str) -> None:
    if found := _OUTSIDE.search(text):
        raise Refused(f"the style of the SVG has {found[0][:20]!r}, which may load something from outside")

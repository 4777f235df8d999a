"""From the path of a request to its route."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from citytime.gateway.routes import CITY, POSTCARD, RESERVED, ROUTES, Route

_FIXED = {route.template: route for route in ROUTES if route.path is None}
_PREFIXES = {
    route.template.partition("{")[0]: route
    for route in ROUTES
    if route.path is not None and route not in (CITY, POSTCARD)
}


@dataclass(frozen=True, slots=True)
class Target:
    """A route with the text of its path variable."""

    route: Route
    text: str = ""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The methods that the path takes."""
        return ("GET", "HEAD", "OPTIONS") if self.route.method == "GET" else (self.route.method, "OPTIONS")


def match(path: str) -> Target | None:
    """The route of a raw path (percent-encoded); None for what is reserved but not there.

    >>> match("/v1/zones/Europe/Lisbon").text, match("/S%C3%A3o%20Paulo/").text, match("/v1/nothing")
    ('Europe/Lisbon', 'São Paulo', None)
    >>> match("/lisbon.png").route.template
    '/{city}.png'
    """
    if route := _FIXED.get(path if path == "/" else path.rstrip("/")):
        return Target(route)
    for prefix, route in _PREFIXES.items():
        if path.startswith(prefix):
            return Target(route, unquote(path.removeprefix(prefix)).strip("/"))
    text = unquote(path).strip("/")
    if text.partition("/")[0].lower() in RESERVED or not text:
        return None
    city = text.removesuffix(".png")
    return Target(POSTCARD, city) if city and city != text else Target(CITY, text)

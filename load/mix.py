"""What people ask a service of this kind for, drawn at random: `Mix.draw()` is one request.

Cities are asked for as Zipf's law has it: the second half as often as the first, the third a third as often, and so
on. Most ask by name, in their own script; some mistype, some know coordinates, a zone or a code; a few things are asked
for that do not exist. The shares are in SHARES.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from string import ascii_lowercase
from urllib.parse import quote, urlencode

CITIES = Path(__file__).with_name("cities.tsv")
OWN_SCRIPT = 0.3
"""The share of names that are written as a city's name is in another language or script."""

AIRPORTS = (
    "ATL",
    "DXB",
    "LHR",
    "HND",
    "CDG",
    "FRA",
    "SIN",
    "JFK",
    "AMS",
    "ICN",
    "BOM",
    "GRU",
    "MEX",
    "LIS",
    "SYD",
    "NBO",
)
UNKNOWN = ("atlantis-sur-mer", "gotham-upon-thames", "zzyzx-nowhere", "wp-login.php", ".env", "xyzzy")
"""What nobody has in a gazetteer; the first three are known to nominatim.py."""


@dataclass(frozen=True, slots=True)
class City:
    """A line of cities.tsv."""

    id: int
    name: str
    zone: str
    latitude: float
    longitude: float
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `kind` groups it in statistics; any other status than those expected is a failure."""

    kind: str
    target: str
    body: bytes | None = None
    accept: str = "application/json"
    expected: frozenset[int] = frozenset({200})


def read_cities(path: Path = CITIES) -> list[City]:
    """The cities that are asked for, the most popular first."""
    cities = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            number, name, zone, latitude, longitude, others = line.split("\t")
            cities.append(City(int(number), name, zone, float(latitude), float(longitude), tuple(others.split("|"))))
    return cities


class Mix:
    """An endless supply of requests; the same seed gives the same ones."""

    def __init__(self, cities: list[City], seed: int | None = None) -> None:
        self._dice = random.Random(seed)  # noqa: S311
        self._cities = cities
        self._popularity = list(accumulate(1 / rank for rank in range(1, len(cities) + 1)))

    def draw(self) -> Ask:
        """The next request."""
        (make,) = self._dice.choices(list(SHARES), list(SHARES.values()))
        return make(self)

    def _city(self) -> City:
        return self._dice.choices(self._cities, cum_weights=self._popularity)[0]

    def _name(self) -> str:
        city = self._city()
        return self._dice.choice(city.others) if city.others[0] and self._dice.random() < OWN_SCRIPT else city.name

    def _slip(self) -> str:
        """A name with two letters swapped, or one left out or doubled; never the first, which people get right."""
        name = self._city().name
        at = self._dice.randrange(1, max(2, len(name) - 1))
        swapped = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
        return self._dice.choice([swapped, name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:]])

    def _point(self) -> tuple[str, str]:
        """Somewhere within some 20 km of a city: a position that nobody asked for before."""
        city = self._city()
        latitude = max(-90.0, min(90.0, city.latitude + self._dice.gauss(0, 0.1)))
        return f"{latitude:.4f}", f"{(city.longitude + self._dice.gauss(0, 0.1) + 180) % 360 - 180:.4f}"

    def _by_name(self) -> Ask:
        return Ask("name", "/" + quote(self._name(), safe=""))

    def _page(self) -> Ask:
        return Ask("page", "/" + quote(self._name(), safe=""), accept="text/html,*/*;q=0.8")

    def _steered(self) -> Ask:
        """With all that may come with a name."""
        query = {
            "city": self._name(),
            "lang": self._dice.choice(["en", "de", "pt", "ja", "ar"]),
            "at": "2027-03-28T12:00",
        }
        return Ask("steered", "/v1/time?" + urlencode(query))

    def _misspelt(self) -> Ask:
        return Ask("misspelt", "/" + quote(self._slip(), safe=""), expected=frozenset({200, 404}))

    def _strict(self) -> Ask:
        return Ask("strict", f"/{quote(self._name(), safe='')}?strict=true", expected=frozenset({200, 300}))

    def _unknown(self) -> Ask:
        """One of a few that come again and again, or one that never came before."""
        never = "".join(self._dice.choices(ascii_lowercase, k=12))
        return Ask("unknown", "/" + self._dice.choice([*UNKNOWN, *[never] * 6]), expected=frozenset({200, 404}))

    def _wrong(self) -> Ask:
        return Ask("wrong", "/lisbon?at=yesterday", expected=frozenset({400}))

    def _position(self) -> Ask:
        return Ask("position", "/" + ",".join(self._point()))

    def _zone(self) -> Ask:
        return Ask("zone", "/" + self._city().zone)

    def _code(self) -> Ask:
        code = f"iata:{self._dice.choice(AIRPORTS)}" if self._dice.random() < 0.7 else f"geonames:{self._city().id}"
        return Ask("code", "/" + code)

    def _search(self) -> Ask:
        """What somebody has typed so far: two letters or more."""
        name = self._name()
        typed = name[: self._dice.randint(min(2, len(name)), len(name))]
        return Ask("search", "/v1/places?" + urlencode({"q": typed, "limit": 5}))

    def _nearest(self) -> Ask:
        latitude, longitude = self._point()
        return Ask("nearest", "/v1/nearest?" + urlencode({"lat": latitude, "lng": longitude, "limit": 3}))

    def _timezone(self) -> Ask:
        latitude, longitude = self._point()
        return Ask("timezone", "/v1/timezone?" + urlencode({"lat": latitude, "lng": longitude}))

    def _one_zone(self) -> Ask:
        return Ask("one zone", "/v1/zones/" + self._city().zone)

    def _convert(self) -> Ask:
        query = [("from", self._name()), ("to", self._name()), ("to", self._name()), ("at", "2027-01-15T09:30")]
        return Ask("convert", "/v1/convert?" + urlencode(query))

    def _batch(self) -> Ask:
        """The cities of somebody's contacts."""
        names = [self._name() for _ in range(self._dice.randint(2, 30))]
        return Ask("batch", "/v1/batch", json.dumps({"queries": names}).encode())

    def _picture(self) -> Ask:
        return Ask("picture", "/homersimpson", accept="image/*")

    def _postcard(self) -> Ask:
        return Ask("postcard", f"/{quote(self._name(), safe='')}.png", accept="image/*")


SHARES: dict[Callable[[Mix], Ask], float] = {
    Mix._by_name: 46,
    Mix._page: 4,
    Mix._steered: 3,
    Mix._misspelt: 6,
    Mix._strict: 1.5,
    Mix._unknown: 2,
    Mix._wrong: 0.5,
    Mix._position: 7,
    Mix._zone: 4,
    Mix._code: 4,
    Mix._search: 8,
    Mix._nearest: 2,
    Mix._timezone: 3,
    Mix._one_zone: 1,
    Mix._convert: 3,
    Mix._batch: 1,
    Mix._picture: 3,
    Mix._postcard: 1,
}
"""How often each is asked for, per cent."""

"""What the sources give to the compiler: places, regions, countries, before anything is folded or ranked."""

from __future__ import annotations

from dataclasses import dataclass, field

from citytime.domain import PlaceKind
from citytime.geocoder.fold import compact, fold
from citytime.geocoder.ranking import NameKind


@dataclass(slots=True)
class SourcePlace:
    """A place as a source describes it.

    `key` is its id in the database: GeoNames' number for cities, a negative number for the rest, whose `code` is
    their public id. `names` are all its names as folded words, its own first; `labels` are names by language (BCP 47),
    for display. `served` marks the city that an airport is named for. `prominence` stands for the population in ranking
    where there is none: of a region, that of its largest city.
    """

    key: int
    name: str
    latitude: float
    longitude: float
    country: str
    region: str
    population: int
    kind: PlaceKind = PlaceKind.CITY
    code: str = ""
    source_zone: str = ""
    zone: str = ""
    capital: bool = False
    served: bool = False
    prominence: int = 0
    importance: float = 0.0
    names: dict[str, NameKind] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.call(self.name, NameKind.PRIMARY)

    def call(self, name: str, kind: NameKind) -> None:
        """Add a name; of names that fold alike, the strongest kind counts."""
        if words := fold(name):
            self.names[words] = min(kind, self.names.get(words, kind))

    def called(self) -> set[str]:
        """All its names as compact keys."""
        return {compact(words) for words in self.names}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory by ISO 3166-1."""

    code: str
    code3: str
    name: str
    capital: str
    population: int


@dataclass(slots=True)
class Source:
    """All that one data source gives: GeoNames' cities, regions (`US.TX` to name) and where they come from."""

    places: list[SourcePlace]
    regions: dict[str, str]
    countries: dict[str, Country]
    version: str


def alternate_kind(name: str) -> NameKind:
    """The kind of one of GeoNames' alternate names, which come without any.

    GeoNames' own transcriptions of names in other scripts are in lower case throughout; names of two to four
    capitals are abbreviations and airport codes.
    """
    if name.isascii():
        if 2 <= len(name) <= 4 and name.isupper() and name.isalpha():
            return NameKind.CODE
        if name == name.lower():
            return NameKind.ROMANISED
    return NameKind.ALTERNATE

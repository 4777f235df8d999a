"""The sets: names that others chose, with the zones that they give for them. One function a set.

CLDR's exemplar cities, zone.tab's and the airports are also among the sources that our data is compiled from
(`shared`). outside.py has a set that is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

from accuracy.judge import Case, CaseSet
from accuracy.origin import GeoNames
from citytime.domain import Point
from citytime.geocoder.fold import compact, fold
from citytime.timezones.zones import all_zones, country_zones

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "ru", "ja", "zh")
"""CLDR languages of which a share is asked."""

MORE_LANGUAGES = (
    *("ko", "pl", "tr", "ar", "he", "hi", "uk", "cs", "vi"),
    *("th", "el", "fi", "hu", "id", "fa", "ro", "da", "nb"),
)


def must() -> Iterator[CaseSet]:
    """Names that have to be right, each with its true zone."""
    rows = (resources.files("accuracy") / "must.tsv").read_text(encoding="utf-8").splitlines()
    cases = (Case(name, (zone,)) for name, zone in (row.split("\t") for row in rows))
    yield CaseSet("must", "must be right", tuple(cases), least_right=1.0)


def cldr() -> Iterator[CaseSet]:
    """CLDR's exemplar cities, a set a language."""
    return (replace(_exemplar_cities(language), least_right=0.97) for language in LANGUAGES)


def more_cldr() -> Iterator[CaseSet]:
    """The same in further languages."""
    return (_exemplar_cities(language) for language in MORE_LANGUAGES)


def _exemplar_cities(language: str) -> CaseSet:
    from babel import Locale  # noqa: PLC0415 - slow to import
    from babel.core import get_global  # noqa: PLC0415

    locale, known = Locale.parse(language), set(all_zones())
    points = {row.name: row.point for row in country_zones() if row.point}
    now_called = get_global("zone_aliases")
    cases = tuple(
        Case(entry["city"], (zone,), points=_points(points.get(now_called.get(zone, zone))), note=zone)
        for zone, entry in sorted(locale.time_zones.items())
        if entry.get("city") and zone in known  # all but Etc/Unknown, "Unknown City"
    )
    return CaseSet(f"cldr-{language}", f"CLDR, {locale.english_name}", cases, shared=True)


def _points(point: Point | None) -> tuple[Point, ...]:
    return () if point is None else (point,)


def zone_tab() -> Iterator[CaseSet]:
    """The cities that tzdata's zones are named for."""
    cases = (
        Case(row.name.rpartition("/")[2].replace("_", " "), (row.name,), points=_points(row.point), note=row.name)
        for row in country_zones()
    )
    yield CaseSet("zone-tab", "zone.tab", tuple(cases), least_right=0.97, shared=True)


def airports() -> Iterator[CaseSet]:
    """The towns of airports, asked as `city,country`."""
    import airportsdata  # noqa: PLC0415 - slow to import

    rows = airportsdata.load("IATA")
    known = set(all_zones())
    towns: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for _, row in sorted(rows.items()):
        if fold(row["city"]) and row["country"] and row["tz"] in known:
            towns[row["city"], row["country"]].append(row)
    cases = tuple(
        Case(
            city,
            tuple(dict.fromkeys(row["tz"] for row in found)),
            country,
            tuple(Point(row["lat"], row["lon"]) for row in found),
            ", ".join(f"{row['iata']} {row['subd']}".strip() for row in found),
        )
        for (city, country), found in towns.items()
    )
    left_out = len(rows) - sum(map(len, towns.values()))
    several = sum(len(case.zones) > 1 for case in cases)
    yield CaseSet(
        "airports",
        "airports' cities, city,country",
        cases,
        least_right=0.90,
        most_wrong=0.015,
        shared=True,
        remark=f"{left_out} airports without a city left out; {several} pairs have several zones, any of them is right",
    )


def capitals(geonames: GeoNames) -> Iterator[CaseSet]:
    """The capitals of all countries, by bare name; meant is the largest place of that name in the country."""
    countries = {code: row["capital"].strip() for code, row in geonames.countries.items()}
    wanted = {(code, compact(fold(capital))) for code, capital in countries.items() if capital}
    largest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in geonames.cities.values():
        for name in {compact(fold(name)) for name in (row["name"], *row["alternatenames"])}:
            key = (row["countrycode"], name)
            if key in wanted and (key not in largest or row["population"] > largest[key]["population"]):
                largest[key] = row
    cases = tuple(
        Case(capital, (city["timezone"],), points=(Point(city["latitude"], city["longitude"]),), note=code)
        for code, capital in sorted(countries.items())
        if (city := largest.get((code, compact(fold(capital)))))
    )
    left_out = sorted(countries.keys() - {case.note for case in cases})
    yield CaseSet("capitals", "capitals", cases, remark=f"left out, having none in the data: {' '.join(left_out)}")

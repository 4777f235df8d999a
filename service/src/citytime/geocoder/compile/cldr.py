"""Names by Unicode CLDR, through `babel`: cities of time zones and territories in every language it knows.

Source: Unicode CLDR (https://cldr.unicode.org, Unicode licence). CLDR names a place for each zone in the words that
people see in their settings (*Азорские о-ва*, *Португалія*), which is what GeoNames lacks most: islands, territories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import metadata

Names = dict[str, dict[str, str]]
"""Subject (a zone id, a country code) → language (BCP 47) → name."""


def languages() -> list[str]:
    """CLDR's locales that differ in language or script, and Portugal's Portuguese: not a locale a country."""
    from babel import localedata  # noqa: PLC0415 - needed to build only

    def own(locale: str) -> bool:
        language, *rest = locale.split("_")
        return language != "root" and (not rest or (len(rest) == 1 and len(rest[0]) == 4) or locale == "pt_PT")

    return sorted(filter(own, localedata.locale_identifiers()))


def read_cldr(locales: Iterable[str]) -> tuple[Names, Names]:
    """Names of zones' cities and of territories in `locales`.

    CLDR keeps the zones' first names (Asia/Calcutta, Pacific/Ponape); here they have those that IANA uses today.
    """
    from babel import Locale  # noqa: PLC0415 - needed to build only
    from babel.core import get_global  # noqa: PLC0415

    today = get_global("zone_aliases")
    zones: Names = defaultdict(dict)
    territories: Names = defaultdict(dict)
    for identifier in locales:
        locale = Locale.parse(identifier)
        lang = identifier.replace("_", "-")
        for zone, entry in locale.time_zones.items():
            if not (city := entry.get("city")):
                continue
            if zone in today:
                zones[today[zone]].setdefault(lang, city)
            else:
                zones[zone][lang] = city
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                territories[code][lang] = name
    return zones, territories


def cldr_version() -> str:
    """The babel release, which stands for the CLDR release in it."""
    return f"babel-{metadata.version('babel')}"


def written_variants(name: str) -> Iterator[str]:
    """A CLDR name as people would type it: with and without what stands in brackets or after a comma."""
    yield name
    bare = name.split("(", maxsplit=1)[0].split("[", maxsplit=1)[0].strip()
    if bare and bare != name:
        yield bare
    for separator in (",", "、"):
        if separator in name:
            yield name.split(separator, maxsplit=1)[0].strip()

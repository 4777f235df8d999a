"""`python -m accuracy`: how often the service gives a name the right clock, set by set, with the misses.

The service is asked in process, through its own interface and by its own settings (CITYTIME_GAZETTEER names the geo
database), without online geocoders. The exit code is 1 if a threshold is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from accuracy import report, sets
from accuracy.judge import CaseSet, ask
from accuracy.misspelt import misspelt
from accuracy.origin import GeoNames
from accuracy.outside import city_timezones
from accuracy.score import Score, score
from citytime import settings
from citytime.errors import CitytimeError
from citytime.geocoder.compile.progress import Progress
from citytime.local import build_local
from citytime.settings import Settings
from citytime.telemetry import Metrics

SETS: dict[str, Callable[[GeoNames], Iterator[CaseSet]]] = {
    "must": lambda _: sets.must(),
    "cldr": lambda _: sets.cldr(),
    "zone-tab": lambda _: sets.zone_tab(),
    "airports": lambda _: sets.airports(),
    "capitals": sets.capitals,
    "more-cldr": lambda _: sets.more_cldr(),
    "npm": lambda _: city_timezones(),
    "misspelt": misspelt,
}


def _number(text: str) -> int | None:
    """How many misses are shown; None is all."""
    if text == "all":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a number or all, not {text!r}")
    return int(text)


def _arguments() -> argparse.Namespace:
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser("python -m accuracy", description=summary, epilog=details)
    parser.add_argument("--only", action="append", choices=SETS, help="ask only this; may be given again")
    parser.add_argument("--misses", type=_number, default=40, metavar="N", help="misses shown of each set: 40, or all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write counts and every miss there as well")
    return parser.parse_args()


async def _measure(chosen: Settings, wanted: Sequence[str], progress: Progress) -> list[Score]:
    now = datetime.now(UTC)
    gateway, _, close = await build_local(replace(chosen, geocoders=("gazetteer",)), Metrics())
    try:
        geonames = progress.stage("Loading GeoNames", GeoNames)
        return [
            score(
                asked,
                [await ask(gateway.api.time, case, now) for case in progress.track(asked.title, asked.cases)],
                geonames.knows,
            )
            for name in SETS
            if name in wanted
            for asked in SETS[name](geonames)
        ]
    finally:
        await close()


def main() -> int:
    """Measure and report; the exit code is 0 unless a threshold is missed or something could not be measured."""
    arguments = _arguments()
    try:
        chosen = settings.load(os.environ)
        scores = asyncio.run(_measure(chosen, arguments.only or list(SETS), Progress()))
        _print(scores, arguments.misses)
        if arguments.json:
            about = {"gazetteer": str(chosen.gazetteer), "asked": datetime.now(UTC).isoformat(timespec="seconds")}
            facts = report.as_json(scores, about)
            arguments.json.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except (CitytimeError, OSError) as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return int(any(one.passed is False for one in scores))


def _print(scores: Sequence[Score], misses: int | None) -> None:
    """The lists first: the table is what should be seen at the end."""
    for one in scores if misses != 0 else ():
        for listed in report.misses_as_text(one, misses):
            print(f"{listed}\n")
    print(report.as_text(scores))


if __name__ == "__main__":
    sys.exit(main())

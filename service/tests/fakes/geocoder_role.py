"""`python -m tests.fakes.geocoder_role`: a gRPC geocoder of five places, with settings from the environment.

It never answers for `nowhere`; its answers name the process (`source` of a match), for all else late by `FAKE_DELAY`
seconds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from citytime import serving
from citytime.errors import CitytimeError
from citytime.geocoder.server import geocoding_service
from citytime.health import Ping
from citytime.rpc.server import Service, bind
from citytime.serving import Close
from citytime.settings import Settings, load
from citytime.telemetry import Metrics
from tests.fakes.dependencies import HangingGeocoder


async def build(settings: Settings, metrics: Metrics) -> tuple[Sequence[Service], Mapping[str, Ping], Close]:
    geocoder = HangingGeocoder(float(os.environ.get("FAKE_DELAY", "0")), source=str(os.getpid()))
    return [geocoding_service(geocoder)], {"fake": geocoder.ping}, close


async def close() -> None:
    sys.stderr.write("closed\n")


def main() -> int:
    try:
        return serving.main("geocoder", load(os.environ), build, bind)
    except CitytimeError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

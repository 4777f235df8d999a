"""`python -m tests.fakes.service`: a whole service around the fake application, with settings from the environment.

`FAKE_DEPENDENCY=down` makes it depend on something that is out, `FAKE_BUILD=<seconds>` makes it slow to start and
`FAKE_BUILD=fail` unable to.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping

from citytime.errors import ConfigurationError, DataError, Unavailable
from citytime.gateway import front
from citytime.gateway.http import Application
from citytime.health import Ping
from citytime.serving import Close
from citytime.settings import Settings, load
from citytime.telemetry import Metrics
from tests.fakes.application import FakeApplication


async def ping() -> None:
    if os.environ.get("FAKE_DEPENDENCY") == "down":
        raise Unavailable("it is out", "fake")


async def close() -> None:
    sys.stderr.write("closed\n")  # one write, or workers mix their lines


async def build(settings: Settings, metrics: Metrics) -> tuple[Application, Mapping[str, Ping], Close]:
    how = os.environ.get("FAKE_BUILD", "0")
    if how == "fail":
        raise DataError("no data")
    sys.stderr.write('{"event": "building"}\n')
    await asyncio.sleep(float(how))
    metrics.resolutions.labels("gazetteer", "exact").inc()
    return FakeApplication(), {"fake": ping}, close


def main() -> int:
    try:
        return front.main("citytime", load(os.environ), build)
    except (ConfigurationError, DataError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

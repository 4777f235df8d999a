"""What a process tells of itself in metrics: its version, and the age of its data."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable
from datetime import UTC, datetime

from citytime import __version__
from citytime.telemetry import Metrics

AGE_INTERVAL = 15.0
"""Seconds between two updates of the gazetteer's age: the usual interval between two scrapes."""


def tell_build(metrics: Metrics) -> None:
    """Tell the version of the program."""
    metrics.build_info.labels(__version__, platform.python_version()).set(1)


def tell_age(metrics: Metrics, built: datetime) -> Callable[[], object]:
    """Tell the age of a gazetteer compiled at `built` (aware), now and until what this returns is called."""
    _tell_age(metrics, built)
    return asyncio.create_task(_keep_telling_age(metrics, built)).cancel


def _tell_age(metrics: Metrics, built: datetime) -> None:
    metrics.data_age.set((datetime.now(UTC) - built).total_seconds())


async def _keep_telling_age(metrics: Metrics, built: datetime) -> None:
    """A function of the gauge would do for one process, but several workers' metrics have no functions."""
    while True:
        await asyncio.sleep(AGE_INTERVAL)
        _tell_age(metrics, built)

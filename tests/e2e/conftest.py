"""The lab that is up (compose.yaml), under load. Which one: as for Docker Compose, see drills/lab.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drills import lab


@pytest.fixture(scope="session", autouse=True)
def load() -> Iterator[None]:
    """The load generator, if it is not at work already."""
    was_on = bool(lab.shell("docker compose ps -q --status running load"))
    lab.shell("docker compose up -d --no-deps --pull never load")
    yield
    if not was_on:
        lab.shell("docker compose stop load")

"""What replicas share, on a real server: `make test-valkey`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.geocoder.shared_contract import SCENARIOS
from tests.valkey.server import server


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_replicas_share(scenario: Callable[[str], Awaitable[None]], tmp_path: Path) -> None:
    with server(tmp_path) as valkey:
        asyncio.run(scenario(valkey.url))

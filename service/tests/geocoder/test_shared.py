"""What replicas share, on the fake server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.fakes.valkey import FakeValkey
from tests.geocoder.shared_contract import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_replicas_share(scenario: Callable[[str], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with FakeValkey() as server:
            await scenario(server.url)

    asyncio.run(whole())

"""Two faults of the geocoder, the service that most requests need; `make faults` has all of them, for longer."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.complaints import complaints
from tests.faults.drill import FAULTS, drill
from tests.faults.processes import Services


@pytest.mark.parametrize("fault", ["killed", "paused"])
def test_callers_see_a_lost_geocoder_as_problems_in_time_and_its_return_at_once(fault: str) -> None:
    async def scenario() -> None:
        async with Services.running() as services:
            outcome = await drill(services, FAULTS[fault], services.behind["geocoder"], lasting=3.0, limit=10.0)
        assert complaints(outcome) == []
        assert not all(one.ok for one in outcome.during("new"))

    asyncio.run(scenario())

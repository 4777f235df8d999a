"""Everything in one process, on the compiled gazetteer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from citytime import __version__
from citytime.errors import ConfigurationError, DataError
from citytime.gateway.http import Request
from citytime.local import build_local
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.instance import gazetteer


def test_it_answers_is_well_and_tells_what_it_is_made_of() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        gateway, pings, close = await build_local(Settings(gazetteer=gazetteer()), metrics)
        answer = json.loads((await gateway.answer(Request("GET", "/lisbon"))).body)
        assert answer["timezone"] == "Europe/Lisbon"
        assert set(pings) == {"geocoder", "timezones"}
        for ping in pings.values():
            await ping()
        assert metrics.registry.get_sample_value("citytime_data_info", answer["data"]) == 1
        assert (metrics.registry.get_sample_value("citytime_data_age_seconds") or 0) > 0
        built = [sample.labels for one in metrics.build_info.collect() for sample in one.samples]
        assert [labels["version"] for labels in built] == [__version__]
        counted = {"source": "gazetteer", "match": "exact"}
        assert metrics.registry.get_sample_value("citytime_resolutions_total", counted) == 1
        await close()

    asyncio.run(scenario())


def test_what_cannot_be_used_is_refused_at_the_start() -> None:
    with pytest.raises(DataError, match="citytime gazetteer build"):
        asyncio.run(build_local(Settings(gazetteer=Path("/nowhere.sqlite")), Metrics()))
    with pytest.raises(ConfigurationError, match="CITYTIME_GEOCODERS"):
        asyncio.run(build_local(Settings(gazetteer=gazetteer(), geocoders=("nobody",)), Metrics()))

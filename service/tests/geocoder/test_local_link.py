from __future__ import annotations

import asyncio

import pytest

from citytime.domain import PlaceQuery, Point
from citytime.errors import UnknownPlace
from citytime.geocoder.local_link import LocalLink, NoGazetteer
from citytime.telemetry import Metrics


def test_no_gazetteer_knows_nothing_and_is_always_ready() -> None:
    async def scenario() -> None:
        none = NoGazetteer()
        with pytest.raises(UnknownPlace, match="no gazetteer"):
            await none.resolve(PlaceQuery("lisbon"))
        with pytest.raises(UnknownPlace, match="no gazetteer"):
            await none.place("geonames:1")
        assert await none.search(PlaceQuery("lis")) == []
        assert await none.nearest(Point(1.0, 2.0), 3) == []
        assert await none.version() == "none"
        await none.ping()

    asyncio.run(scenario())


def test_what_is_not_found_is_counted() -> None:
    async def scenario() -> None:
        metrics = Metrics()
        link = LocalLink(NoGazetteer(), metrics)
        with pytest.raises(UnknownPlace):
            await link.geocode(PlaceQuery("lisbon"), 0.0)
        labels = {"geocoder": "gazetteer", "outcome": "not_found"}
        assert metrics.registry.get_sample_value("citytime_geocoder_requests_total", labels) == 1

    asyncio.run(scenario())

"""The geo database behind gRPC and its client: what goes in comes out, and the contract's errors come through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from citytime.domain import PlaceQuery, Point
from citytime.errors import CitytimeError, InvalidInput, UnknownPlace
from citytime.geocoder.client import RemoteGeocoder
from tests.fakes.dependencies import LISBON, FakeGeocoder
from tests.rpc.live import live, remote


def ask(work: Callable[[RemoteGeocoder], Coroutine[Any, Any, Any]], geocoder: FakeGeocoder | None = None) -> Any:
    async def scenario() -> Any:
        async with live(geocoder or FakeGeocoder()) as served, remote(served.server.url) as client:
            return await work(client)

    return asyncio.run(scenario())


def refused(work: Callable[[RemoteGeocoder], Coroutine[Any, Any, Any]]) -> CitytimeError:
    with pytest.raises(CitytimeError) as caught:
        ask(work)
    return caught.value


POINT = Point(38.7, -9.1)
HERE = asyncio.run


def test_a_remote_geocoder_answers_as_the_local_one() -> None:
    local = FakeGeocoder()
    query = PlaceQuery("paris", near=POINT, country="FR", lang="fr", limit=7)
    assert ask(lambda remote: remote.resolve(query)) == HERE(local.resolve(query))
    assert ask(lambda remote: remote.search(query)) == HERE(local.search(query))
    assert ask(lambda remote: remote.nearest(POINT, 3)) == HERE(local.nearest(POINT, 3))
    assert ask(lambda remote: remote.place(LISBON.id, "pt")) == LISBON
    assert ask(lambda remote: remote.version()) == "fake"
    assert ask(lambda remote: remote.ping()) is None


def test_the_whole_query_arrives() -> None:
    geocoder, query = FakeGeocoder(), PlaceQuery("paris", POINT, "FR", "fr", 7)
    ask(lambda remote: remote.resolve(query), geocoder)
    assert geocoder.asked == [query]


def test_an_unknown_place_is_told_with_its_suggestions() -> None:
    error = refused(lambda remote: remote.resolve(PlaceQuery("atlantis")))
    assert isinstance(error, UnknownPlace)
    assert str(error) == "no place is called 'atlantis'"
    assert error.suggestions == ("Lisbon, Portugal", "Paris, Texas, United States")


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (lambda remote: remote.resolve(PlaceQuery("")), "text"),
        (lambda remote: remote.search(PlaceQuery("lisbon", limit=0)), "limit"),
        (lambda remote: remote.place(""), "id"),
        (lambda remote: remote.place("geonames:1", lang=""), "lang"),
        (lambda remote: remote.nearest(POINT, 1001), "limit"),
        (lambda remote: remote.nearest(Point(91, 0), 1), "point"),
    ],
)
def test_requests_that_make_no_sense_are_refused_with_the_field(
    work: Callable[[RemoteGeocoder], Coroutine[Any, Any, Any]], field: str
) -> None:
    error = refused(work)
    assert isinstance(error, InvalidInput)
    assert error.parameter == field

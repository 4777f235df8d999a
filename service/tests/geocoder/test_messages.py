from __future__ import annotations

import math

import pytest
from hypothesis import given

from citytime.domain import Candidate, MatchKind, PlaceKind, PlaceQuery, Resolution
from citytime.errors import InvalidInput
from citytime.geocoder import messages
from citytime.v1 import geocoding_pb2 as pb
from tests.values import candidates, queries, resolutions


@given(queries)
def test_queries_make_the_round_trip(query: PlaceQuery) -> None:
    sent = messages.write_query(query).SerializeToString()
    assert messages.check_query(pb.PlaceQuery.FromString(sent)) == query


@given(resolutions)
def test_resolutions_make_the_round_trip(resolution: Resolution) -> None:
    sent = messages.write_resolution(resolution).SerializeToString()
    assert messages.read_resolution(pb.ResolvePlaceResponse.FromString(sent)) == resolution


@given(candidates)
def test_candidates_make_the_round_trip(candidate: Candidate) -> None:
    assert messages.read_candidate(messages.write_candidate(candidate)) == candidate


def query(**fields: object) -> pb.PlaceQuery:
    return pb.PlaceQuery(**{"text": "lisbon", "limit": 1} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.PlaceQuery(), "text"),
        (query(text=" \t"), "text"),
        (query(text="x" * 201), "text"),
        (query(limit=0), "limit"),
        (query(limit=-1), "limit"),
        (query(limit=1001), "limit"),
        (query(country=""), "country"),
        (query(country="x" * 201), "country"),
        (query(lang="x" * 201), "lang"),
        (query(near={"latitude": 90.1}), "near"),
        (query(near={"longitude": -180.1}), "near"),
        (query(near={"latitude": math.nan}), "near"),
        (query(near={"longitude": math.inf}), "near"),
    ],
)
def test_queries_that_make_no_sense_are_refused_with_the_field(message: pb.PlaceQuery, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        messages.check_query(message)
    assert caught.value.parameter == field


def test_kinds_that_only_newer_services_know_promise_least() -> None:
    message = pb.Candidate(place=pb.Place(kind=99), match=pb.Match(kind=99))  # type: ignore[arg-type]
    candidate = messages.read_candidate(pb.Candidate.FromString(message.SerializeToString()))
    assert (candidate.place.kind, candidate.match.kind) == (PlaceKind.CITY, MatchKind.FUZZY)

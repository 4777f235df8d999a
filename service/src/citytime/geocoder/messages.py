"""The geo database's questions and answers as protocol buffers, for its server and its client.

`write_…` makes messages of domain values, `read_…` the reverse; `check_…` reads from a request and raises InvalidInput
naming the field. A kind that only newer services know is read as the one that promises least.
"""

from __future__ import annotations

from collections.abc import Iterable

from citytime.domain import Candidate, Match, MatchKind, Place, PlaceKind, PlaceQuery, Resolution
from citytime.errors import InvalidInput
from citytime.rpc.fields import check_point, check_text, write_point
from citytime.v1 import geocoding_pb2 as pb

MAX_LIMIT = 1000
"""Places in an answer."""

_PLACE_KINDS = {kind: pb.PlaceKind.Value(f"PLACE_KIND_{kind.name}") for kind in PlaceKind}
_MATCH_KINDS = {kind: pb.MatchKind.Value(f"MATCH_KIND_{kind.name}") for kind in MatchKind}
_PLACE_KIND_OF = {number: kind for kind, number in _PLACE_KINDS.items()}
_MATCH_KIND_OF = {number: kind for kind, number in _MATCH_KINDS.items()}


def write_query(query: PlaceQuery) -> pb.PlaceQuery:
    """A place query."""
    return pb.PlaceQuery(
        text=query.text,
        near=write_point(query.near) if query.near else None,
        country=query.country,
        lang=query.lang,
        limit=query.limit,
    )


def check_query(message: pb.PlaceQuery) -> PlaceQuery:
    """A place query."""
    return PlaceQuery(
        check_text(message.text, "text"),
        check_point(message, "near") if message.HasField("near") else None,
        check_text(message.country, "country") if message.HasField("country") else None,
        check_lang(message),
        check_limit(message.limit),
    )


def check_lang(message: pb.PlaceQuery | pb.GetPlaceRequest | pb.ListNearestPlacesRequest) -> str | None:
    """The language asked for, if any."""
    return check_text(message.lang, "lang") if message.HasField("lang") else None


def check_limit(limit: int) -> int:
    """How many places are asked for."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be a whole number from 1 to {MAX_LIMIT}, not {limit}", "limit")
    return limit


def write_place(place: Place) -> pb.Place:
    """A place."""
    return pb.Place(
        id=place.id,
        name=place.name,
        region=place.region,
        country=place.country,
        country_code=place.country_code,
        point=write_point(place.point),
        population=place.population,
        time_zone=place.timezone,
        kind=_PLACE_KINDS[place.kind],
    )


def read_place(message: pb.Place) -> Place:
    """A place; of an unknown kind, a city."""
    return Place(
        message.id,
        message.name,
        message.region if message.HasField("region") else None,
        message.country if message.HasField("country") else None,
        message.country_code if message.HasField("country_code") else None,
        message.point.latitude,
        message.point.longitude,
        message.population,
        message.time_zone,
        _PLACE_KIND_OF.get(message.kind, PlaceKind.CITY),
    )


def write_candidate(candidate: Candidate) -> pb.Candidate:
    """A candidate."""
    match = candidate.match
    return pb.Candidate(
        place=write_place(candidate.place),
        match=pb.Match(kind=_MATCH_KINDS[match.kind], score=match.score, source=match.source),
        distance_km=candidate.distance_km,
    )


def read_candidate(message: pb.Candidate) -> Candidate:
    """A candidate; of an unknown kind of match, a guess."""
    match = message.match
    return Candidate(
        read_place(message.place),
        Match(_MATCH_KIND_OF.get(match.kind, MatchKind.FUZZY), match.score, match.source),
        message.distance_km if message.HasField("distance_km") else None,
    )


def write_candidates(candidates: Iterable[Candidate]) -> list[pb.Candidate]:
    """Candidates in their order."""
    return [write_candidate(candidate) for candidate in candidates]


def read_candidates(messages: Iterable[pb.Candidate]) -> list[Candidate]:
    """Candidates in their order."""
    return [read_candidate(message) for message in messages]


def write_resolution(resolution: Resolution) -> pb.ResolvePlaceResponse:
    """A resolution."""
    return pb.ResolvePlaceResponse(
        best=write_candidate(resolution.best),
        alternatives=write_candidates(resolution.alternatives),
        ambiguous=resolution.ambiguous,
    )


def read_resolution(message: pb.ResolvePlaceResponse) -> Resolution:
    """A resolution."""
    return Resolution(read_candidate(message.best), tuple(read_candidates(message.alternatives)), message.ambiguous)

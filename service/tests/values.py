"""Hypothesis strategies for values of the domain, as property tests of several packages want them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from citytime.domain import (
    Candidate,
    Clock,
    LocalKind,
    LocalMoment,
    Match,
    MatchKind,
    Place,
    PlaceKind,
    PlaceQuery,
    Point,
    Resolution,
    Transition,
    Zone,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
names = texts.filter(str.strip)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
offsets = st.integers(-86_400, 86_400)
moments = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))

places = st.builds(
    Place,
    texts,
    texts,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts,
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.integers(0, 10**10),
    texts,
    st.sampled_from(PlaceKind),
)
candidates = st.builds(
    Candidate,
    places,
    st.builds(Match, st.sampled_from(MatchKind), st.floats(0, 1), texts),
    st.none() | st.floats(0, 20_100),
)
resolutions = st.builds(Resolution, candidates, st.lists(candidates, max_size=4).map(tuple), st.booleans())
queries = st.builds(PlaceQuery, names, st.none() | points, st.none() | names, st.none() | names, st.integers(1, 1000))

zones = st.builds(Zone, texts, texts, st.lists(texts, max_size=4).map(tuple), st.none() | points, st.none() | texts)
transitions = st.builds(Transition, moments, offsets, offsets, texts, st.booleans())
clocks = st.builds(Clock, texts, offsets, texts, st.booleans(), st.none() | transitions, st.none() | transitions)
local_moments = st.builds(LocalMoment, st.sampled_from(LocalKind), moments, st.none() | moments)

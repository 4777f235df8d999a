from __future__ import annotations

import pytest

from citytime import errors
from citytime.errors import (
    AmbiguousPlace,
    CitytimeError,
    DeadlineExceeded,
    InvalidInput,
    TooManyRequests,
    Unavailable,
    UnknownPlace,
    UnknownZone,
)
from citytime.gateway.problems import ANSWERED, Refused, of_error, of_status
from citytime.kinds import KINDS
from tests.fakes.dependencies import PARIS, PARIS_TX, candidate


@pytest.mark.parametrize(
    ("error", "status", "kind", "members"),
    [
        (InvalidInput("limit must be …", "limit"), 400, "invalid-input", {"parameter": "limit"}),
        (UnknownPlace("no place", ("Lisbon",)), 404, "unknown-place", {"suggestions": ["Lisbon"]}),
        (UnknownZone("no zone"), 404, "unknown-zone", {"suggestions": []}),
        (Unavailable("it is out", "geocoder"), 503, "unavailable", {"dependency": "geocoder"}),
        (TooManyRequests("slow down", 3), 429, "too-many-requests", {}),
        (DeadlineExceeded("too long"), 504, "deadline-exceeded", {}),
        (Refused(415, "send JSON"), 415, "unsupported-media-type", {}),
    ],
)
def test_each_error_has_its_status_type_and_members(
    error: Exception, status: int, kind: str, members: dict[str, object]
) -> None:
    facts, _ = of_error(error)
    assert facts["status"] == status
    assert facts["type"] == f"urn:citytime:problem:{kind}"
    assert facts["detail"] == str(error)
    assert facts["title"]
    assert {name: facts[name] for name in facts if name not in ("type", "title", "status", "detail")} == members


def test_an_ambiguous_place_is_its_candidates() -> None:
    facts, _ = of_error(AmbiguousPlace("which?", (candidate(PARIS), candidate(PARIS_TX))))
    assert [place["id"] for place in facts["alternatives"]] == [PARIS.id, PARIS_TX.id]
    assert facts["status"] == 300


@pytest.mark.parametrize(("seconds", "header"), [(0.0, "1"), (0.2, "1"), (1.2, "2"), (30.0, "30")])
def test_retry_after_is_in_whole_seconds_and_never_zero(seconds: float, header: str) -> None:
    for error in (Unavailable("out", "x", seconds), TooManyRequests("slow down", seconds)):
        assert of_error(error)[1] == (("Retry-After", header),)


def test_a_refusal_brings_its_headers() -> None:
    assert of_error(Refused(405, "no", (("Allow", "GET"),)))[1] == (("Allow", "GET"),)


@pytest.mark.parametrize("status", [400, 404, 405, 406, 413, 414, 415, 429, 500, 503, 504])
def test_a_status_alone_is_a_problem_too(status: int) -> None:
    facts = of_status(status, "this is why")
    assert (facts["status"], facts["detail"]) == (status, "this is why")
    assert facts["type"].startswith("urn:citytime:problem:")


@pytest.mark.parametrize(
    "error", [InvalidInput("x", "y"), TooManyRequests("x", 1), Unavailable("x", "y"), DeadlineExceeded("x")]
)
def test_a_status_alone_is_the_same_problem_as_its_error(error: Exception) -> None:
    facts, _ = of_error(error)
    alone = of_status(facts["status"], "x")
    assert alone == {name: facts[name] for name in alone}


def test_every_error_that_a_request_can_meet_is_answered() -> None:
    ours = {cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, CitytimeError)}
    faults_of_the_installation = {errors.ConfigurationError, errors.DataError}
    assert {cls for cls in ours if issubclass(cls, ANSWERED)} == ours - faults_of_the_installation - {CitytimeError}


def test_types_are_distinct() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)

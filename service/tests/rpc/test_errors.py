from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from citytime.errors import (
    AmbiguousPlace,
    CitytimeError,
    ConfigurationError,
    DataError,
    DeadlineExceeded,
    InvalidInput,
    NotFound,
    TooManyRequests,
    Unavailable,
    UnknownPlace,
    UnknownZone,
)
from citytime.kinds import KINDS
from citytime.rpc.errors import DETAILS, MAX_STATUS, Outcome, read_error, transport_error, write_error
from tests.fakes.dependencies import LISBON, candidate
from tests.values import candidates, texts

seconds = st.floats(0, 1e6).map(lambda value: round(value, 6))
suggestions = st.lists(texts, max_size=5).map(tuple)
ERRORS = {
    InvalidInput: st.builds(InvalidInput, texts, texts),
    NotFound: st.builds(NotFound, texts, suggestions),
    UnknownPlace: st.builds(UnknownPlace, texts, suggestions),
    UnknownZone: st.builds(UnknownZone, texts, suggestions),
    AmbiguousPlace: st.builds(AmbiguousPlace, texts, st.lists(candidates, max_size=3).map(tuple)),
    Unavailable: st.builds(Unavailable, texts, texts.map(lambda text: text[:30]), seconds),
    DeadlineExceeded: st.builds(DeadlineExceeded, texts),
    TooManyRequests: st.builds(TooManyRequests, texts, seconds),
}
errors = st.one_of(ERRORS.values())


def failure(outcome: Outcome) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(
        outcome.code, grpc.aio.Metadata(), grpc.aio.Metadata(*outcome.metadata), outcome.message
    )


def there_and_back(error: CitytimeError) -> CitytimeError:
    back = read_error(failure(write_error(error)))
    assert back is not None
    return back


@given(errors)
def test_every_error_of_the_tree_makes_the_round_trip(error: CitytimeError) -> None:
    back = there_and_back(error)
    assert (type(back), str(back)) == (type(error), str(error))
    assert vars(back) == pytest.approx(vars(error)) if "retry_after" in vars(error) else vars(back) == vars(error)


def test_there_is_a_round_trip_for_each_error_that_has_a_kind() -> None:
    assert set(ERRORS) == set(KINDS)


@pytest.mark.parametrize("error", [ConfigurationError("wrong"), DataError("damaged")])
def test_what_is_no_answer_to_a_caller_has_no_outcome(error: CitytimeError) -> None:
    with pytest.raises(KeyError):
        write_error(error)


class OutOfStock(Unavailable):
    """A class below one that has a kind."""


def test_a_subclass_travels_as_what_it_is_a_case_of() -> None:
    back = there_and_back(OutOfStock("none left", "shop", 3.0))
    assert (type(back), vars(back)) == (Unavailable, {"dependency": "shop", "retry_after": 3.0})


@pytest.mark.parametrize("letter", ["x", "é", "東", "😀"])
@pytest.mark.parametrize(
    "make",
    [
        lambda long: InvalidInput(long, long),
        lambda long: UnknownPlace(long, (long,) * 100),
        lambda long: UnknownPlace("short", tuple(long[:100] for _ in range(1000))),
        lambda long: Unavailable(long, long),
        lambda long: AmbiguousPlace(long, (candidate(LISBON),) * 1000),
    ],
)
def test_what_does_not_fit_into_metadata_is_left_out(make: Any, letter: str) -> None:
    error = make(letter * 5000)
    outcome = write_error(error)
    ((_, details),) = outcome.metadata
    assert len(details) <= MAX_STATUS
    # As it travels at worst: Base64, and three bytes for each of the sentence (gRPC over HTTP/2, Status-Message).
    assert len(details) * 4 / 3 + len(outcome.message.encode()) * 3 < 8000
    back = there_and_back(error)
    assert type(back) is type(error)
    assert str(error).startswith(str(back))


def test_lists_keep_their_best_members_when_they_are_cut() -> None:
    back = there_and_back(UnknownPlace("no", tuple(f"{n:0100}" for n in range(1000))))
    assert isinstance(back, UnknownPlace)
    assert back.suggestions == tuple(f"{n:0100}" for n in range(len(back.suggestions)))
    assert len(back.suggestions) > 20


def test_half_a_surrogate_pair_does_not_stop_an_error() -> None:
    assert str(there_and_back(NotFound("\ud800", ("\udfff",)))) == "?"


def test_other_tools_read_the_same_code_and_sentence() -> None:
    outcome = write_error(UnknownPlace("no such place"))
    status = Status.FromString(outcome.metadata[0][1])
    assert (status.code, status.message) == (outcome.code.value[0], outcome.message) == (5, "no such place")


def told(code: grpc.StatusCode, domain: str, reason: str) -> CitytimeError | None:
    info = AnyMessage()
    info.Pack(ErrorInfo(domain=domain, reason=reason))
    details = Status(code=code.value[0], message="so", details=[info]).SerializeToString()
    return read_error(failure(Outcome(code, "so", ((DETAILS, details),))))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidInput),
        (grpc.StatusCode.UNAVAILABLE, Unavailable),
    ],
)
def test_a_reason_of_a_newer_version_is_told_by_its_code(code: grpc.StatusCode, error: type[CitytimeError]) -> None:
    assert type(told(code, "citytime", "SOMETHING_NEW")) is error


@pytest.mark.parametrize("domain", ["", "example.com"])
def test_what_others_say_is_not_ours(domain: str) -> None:
    assert told(grpc.StatusCode.NOT_FOUND, domain, "UNKNOWN_PLACE") is None


@pytest.mark.parametrize("details", [b"", b"\xff", b"\x1a\x02\x0a\xff", b"\x1a\x04\x12\x02\xff\xff"])
def test_damaged_details_are_not_ours(details: bytes) -> None:
    assert read_error(failure(Outcome(grpc.StatusCode.NOT_FOUND, "", ((DETAILS, details),)))) is None


def test_damaged_details_of_ours_count_as_none() -> None:
    info, damaged = AnyMessage(), AnyMessage(type_url="type.googleapis.com/google.rpc.RetryInfo", value=b"\xff")
    info.Pack(ErrorInfo(domain="citytime", reason="UNAVAILABLE", metadata={"dependency": "shop"}))
    details = Status(details=[info, damaged]).SerializeToString()
    back = read_error(failure(Outcome(grpc.StatusCode.UNAVAILABLE, "", ((DETAILS, details),))))
    assert isinstance(back, Unavailable)
    assert (back.dependency, back.retry_after) == ("shop", 0.0)


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_every_status_of_the_transport_names_the_dependency(code: grpc.StatusCode) -> None:
    error = transport_error(failure(Outcome(code, "10.0.0.7:50051 said no")), "geocoder")
    assert str(error).startswith("geocoder ")
    assert "10.0.0.7" not in str(error)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        assert type(error) is DeadlineExceeded
    else:
        assert isinstance(error, Unavailable)
        assert error.dependency == "geocoder"

from __future__ import annotations

import asyncio
import time

import pytest
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF
from opentelemetry.trace import SpanKind, StatusCode

from citytime import tracing
from citytime.errors import CitytimeError, ConfigurationError, DeadlineExceeded, Unavailable, UnknownPlace
from tests.tracing.recorded import recorded


def request() -> None:
    """Make a request's span current in this task."""
    spans = tracing.http_spans()
    assert spans is not None
    spans.begin({}, time.perf_counter())


def test_steps_are_children_of_what_is_current_with_attributes_of_ours() -> None:
    async def scenario() -> None:
        with recorded() as traced:
            request()
            with tracing.span("outer", kind="name") as outer:
                with tracing.span("inner", client=True):
                    pass
                outer.set(candidates=3)
            spans = traced.spans
            assert dict(spans["outer"].attributes or {}) == {"citytime.kind": "name", "citytime.candidates": 3}
            assert spans["inner"].parent == spans["outer"].context
            assert (spans["inner"].kind, spans["outer"].kind) == (SpanKind.CLIENT, SpanKind.INTERNAL)
            assert spans["outer"].parent is not None

    asyncio.run(scenario())


def test_tasks_that_a_step_makes_belong_to_it_and_others_do_not() -> None:
    async def scenario() -> None:
        with recorded() as traced:

            async def step(name: str) -> None:
                with tracing.span(name):
                    await asyncio.sleep(0)

            async def one(name: str) -> None:
                request()
                with tracing.span(name):
                    await asyncio.gather(step(f"{name}1"), step(f"{name}2"))

            await asyncio.gather(one("a"), one("b"))
            parents = {name: span.parent and span.parent.span_id for name, span in traced.spans.items()}
            for name in ("a", "b"):
                context = traced.spans[name].context
                assert context is not None
                assert parents[f"{name}1"] == parents[f"{name}2"] == context.span_id

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("error", "outcome", "failure"),
    [
        (UnknownPlace("no place is called 'secret'"), "unknown-place", None),
        (asyncio.CancelledError(), "CancelledError", None),
        (Unavailable("secret", "nominatim"), None, "unavailable"),
        (DeadlineExceeded("secret"), None, "deadline-exceeded"),
        (ConfigurationError("secret"), None, "ConfigurationError"),
        (CitytimeError("secret"), None, "CitytimeError"),
        (ValueError("secret"), None, "ValueError"),
    ],
)
def test_how_a_step_ended_is_told_without_the_errors_words(
    error: BaseException, outcome: str | None, failure: str | None
) -> None:
    async def scenario() -> None:
        with recorded() as traced:
            request()
            with pytest.raises(type(error)), tracing.span("step"):
                raise error
            attributes = traced.span.attributes or {}
            assert (attributes.get("citytime.outcome"), attributes.get("error.type")) == (outcome, failure)
            assert (traced.span.status.status_code is StatusCode.ERROR) is (failure is not None)
            assert "secret" not in traced.span.to_json()

    asyncio.run(scenario())


@pytest.mark.parametrize("sampled", [True, False])
def test_outside_of_a_kept_request_steps_are_not_recorded(sampled: bool) -> None:
    async def scenario() -> None:
        with recorded() if sampled else recorded(DEFAULT_OFF) as traced:
            if not sampled:
                request()
            with tracing.span("step") as step:
                step.set(a=1)
            assert step is tracing.UNRECORDED
            assert not traced.spans

    asyncio.run(scenario())


def test_off_there_are_neither_steps_nor_ids() -> None:
    assert tracing.http_spans() is None
    with tracing.span("step", a=1) as step:
        step.set(b=2)
    assert step is tracing.UNRECORDED
    assert tracing.ids() is None

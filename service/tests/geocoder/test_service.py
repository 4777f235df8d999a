"""The geo database in process: what is answered at once, what is done aside, and what happens when that is too much."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from citytime.domain import MatchKind, PlaceQuery, Point
from citytime.errors import DataError, Unavailable, UnknownPlace
from citytime.geocoder.service import MAX_WAITING, LocalGeocoder
from tests.instance import gazetteer


def with_geocoder(scenario: Callable[[LocalGeocoder], Awaitable[None]]) -> None:
    async def run() -> None:
        geocoder = LocalGeocoder(gazetteer())
        try:
            await scenario(geocoder)
        finally:
            await geocoder.close()

    asyncio.run(run())


def threads() -> set[str]:
    return {thread.name.partition("_")[0] for thread in threading.enumerate()}


def test_a_name_is_answered_without_a_thread_and_a_misspelling_in_one() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        assert (await geocoder.resolve(PlaceQuery("lisbon"))).best.match.kind is MatchKind.EXACT
        assert "geocoder" not in threads()
        assert (await geocoder.resolve(PlaceQuery("lisbn"))).best.match.kind is MatchKind.FUZZY
        assert "geocoder" in threads()

    with_geocoder(scenario)
    assert "geocoder" not in threads()


def test_all_questions_are_answered() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        assert (await geocoder.place("geonames:2267057", "de")).name == "Lissabon"
        assert (await geocoder.search(PlaceQuery("lisb", limit=3)))[0].place.name == "Lisbon"
        assert len(await geocoder.nearest(Point(38.72, -9.14), 4)) == 4
        assert await geocoder.version() == geocoder.meta["version"]
        await geocoder.ping()
        with pytest.raises(UnknownPlace):
            await geocoder.resolve(PlaceQuery("nirgendwoxyz"))
        with pytest.raises(UnknownPlace):
            await geocoder.place("geonames:1")

    with_geocoder(scenario)


def test_the_loop_goes_on_while_something_is_guessed_or_measured() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        guesses = [asyncio.create_task(geocoder.resolve(PlaceQuery(f"llanfairpwllgwyngy{n}"))) for n in range(50)]
        measured = asyncio.create_task(geocoder.nearest(Point(90, 0), 100))
        turns = 0
        while not measured.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 5
        assert len(measured.result()) == 100
        await asyncio.gather(*guesses, return_exceptions=True)

    with_geocoder(scenario)


def test_more_than_can_be_guessed_in_time_is_refused() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        questions = [geocoder.resolve(PlaceQuery(f"lisbn{n}qq")) for n in range(MAX_WAITING + 5)]
        answers = await asyncio.gather(*questions, return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, Unavailable)]
        assert len(refused) == 5
        assert refused[0].dependency == "geocoder"
        assert (await geocoder.resolve(PlaceQuery("lisbn"))).best.place.name == "Lisbon"

    with_geocoder(scenario)


def test_a_question_that_is_given_up_leaves_its_place_to_others() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        for _ in range(2):
            waiting = [asyncio.create_task(geocoder.search(PlaceQuery("lisb"))) for _ in range(MAX_WAITING)]
            await asyncio.sleep(0)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        assert await geocoder.search(PlaceQuery("lisb"))

    with_geocoder(scenario)


def test_it_may_be_closed_unused() -> None:
    async def scenario(geocoder: LocalGeocoder) -> None:
        pass

    with_geocoder(scenario)


def test_a_file_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"not a database")
    for path in (tmp_path / "x.sqlite", tmp_path / "none.sqlite"):
        with pytest.raises(DataError, match="citytime gazetteer build"):
            LocalGeocoder(path)

"""The images in process: what is kept, what is shared, what if too many ask, and what the start does not load."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citytime.domain import Point, Postcard
from citytime.errors import ConfigurationError, InvalidInput, Unavailable
from citytime.images.service import MAX_CARDS, MAX_DRAWINGS, LocalImages
from citytime.settings import Settings
from tests.images.samples import raster

CARD = Postcard(
    "Lisbon", "Portugal", "Europe/Lisbon", datetime(2026, 6, 21, 12, 0, tzinfo=UTC), 3600, Point(38.72, -9.14)
)


def with_images(scenario: Callable[[LocalImages], Awaitable[None]], folder: Path | str = "") -> None:
    async def run() -> None:
        images = LocalImages(Settings(images_folder=str(folder)))
        try:
            await scenario(images)
        finally:
            await images.close()

    asyncio.run(run())


def later(minutes: float) -> Postcard:
    return replace(CARD, at=CARD.at + timedelta(minutes=minutes))


def test_our_own_pictures_are_picked_by_seed_or_at_random() -> None:
    async def scenario(images: LocalImages) -> None:
        await images.ping()
        one = await images.pick("lisbon")
        assert one == await images.pick("lisbon")
        assert one.content_type == "image/svg+xml"
        assert len({(await images.pick()).etag for _ in range(60)}) > 4

    with_images(scenario)


def test_an_operators_folder_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(raster())

    async def scenario(images: LocalImages) -> None:
        assert (await images.pick()).content == raster()
        (tmp_path / "a.png").unlink()
        with pytest.raises(Unavailable) as error:
            await images.pick("a")
        assert error.value.dependency == "images"
        (tmp_path / "a.png").write_bytes(raster())
        assert (await images.pick("a")).content == raster()

    with_images(scenario, tmp_path)


def test_a_folder_that_cannot_be_used_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CITYTIME_IMAGES_FOLDER"):
        LocalImages(Settings(images_folder=str(tmp_path)))


def test_a_card_is_drawn_once_a_minute_however_many_ask() -> None:
    async def scenario(images: LocalImages) -> None:
        cards = await asyncio.gather(*(images.postcard(later(second / 60)) for second in range(50)))
        assert all(card is cards[0] for card in cards)
        assert await images.postcard(CARD) is cards[0]
        assert await images.postcard(later(1)) is not cards[0]

    with_images(scenario)


def test_who_asked_first_may_leave() -> None:
    async def scenario(images: LocalImages) -> None:
        first = asyncio.create_task(images.postcard(CARD))
        second = asyncio.create_task(images.postcard(CARD))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).content_type == "image/png"
        assert first.cancelled()

    with_images(scenario)


def test_pictures_are_picked_while_cards_are_drawn() -> None:
    async def scenario(images: LocalImages) -> None:
        cards = [asyncio.create_task(images.postcard(later(minute))) for minute in range(MAX_DRAWINGS)]
        await asyncio.sleep(0)
        for _ in range(20):
            await images.pick()
        assert not any(card.done() for card in cards[1:])
        await asyncio.gather(*cards)

    with_images(scenario)


def test_more_than_can_be_drawn_in_time_is_refused_at_once() -> None:
    async def scenario(images: LocalImages) -> None:
        answers = await asyncio.gather(
            *(images.postcard(later(minute)) for minute in range(MAX_DRAWINGS + 3)), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, Unavailable)]
        assert [answer.dependency for answer in refused] == ["images"] * 3
        assert (await images.postcard(later(MAX_DRAWINGS + 1))).content  # and works again afterwards

    with_images(scenario)


def test_a_card_that_cannot_be_drawn_is_an_error_each_time() -> None:
    async def scenario(images: LocalImages) -> None:
        for _ in range(2):
            with pytest.raises(InvalidInput):
                await images.postcard(replace(CARD, at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)))

    with_images(scenario)


def test_old_cards_are_forgotten() -> None:
    async def scenario(images: LocalImages) -> None:
        first = await images.postcard(replace(CARD, point=None))
        for minute in range(1, MAX_CARDS + 1):
            await images.postcard(replace(later(minute), point=None))
        assert await images.postcard(replace(CARD, point=None)) is not first

    with_images(scenario)


def test_the_loop_goes_on_while_a_card_is_drawn() -> None:
    async def scenario(images: LocalImages) -> None:
        await images.postcard(CARD)  # loads what is needed
        turns, drawing = 0, asyncio.create_task(images.postcard(later(1)))
        while not drawing.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 10

    with_images(scenario)


def test_no_thread_is_left_behind() -> None:
    async def scenario(images: LocalImages) -> None:
        await images.pick()
        asyncio.create_task(images.postcard(CARD))  # noqa: RUF006 (nobody waits for it)
        await asyncio.sleep(0)

    with_images(scenario)
    deadline = time.monotonic() + 5
    while any(thread.name.startswith(("pictures", "postcards")) for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_neither_pillow_nor_astral_nor_numpy_is_loaded_before_it_is_needed() -> None:
    program = """if True:
        import asyncio, sys
        from citytime.images.service import LocalImages
        from citytime.settings import Settings
        async def main():
            images = LocalImages(Settings())
            await images.pick()
            await images.close()
        asyncio.run(main())
        print(*({"PIL", "astral", "numpy"} & set(sys.modules)))
    """
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []

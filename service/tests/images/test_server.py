"""The images behind gRPC and their client, on real sockets: what is in a library comes out, and errors come through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from citytime.domain import Images, Point, Postcard
from citytime.errors import InvalidInput, Unavailable
from citytime.images.client import RemoteImages
from citytime.images.server import image_service
from citytime.images.service import LocalImages
from citytime.rpc.client import ANSWER_LIMIT
from citytime.rpc.server import Server
from citytime.settings import Settings
from citytime.telemetry import Metrics
from tests.fakes.images import AbsentImages
from tests.images.samples import raster
from tests.rpc.live import settings

CARD = Postcard(
    "Lisbon", "Portugal", "Europe/Lisbon", datetime(2026, 6, 21, 12, 0, tzinfo=UTC), 3600, Point(38.72, -9.14)
)
Work = Callable[[Images], Coroutine[Any, Any, Any]]


def ask(work: Work, images: Images | None = None, **given: object) -> Any:
    async def scenario() -> Any:
        local = LocalImages(settings(**given)) if images is None else None
        server = Server(settings(), Metrics())
        await server.start([image_service(images or local)])  # type: ignore[arg-type]
        remote = RemoteImages(settings(images_target=f"ipv4:{server.url}", **given), Metrics())
        try:
            return await work(remote)
        finally:
            await remote.close()
            await server.close()
            if local:
                await local.close()

    return asyncio.run(scenario())


def here(work: Work) -> Any:
    async def scenario() -> Any:
        images = LocalImages(Settings())
        try:
            return await work(images)
        finally:
            await images.close()

    return asyncio.run(scenario())


def test_remote_images_answer_as_the_local_ones() -> None:
    for work in (
        lambda images: images.pick("lisbon"),
        lambda images: images.pick(""),
        lambda images: images.postcard(CARD),
        lambda images: images.postcard(replace(CARD, subtitle="", point=None)),
        lambda images: images.ping(),
    ):
        assert ask(work) == here(work)
    assert len({ask(lambda images: images.pick()).etag for _ in range(8)}) > 1


def test_a_picture_as_large_as_the_setting_allows_comes_through(tmp_path: Path) -> None:
    content = raster()
    content += bytes(ANSWER_LIMIT + 1_000_000 - len(content))
    (tmp_path / "large.png").write_bytes(content)
    image = ask(lambda images: images.pick(), images_folder=str(tmp_path), image_limit=len(content))
    assert image.content == content


@pytest.mark.parametrize(
    ("work", "field"),
    [
        (lambda images: images.pick("x" * 201), "seed"),
        (lambda images: images.postcard(replace(CARD, title="")), "title"),
        (lambda images: images.postcard(replace(CARD, point=Point(91, 0))), "point"),
        (lambda images: images.postcard(replace(CARD, offset=86_400)), "offset"),
        (lambda images: images.postcard(replace(CARD, at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))), "at"),
    ],
)
def test_requests_that_make_no_sense_are_refused_with_the_field(work: Work, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(work)
    assert caught.value.parameter == field


def test_images_that_cannot_be_had_are_unavailable_by_name() -> None:
    for work in (lambda images: images.pick(), lambda images: images.postcard(CARD)):
        with pytest.raises(Unavailable) as caught:
            ask(work, AbsentImages())
        assert caught.value.dependency == "images"


def test_a_service_that_is_not_there_is_unavailable_by_name() -> None:
    async def scenario() -> None:
        server = Server(settings(), Metrics())
        await server.close()
        remote = RemoteImages(settings(images_target=f"ipv4:{server.url}"), Metrics())
        try:
            for work in (remote.pick(), remote.postcard(CARD), remote.ping()):
                with pytest.raises(Unavailable) as caught:
                    await work
                assert caught.value.dependency == "images"
        finally:
            await remote.close()

    asyncio.run(scenario())

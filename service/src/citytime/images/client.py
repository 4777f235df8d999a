"""The images of another process."""

from __future__ import annotations

from citytime.domain import Image, Postcard
from citytime.images import messages
from citytime.rpc.client import ANSWER_LIMIT, Remote
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.v1 import images_pb2 as pb


class RemoteImages:
    """`citytime.domain.Images` at `settings.images_target`.

    Besides what the Protocol names, each method raises Unavailable and DeadlineExceeded. A picture may have
    `settings.image_limit` bytes; what comes with it is small.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        service, limit = pb.DESCRIPTOR.services_by_name["ImageService"], settings.image_limit + ANSWER_LIMIT
        self._remote = Remote("images", service, settings.images_target, settings, metrics, answer_limit=limit)
        self._pick = self._remote.method(pb.PickImageRequest, pb.PickImageResponse)
        self._draw = self._remote.method(pb.DrawPostcardRequest, pb.DrawPostcardResponse)

    async def pick(self, seed: str | None = None) -> Image:
        """See `Images.pick`."""
        return messages.read_image((await self._pick(pb.PickImageRequest(seed=seed))).image)

    async def postcard(self, card: Postcard) -> Image:
        """See `Images.postcard`."""
        return messages.read_image((await self._draw(messages.write_postcard(card))).image)

    async def ping(self) -> None:
        """See `Images.ping`."""
        await self._remote.ping()

    async def close(self) -> None:
        """Close the connections."""
        await self._remote.close()

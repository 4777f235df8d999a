"""The images as a process of its own, behind gRPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citytime.health import Ping
from citytime.images.server import image_service
from citytime.images.service import LocalImages
from citytime.rpc.server import Service
from citytime.serving import Close
from citytime.settings import Settings
from citytime.telemetry import Metrics
from citytime.vitals import tell_build


async def build_images(settings: Settings, metrics: Metrics) -> tuple[Sequence[Service], Mapping[str, Ping], Close]:
    """The service, the pings of what it depends on, and what closes it all.

    Raises ConfigurationError for a folder without a usable picture.
    """
    images = LocalImages(settings)
    tell_build(metrics)
    return [image_service(images)], {"library": images.ping}, images.close

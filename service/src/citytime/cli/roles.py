"""`citytime gateway`, `geocoder`, `timezones`, `images`: the service's parts as processes of their own, over gRPC."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from citytime.cli.serve import add_settings
from citytime.settings import Settings

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: Subparsers) -> None:
    """Add the commands."""
    _add(commands, "gateway", "HTTP", "what callers ask, answered by the services behind it", _gateway)
    _add(commands, "geocoder", "gRPC", "names, codes and positions to places", _geocoder)
    _add(commands, "timezones", "gRPC", "positions to zones, and what their clocks do", _timezones)
    _add(commands, "images", "gRPC", "pictures of a library, and postcards of cities", _images)


def _add(commands: Subparsers, name: str, speaks: str, does: str, run: Callable[[Settings], int]) -> None:
    command = commands.add_parser(
        name,
        help=f"run the {name} as a process of its own ({speaks})",
        description=f"Run the {name} over {speaks}: {does}. Each setting is a flag and an environment variable; the "
        "flag wins.",
        epilog="SIGTERM or Ctrl-C finishes the requests under way and stops.",
    )
    add_settings(command)
    command.set_defaults(run=lambda args, settings: run(settings))


# Each role imports what it needs, and only that.


def _gateway(settings: Settings) -> int:
    from citytime.gateway import front  # noqa: PLC0415
    from citytime.gateway.role import build_gateway  # noqa: PLC0415

    return front.main("gateway", settings, build_gateway)


def _geocoder(settings: Settings) -> int:
    from citytime import serving  # noqa: PLC0415
    from citytime.geocoder.role import build_geocoder  # noqa: PLC0415
    from citytime.rpc.server import bind  # noqa: PLC0415

    return serving.main("geocoder", settings, build_geocoder, bind)


def _timezones(settings: Settings) -> int:
    from citytime import serving  # noqa: PLC0415
    from citytime.rpc.server import bind  # noqa: PLC0415
    from citytime.timezones.role import build_timezones  # noqa: PLC0415

    return serving.main("timezones", settings, build_timezones, bind)


def _images(settings: Settings) -> int:
    from citytime import serving  # noqa: PLC0415
    from citytime.images.role import build_images  # noqa: PLC0415
    from citytime.rpc.server import bind  # noqa: PLC0415

    return serving.main("images", settings, build_images, bind)

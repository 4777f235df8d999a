"""`citytime geocoder` and `timezones`: the parts of the service as processes of their own, which speak gRPC."""

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
    _add(commands, "geocoder", "names, codes and positions to places", _geocoder)
    _add(commands, "timezones", "positions to zones, and what their clocks do", _timezones)


def _add(commands: Subparsers, name: str, does: str, run: Callable[[Settings], int]) -> None:
    command = commands.add_parser(
        name,
        help=f"run the {name} service (gRPC)",
        description=f"Run the {name} service over gRPC: {does}. Each setting is a flag and an environment variable; "
        "the flag wins.",
        epilog="SIGTERM or Ctrl-C finishes the calls under way and stops.",
    )
    add_settings(command)
    command.set_defaults(run=lambda args, settings: run(settings))


# Each role imports what it needs, and only that.


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

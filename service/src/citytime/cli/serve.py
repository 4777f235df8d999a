"""`citytime serve`: the service, everything in one process."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING

from citytime.settings import Settings, environment_name, flag_name, show

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: Subparsers) -> None:
    """Add the command."""
    command = commands.add_parser(
        "serve",
        help="run the HTTP service",
        description="Run the HTTP service, everything in one process. Each setting is a flag and an environment "
        "variable; the flag wins.",
        epilog="SIGTERM or Ctrl-C finishes the requests under way and stops.",
    )
    add_settings(command)
    command.set_defaults(run=run)


def add_settings(command: argparse.ArgumentParser, *names: str) -> None:
    """Add the flags of the named settings, or of all; values are checked by settings.load, with the environment's."""
    for field in dataclasses.fields(Settings):
        if names and field.name not in names:
            continue
        default = field.default_factory() if callable(field.default_factory) else field.default
        text = f"{field.metadata['help']} ({environment_name(field.name)}; default {show(default)})"
        command.add_argument(flag_name(field.name), metavar="VALUE", help=text.replace("%", "%%"))


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until told to stop."""
    from citytime.gateway import front  # noqa: PLC0415 - the other commands need none of it
    from citytime.local import build_local  # noqa: PLC0415

    return front.main("citytime", settings, build_local)

"""The command line: `serve` runs the service, the other commands answer on the spot, offline, without it."""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import sys
from collections.abc import Sequence

from citytime import __version__
from citytime.cli import gazetteer, lookups, roles, serve
from citytime.errors import CitytimeError
from citytime.settings import Settings, load

EXAMPLES = """\
examples:
  citytime time lisbon tokyo "paris, texas"       the time in each
  citytime convert lisbon tokyo --at 2026-07-01T09:00
  citytime batch < cities.txt                     a line each in, a line each out
  citytime serve --port 9000                      the HTTP service
  citytime gazetteer build                        compile the geo database

exit codes: 0 all well, 1 a place is not known, 2 the command line, a setting or the data is wrong
"""

_NEGATIVE = re.compile(r"-[\d.]")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    root = argparse.ArgumentParser(
        prog="citytime",
        description="What time is it in …? Any city on earth, offline.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"citytime {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve.register(commands)
    roles.register(commands)
    lookups.register(commands)
    gazetteer.register(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    # argparse takes -33.87,151.21 for an option, unless it begins with a space, which no reader of ours minds.
    given = sys.argv[1:] if argv is None else argv
    args = parser().parse_args([f" {text}" if _NEGATIVE.match(text) else text for text in given])
    fields = {field.name for field in dataclasses.fields(Settings)}
    flags = {name: value for name, value in vars(args).items() if name in fields and isinstance(value, str)}
    try:
        code: int = args.run(args, load(os.environ, flags))
        sys.stdout.flush()
        return code
    except CitytimeError as error:
        print(f"citytime: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130

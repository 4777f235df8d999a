"""`citytime time`, `convert` and `batch`: what the HTTP interface answers, without it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from citytime.cli.serve import add_settings
from citytime.errors import CitytimeError, InvalidInput
from citytime.gateway import problems
from citytime.gateway.answers import Facts
from citytime.gateway.api import Api
from citytime.gateway.batch import read_entry
from citytime.gateway.parameters import AT, CITY, COUNTRY, FROM, LANG, NEAR, STRICT, TO, Parameter
from citytime.gateway.render import render
from citytime.local import build_local
from citytime.settings import Settings
from citytime.telemetry import Metrics

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_OPTIONS = (AT, NEAR, COUNTRY, LANG)
_DATA_SETTINGS = ("gazetteer", "geocoders", "geocoder_options", "user_agent")


def register(commands: Subparsers) -> None:
    """Add the commands."""
    times = commands.add_parser(
        "time",
        help="tell the time in cities",
        description="Tell the time in one or more cities: names (paris, texas), zones (Europe/Lisbon), coordinates "
        "(38.72,-9.14; after -- if the latitude is negative) or codes (iata:LIS).",
        epilog='example: citytime time lisbon 東京 "paris, texas" --at 2026-07-01T12:00Z',
    )
    times.add_argument("city", nargs="+", help="what to look up")
    _add_options(times)
    times.set_defaults(run=lambda args, settings: asyncio.run(_time(args, settings)))

    convert = commands.add_parser(
        "convert",
        help="tell one moment on several clocks",
        description="Tell a moment of one place on the clocks of others; says when it falls into a DST gap or overlap.",
        epilog="example: citytime convert lisbon tokyo new-york --at 2026-07-01T09:00",
    )
    convert.add_argument("from", metavar="from", help="whose clock --at is read on")
    convert.add_argument("to", nargs="+", help="where to tell the time")
    _add_options(convert)
    convert.set_defaults(run=lambda args, settings: asyncio.run(_convert(args, settings)))

    batch = commands.add_parser(
        "batch",
        help="look up a line each from standard input",
        description="Look up each line of standard input, a text or a JSON object such as "
        '{"city": "paris", "country": "US"}; answers come in order, a line each. Exit code 1 if any failed.',
        epilog="example: citytime batch --json < cities.txt > times.ndjson",
    )
    _add_options(batch)
    batch.set_defaults(run=lambda args, settings: asyncio.run(_batch(args, settings)))


def _add_options(command: argparse.ArgumentParser) -> None:
    for option in _OPTIONS:
        command.add_argument(f"--{option.name}", metavar="VALUE", help=option.description.replace("%", "%%"))
    command.add_argument("--strict", action="store_const", const="true", help=STRICT.description)
    command.add_argument("--json", action="store_true", help="answer in JSON, an object a line")
    add_settings(command, *_DATA_SETTINGS)


def _values(args: argparse.Namespace, *parameters: Parameter) -> dict[str, Any]:
    """The parameters among the arguments, parsed as the HTTP interface parses them."""
    values: dict[str, Any] = {}
    for parameter in (*parameters, *_OPTIONS, STRICT):
        given = getattr(args, parameter.name, None)
        if isinstance(given, list):
            values[parameter.name] = [parameter.parse(text) for text in given]
        elif given is not None:
            values[parameter.name] = parameter.parse(given)
    return values


async def _time(args: argparse.Namespace, settings: Settings) -> int:
    options = _values(args)
    async with _local(settings) as api:
        questions = ({"city": CITY.parse(text)} | options for text in args.city)
        return await _answer_each(questions, api.time, "time", args.json)


async def _convert(args: argparse.Namespace, settings: Settings) -> int:
    async with _local(settings) as api:
        return await _answer_each([_values(args, FROM, TO)], api.convert, "convert", args.json)


async def _batch(args: argparse.Namespace, settings: Settings) -> int:
    options = _values(args)
    async with _local(settings) as api:
        lines = (line.strip() for line in sys.stdin)
        questions = (_question(line, options) for line in _counted(lines) if line)
        return await _answer_each(questions, api.time, "time", args.json)


def _question(line: str, options: Mapping[str, Any]) -> dict[str, Any] | InvalidInput:
    try:
        entry = read_entry(json.loads(line) if line.startswith("{") else line)
    except ValueError as error:
        return InvalidInput(f"{line[:40]!r} is not JSON: {error}", "city")
    return entry if isinstance(entry, InvalidInput) else {**options, **entry}


async def _answer_each(
    questions: Iterable[Mapping[str, Any] | InvalidInput],
    ask: Callable[[Mapping[str, Any]], Awaitable[Facts]],
    name: str,
    as_json: bool,
) -> int:
    """Answer in order on stdout, problems too; the exit code is 1 if there was one."""
    form, code = "json" if as_json else "text", 0
    for question in questions:
        try:
            if isinstance(question, InvalidInput):
                raise question
            rendered = render(name, await ask(question), form)
        except CitytimeError as error:
            code = 1
            rendered = render("problem", problems.of_error(error)[0], form)
        sys.stdout.buffer.write(rendered)
    sys.stdout.buffer.flush()
    return code


@asynccontextmanager
async def _local(settings: Settings) -> AsyncIterator[Api]:
    gateway, _, close = await build_local(settings, Metrics())
    try:
        yield gateway.api
    finally:
        await close()


def _counted(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with a count of them on stderr where that is a terminal and stdout is not."""
    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    started = time.monotonic()
    done = 0
    for done, line in enumerate(lines, 1):
        yield line
        if shown and done % 100 == 0:
            rate = done / (time.monotonic() - started)
            print(f"\r{done:,} looked up, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
    if shown:
        print(f"\r\x1b[K{done:,} looked up in {time.monotonic() - started:.1f} s", file=sys.stderr)

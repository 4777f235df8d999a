"""`citytime time`, `convert` and `batch`: what the HTTP interface answers, without it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from citytime.cli.counting import counted
from citytime.cli.serve import add_settings
from citytime.errors import InvalidInput
from citytime.gateway import problems
from citytime.gateway.answers import Facts
from citytime.gateway.api import Api
from citytime.gateway.batch import Entry, read_entry, read_json
from citytime.gateway.parameters import AT, COUNTRY, FROM, LANG, NEAR, STRICT, TO, Parameter
from citytime.gateway.render import render
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
        "(-33.87,151.21) or codes (iata:LIS). Exit code 1 if one is not known.",
        epilog='example: citytime time lisbon 東京 "paris, texas" --at 2026-07-01T12:00Z',
    )
    times.add_argument("city", nargs="+", help="what to look up")
    _add_options(times)
    times.set_defaults(run=lambda args, settings: _run(_time(args, settings)))

    convert = commands.add_parser(
        "convert",
        help="tell one moment on several clocks",
        description="Tell a moment of one place on the clocks of others; says when it falls into a DST gap or overlap.",
        epilog="example: citytime convert lisbon tokyo new-york --at 2026-07-01T09:00",
    )
    convert.add_argument("from", metavar="from", help="whose clock --at is read on")
    convert.add_argument("to", nargs="+", help="where to tell the time")
    _add_options(convert)
    convert.set_defaults(run=lambda args, settings: _run(_convert(args, settings)))

    batch = commands.add_parser(
        "batch",
        help="look up a line each from standard input",
        description="Look up each line of standard input, a text or a JSON object such as "
        '{"city": "paris", "country": "US"}; answers and problems come in order, a line each. '
        "Exit code 1 if there was a problem.",
        epilog="example: citytime batch --json < cities.txt > times.ndjson",
    )
    _add_options(batch)
    batch.set_defaults(run=lambda args, settings: _run(_batch(args, settings)))


def _add_options(command: argparse.ArgumentParser) -> None:
    for option in _OPTIONS:
        command.add_argument(f"--{option.name}", metavar="VALUE", help=option.description.replace("%", "%%"))
    command.add_argument("--strict", action="store_const", const="true", help="refuse instead of guessing")
    command.add_argument("--json", action="store_true", help="answer in JSON, an object a line")
    add_settings(command, *_DATA_SETTINGS)


def _run(work: Coroutine[Any, Any, int]) -> int:
    """Run to the end. Ctrl-C ends the process on the spot, as there is nothing to tidy up and input may be awaited."""
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return asyncio.run(work)
    finally:
        signal.signal(signal.SIGINT, previous)


def _values(args: argparse.Namespace, *parameters: Parameter) -> dict[str, Any]:
    """The parameters among the arguments, parsed as the HTTP interface parses them."""
    values: dict[str, Any] = {}
    for parameter in (*parameters, *_OPTIONS, STRICT):
        given = getattr(args, parameter.name)
        if isinstance(given, list):
            values[parameter.name] = [parameter.parse(text.strip()) for text in given]
        elif given is not None:
            values[parameter.name] = parameter.parse(given.strip())
    return values


async def _time(args: argparse.Namespace, settings: Settings) -> int:
    options = _values(args)
    questions = (_with(options, read_entry(text.strip())) for text in args.city)
    async with _local(settings) as api:
        return await _answer_each(questions, api.time, "time", args.json)


async def _convert(args: argparse.Namespace, settings: Settings) -> int:
    question = _values(args, FROM, TO)
    async with _local(settings) as api:
        return await _answer_each([question], api.convert, "convert", args.json)


async def _batch(args: argparse.Namespace, settings: Settings) -> int:
    options = _values(args)
    lines = (line.decode(errors="surrogateescape").strip() for line in sys.stdin.buffer)
    questions = (_with(options, _read_line(line)) for line in counted(lines) if line)
    async with _local(settings) as api:
        return await _answer_each(questions, api.time, "time", args.json, problems_in_line=True)


def _read_line(line: str) -> Entry:
    try:
        return read_entry(read_json(line, "city") if line.startswith("{") else line)
    except InvalidInput as error:
        return error


def _with(options: Mapping[str, Any], entry: Entry) -> Entry:
    return entry if isinstance(entry, InvalidInput) else {**options, **entry}


async def _answer_each(
    questions: Iterable[Entry],
    ask: Callable[[Mapping[str, Any]], Awaitable[Facts]],
    name: str,
    as_json: bool,
    *,
    problems_in_line: bool = False,
) -> int:
    """Answer in order on stdout, with problems on stderr unless they are wanted in line; returns the exit code."""
    form, code = "json" if as_json else "text", 0
    out, watched = sys.stdout.buffer, sys.stdout.isatty() or sys.stderr.isatty()
    for question in questions:
        try:
            if isinstance(question, InvalidInput):
                raise question
            out.write(render(name, await ask(question), form))
        except problems.ANSWERED as error:
            code = 1
            stream = out if problems_in_line else sys.stderr.buffer
            stream.write(render("problem", problems.of_error(error)[0], form))
        if watched:
            out.flush()  # so that answers and problems come in order there too
    out.flush()
    return code


@asynccontextmanager
async def _local(settings: Settings) -> AsyncIterator[Api]:
    from citytime.local import build_local  # noqa: PLC0415 - the roles, which come this way too, need none of it

    gateway, _, close = await build_local(replace(settings, images_folder=""), Metrics())  # no picture is asked for
    try:
        yield gateway.api
    finally:
        await close()

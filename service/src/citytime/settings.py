"""Every setting of citytime: an environment variable `CITYTIME_<NAME>` and a flag `--<name>` each.

The table is the `Settings` class itself; `--help`, the documentation and its tests are made from it. A flag wins
over the environment, the environment over the default.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from citytime import __version__
from citytime.errors import ConfigurationError

PREFIX = "CITYTIME_"


def _whole(low: int, high: int) -> tuple[Callable[[str], int], str]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return parse, f"a whole number from {low} to {high}"


def _number(low: float, high: float) -> tuple[Callable[[str], float], str]:
    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return parse, f"a number from {low:.12g} to {high:.12g}"


def _choice(*options: str) -> tuple[Callable[[str], str], str]:
    def parse(text: str) -> str:
        if text.lower() not in options:
            raise ValueError
        return text.lower()

    return parse, "one of " + ", ".join(options)


def _text(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text.strip()


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not names or len(set(names)) < len(names):
        raise ValueError
    return names


def _options(text: str) -> dict[str, dict[str, Any]]:
    value = json.loads(text)
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        raise ValueError
    return value


_VALKEY_URL = re.compile(
    r"(valkeys?|rediss?)://([^@/?#\s]*@)?([\w.-]+|\[[\da-fA-F:.]+\])(:[1-9]\d{0,4})?(/\d{0,3})?"
    r"|unix://([^@/?#\s]*@)?/[^?#\s]+(\?db=\d{1,3})?"
)


def _valkey_url(text: str) -> str:
    url = text.strip()
    if url and (not _VALKEY_URL.fullmatch(url) or (urlsplit(url).port or 1) > 65535):
        raise ValueError
    return url


_TEXT = (_text, "printable text")
_PORT = _whole(0, 65535)


def _setting(default: Any, how: tuple[Callable[[str], Any], str], text: str, *, secret: bool = False) -> Any:
    """One setting; the value of a `secret` one is never shown, not even where it is wrong."""
    parse, allowed = how
    metadata = {"parse": parse, "allowed": allowed, "help": text, "secret": secret}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a process, parsed and checked. Times are in seconds, sizes in bytes."""

    address: str = _setting("127.0.0.1", _TEXT, "address that the HTTP interface listens on")
    port: int = _setting(8080, _PORT, "port of the HTTP interface; 0 picks a free one")
    admin_address: str = _setting("127.0.0.1", _TEXT, "address of the admin port (metrics, health)")
    admin_port: int = _setting(8081, _PORT, "admin port; 0 picks a free one; never publish it")
    grpc_address: str = _setting("127.0.0.1", _TEXT, "address that the gRPC roles listen on")
    grpc_port: int = _setting(50051, _PORT, "port of the gRPC roles; 0 picks a free one")
    geocoder_target: str = _setting("dns:///geocoder:50051", _TEXT, "where the gateway finds the geocoder")
    timezones_target: str = _setting("dns:///timezones:50051", _TEXT, "where the gateway finds the time zones")
    images_target: str = _setting("dns:///images:50051", _TEXT, "where the gateway finds the images")
    rpc_timeout: float = _setting(2.0, _number(0.05, 60), "deadline of one call to another service")
    rpc_retries: int = _setting(1, _whole(0, 5), "further tries of a call that did not get through")
    workers: int = _setting(1, _whole(1, 64), "processes that share the HTTP port")
    gazetteer: Path = _setting(
        Path(sys.prefix) / "share" / "citytime" / "gazetteer.sqlite",
        (lambda text: Path(_text(text)), "a path"),
        "the compiled geo database (citytime gazetteer build)",
    )
    geocoders: tuple[str, ...] = _setting(
        ("gazetteer",),
        (_names, "geopy service names separated by commas, each once, such as gazetteer,nominatim"),
        "geocoders to ask in turn; gazetteer is our own, offline one",
    )
    geocoder_options: dict[str, dict[str, Any]] = _setting(
        {},
        (_options, 'a JSON object of objects, such as {"nominatim": {"domain": "geo.example.org"}}'),
        "arguments for the online geocoders' geopy classes",
        secret=True,  # API keys are among them
    )
    user_agent: str = _setting(
        f"citytime/{__version__}",
        _TEXT,
        "how we name ourselves to online geocoders; put a contact in it",
    )
    geocoder_timeout: float = _setting(2.0, _number(0.05, 60), "deadline of one call to an online geocoder")
    geocoder_retries: int = _setting(1, _whole(0, 5), "further tries after a failed call")
    geocoder_rate: float = _setting(1.0, _number(0.01, 1000), "calls a second to each online geocoder, at most")
    geocoder_cache_ttl: float = _setting(86400.0, _number(0, 31_536_000), "how long an online answer is kept")
    geocoder_negative_ttl: float = _setting(3600.0, _number(0, 31_536_000), "how long an online 'not found' is kept")
    breaker_failures: int = _setting(5, _whole(1, 1000), "failures in a row that open a circuit breaker")
    breaker_reset: float = _setting(30.0, _number(0.05, 3600), "how long an open breaker waits before one trial")
    cache_size: int = _setting(1000, _whole(0, 10_000_000), "answers kept in the process, some 16 kB each")
    request_timeout: float = _setting(5.0, _number(0.05, 300), "deadline of a request; past it the answer is 504")
    rate_limit: float = _setting(0.0, _number(0, 1_000_000), "requests a second for one client address; 0 is no limit")
    trust_proxy: bool = _setting(
        False,
        (lambda text: _choice("true", "false")[0](text) == "true", "true or false"),
        "take the client's address from X-Forwarded-For (only behind a proxy that sets it)",
    )
    batch_limit: int = _setting(1000, _whole(1, 100_000), "queries in one batch call")
    body_limit: int = _setting(1_048_576, _whole(1024, 1_073_741_824), "size of a request body")
    query_limit: int = _setting(4096, _whole(64, 65_536), "length of a request target (path and query)")
    images_folder: str = _setting("", (str.strip, "a path"), "folder of pictures to show; without it, our own")
    image_limit: int = _setting(2_097_152, _whole(1024, 1_073_741_824), "size of a picture in the folder")
    valkey_url: str = _setting(
        "",
        (
            _valkey_url,
            "a URL such as valkey://cache:6379/0; also valkeys:// (TLS), redis://, rediss:// and unix:///path",
        ),
        "cache and rate limit of the online geocoders that replicas share; without it, each has its own",
        secret=True,
    )
    valkey_password_file: str = _setting(
        "", (str.strip, "a path"), "file with the password for it, which the URL then does not hold"
    )
    shutdown_grace: float = _setting(10.0, _number(0, 600), "how long a stop waits for requests under way")
    log_level: str = _setting("info", _choice("debug", "info", "warning", "error"), "what is logged")


def environment_name(name: str) -> str:
    """`admin_port` to `CITYTIME_ADMIN_PORT`."""
    return PREFIX + name.upper()


def flag_name(name: str) -> str:
    """`admin_port` to `--admin-port`."""
    return "--" + name.replace("_", "-")


def show(value: Any) -> str:
    """A setting's value as one would write it in the environment."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def load(environ: Mapping[str, str], flags: Mapping[str, str] | None = None) -> Settings:
    """Settings from flags (by field name), then the environment, then the defaults.

    Raises ConfigurationError naming the key, the value and what is allowed; also for a `CITYTIME_` variable that
    no setting has, since a misspelt one would be ignored in silence.
    """
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    known = {environment_name(name) for name in fields}
    for key in environ:
        if key.startswith(PREFIX) and key not in known:
            raise ConfigurationError(f"{key} is not a setting; see citytime serve --help for the list")
    values: dict[str, Any] = {}
    for name, entry in fields.items():
        given = {environment_name(name): environ.get(environment_name(name)), flag_name(name): (flags or {}).get(name)}
        for key, text in given.items():
            if text is None:
                continue
            try:
                values[name] = entry.metadata["parse"](text)
            except ValueError:
                given_as = key if entry.metadata["secret"] else f"{key}={text!r}"
                raise ConfigurationError(f"{given_as} is not allowed: it must be {entry.metadata['allowed']}") from None
    return Settings(**values)

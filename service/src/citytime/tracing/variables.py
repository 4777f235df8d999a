"""The standard variables of OpenTelemetry, checked before it reads them.

Its SDK logs a line about a wrong value and goes on with another, or fails in its own words; here a wrong value stops
the start, as that of any setting does. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from citytime.errors import ConfigurationError

_BOOL = (r"true|false", "true or false")
_COUNT = (r"0*[1-9]\d{0,8}", "a whole number above 0")
_FILE = (r"[^\0]+", "a path")
_PAIRS = (r"[^=,]+=[^,]*(,[^=,]+=[^,]*)*,?", "name=value pairs separated by commas")

_ALLOWED = {
    "OTEL_SDK_DISABLED": _BOOL,
    "OTEL_TRACES_EXPORTER": (r"none|(otlp|console)(,(otlp|console))*", "otlp, console, both with a comma, or none"),
    "OTEL_TRACES_SAMPLER": (
        r"(parentbased_)?(always_on|always_off|traceidratio)",
        "always_on, always_off or traceidratio, or one of these after parentbased_",
    ),
    "OTEL_TRACES_SAMPLER_ARG": (r"0|1|1\.0*|0?\.\d+|0\.", "a number from 0 to 1, the share of traces to keep"),
    "OTEL_RESOURCE_ATTRIBUTES": _PAIRS,
    "OTEL_BSP_SCHEDULE_DELAY": _COUNT,
    "OTEL_BSP_EXPORT_TIMEOUT": _COUNT,
    "OTEL_BSP_MAX_QUEUE_SIZE": _COUNT,
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": _COUNT,
}
"""What each variable may be: a regular expression for the whole of it, in any case, and the same in words."""

_ALLOWED_OF_EXPORTER = {
    "ENDPOINT": (
        r"https?://([\w.-]+|\[[\da-f:.]+\]):\d{1,5}/?",
        "an http or https URL of a host and a port, without a path, such as http://collector:4317",
    ),
    "HEADERS": (r"\s*[\w.-]+\s*=[ -+\--~]*(,\s*[\w.-]+\s*=[ -+\--~]*)*,?", _PAIRS[1]),
    "TIMEOUT": (r"(?=.*[1-9])\d{1,6}(\.\d+)?", "a number of seconds above 0"),
    "PROTOCOL": (r"grpc", "grpc, the one protocol that is installed"),
    "COMPRESSION": (r"gzip", "gzip, or unset for none"),
    "INSECURE": _BOOL,
    "CERTIFICATE": _FILE,
    "CLIENT_KEY": _FILE,
    "CLIENT_CERTIFICATE": _FILE,
}
"""The same for variables of the OTLP exporter, each of which exists for all signals and for traces alone."""

_OTLP = ("OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_")

for _name, _allowed in _ALLOWED_OF_EXPORTER.items():
    for _prefix in _OTLP:
        _ALLOWED[_prefix + _name] = _allowed


def exporters(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """Where spans are to go: `otlp`, `console` or both; nowhere if nothing asks for it.

    An endpoint asks for `otlp`. Variables that are empty count as unset (the specification's rule, which the SDK does
    not keep everywhere), and are removed. Raises ConfigurationError naming the variable, its value and what is
    allowed; the variables that matter only where something is exported are checked only then.
    """
    for name in _ALLOWED:
        if environ.get(name) == "":
            del environ[name]
    _check(environ, "OTEL_SDK_DISABLED")
    _check(environ, "OTEL_TRACES_EXPORTER")
    asked = any(f"{prefix}ENDPOINT" in environ for prefix in _OTLP)
    names = environ.get("OTEL_TRACES_EXPORTER", "otlp" if asked else "none").lower()
    if names == "none" or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return ()
    for name in _ALLOWED:
        _check(environ, name)
    return tuple(dict.fromkeys(names.split(",")))


def _check(environ: MutableMapping[str, str], name: str) -> None:
    value = environ.get(name)
    pattern, allowed = _ALLOWED[name]
    if value is None or re.fullmatch(pattern, value, re.IGNORECASE | re.ASCII):
        return
    shown = "…" if name.endswith("HEADERS") else repr(value)  # headers hold secrets
    raise ConfigurationError(f"{name}={shown} is not allowed: it must be {allowed}")

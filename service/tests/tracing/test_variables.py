from __future__ import annotations

from pathlib import Path

import pytest

from citytime.errors import ConfigurationError
from citytime.tracing.variables import _ALLOWED, exporters

DOCUMENT = Path(__file__).parents[3] / "docs" / "tracing.md"
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ()),
        (ENDPOINT, ("otlp",)),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://[::1]:4317/"}, ("otlp",)),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, ()),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ("otlp",)),
        ({"OTEL_TRACES_EXPORTER": "console"}, ("console",)),
        ({"OTEL_TRACES_EXPORTER": "console,otlp,console"}, ("console", "otlp")),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, ()),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "TRUE"}, ()),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "false"}, ("otlp",)),
        ({"OTEL_METRICS_EXPORTER": "otlp", "OTEL_SERVICE_NAME": "x"}, ()),
    ],
)
def test_tracing_is_on_where_an_endpoint_or_an_exporter_is_named(
    environ: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert exporters(dict(environ)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_SDK_DISABLED", "yes"),
        ("OTEL_TRACES_EXPORTER", "jaeger"),
        ("OTEL_TRACES_EXPORTER", "none,otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/v1/traces"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "ten"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "1"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "1%"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "5s"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{name}='.*' is not allowed: it must be .+"):
        exporters(ENDPOINT | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "HTTP://10.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=abc==, x=a%20b"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.01"),
        ("OTEL_TRACES_SAMPLER_ARG", ".5"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.0"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=lab,service.instance.id=a%2Cb"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4096"),
    ],
)
def test_a_right_value_is_taken(name: str, value: str) -> None:
    assert exporters(ENDPOINT | {name: value}) == ("otlp",)


@pytest.mark.parametrize("value", ["secret", "secret=a,secret", "secret=\u00e9", "se cret=x"])
def test_headers_that_are_refused_are_not_shown(value: str) -> None:
    with pytest.raises(ConfigurationError, match="OTEL_EXPORTER_OTLP_HEADERS") as refused:
        exporters(ENDPOINT | {"OTEL_EXPORTER_OTLP_HEADERS": value})
    assert "cret" not in str(refused.value)


def test_variables_that_are_empty_are_as_unset() -> None:
    environ = ENDPOINT | {"OTEL_EXPORTER_OTLP_TIMEOUT": "", "OTEL_TRACES_EXPORTER": ""}
    assert exporters(environ) == ("otlp",)
    assert environ == ENDPOINT


def test_where_nothing_is_exported_only_what_says_so_is_checked() -> None:
    assert exporters({"OTEL_BSP_MAX_QUEUE_SIZE": "nonsense", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}) == ()


def test_all_variables_that_are_checked_are_in_the_documentation() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    for name in _ALLOWED:
        group = next((group for group in ("OTEL_EXPORTER_OTLP", "OTEL_BSP") if name.startswith(group)), "")
        short = name.removeprefix(group).removeprefix("_TRACES")
        assert f"`{name}`" in document or f"`{group}{short}`" in document or f"`{short}`" in document, name

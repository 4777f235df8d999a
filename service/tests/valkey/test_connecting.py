"""The ways to a real server: TLS, a socket, users and databases; and what is no way to it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from pathlib import Path

import pytest

from tests.geocoder.shared_contract import LISBON, QUERY, Replica
from tests.valkey.server import server

PASSWORD = "open-sesame"

NAMES = ("select", "eval", "set", "getrange", "pttl", "get", "time", "zadd", "zremrangebyscore", "zcard", "expire")
COMMANDS = [f"+{name}" for name in NAMES]
"""All that a user needs to be allowed, as docs/shared-cache.md says."""


def works(url: str, **settings: object) -> bool:
    """Whether an answer that one replica puts there is found by another."""

    async def whole() -> bool:
        async with Replica(url, **settings) as one, Replica(url, **settings) as other:
            await one.answers.put(QUERY, [LISBON])
            found = await other.answers.get(QUERY) is not None
            await one.turn()
            await one.rate.pause(0.01)
            assert one.store.out == other.store.out == (not found)
            return found

    return asyncio.run(whole())


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of `localhost`, signed by itself, and its key."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate))
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return certificate, key


@pytest.mark.parametrize("scheme", ["valkeys", "rediss"])
def test_tls_is_spoken_with_the_one_that_the_certificate_names(
    scheme: str, certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = map(str, certificate)
    options = ("--port", "0", "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no")
    with server(tmp_path, *options, port_option="--tls-port") as valkey:
        assert not works(f"{scheme}://localhost:{valkey.port}")  # nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", cert)
        assert works(f"{scheme}://localhost:{valkey.port}")
        assert not works(f"{scheme}://127.0.0.1:{valkey.port}")  # which the certificate does not name
        assert not works(valkey.url)


def test_a_socket_does_as_well(tmp_path: Path) -> None:
    path = tmp_path / "valkey.sock"
    with server(tmp_path, "--unixsocket", str(path)):
        assert works(f"unix://{path}")
        assert works(f"unix://{path}?db=3")


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
def test_users_and_databases_are_the_urls(scheme: str, tmp_path: Path) -> None:
    rights = ("--user", "citytime", "on", f">{PASSWORD}", "~citytime:*", *COMMANDS)
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    with server(tmp_path, *rights, "--user", "default", "off") as valkey:
        place = f"127.0.0.1:{valkey.port}/3"
        assert works(f"{scheme}://citytime:{PASSWORD}@{place}")
        assert works(f"{scheme}://citytime@{place}", valkey_password_file=str(password))
        assert not works(f"{scheme}://{place}")


def test_a_wrong_password_is_told_and_not_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(url: str) -> None:
        async with Replica(url) as replica:
            async with asyncio.timeout(5):
                while not replica.store.out:
                    await replica.answers.get(QUERY)
            assert replica.metrics.registry.get_sample_value("citytime_circuit_breaker_state", {"dependency": "valkey"})

    caplog.set_level(logging.DEBUG)
    with server(tmp_path, "--requirepass", "another") as valkey:
        asyncio.run(scenario(valkey.url.replace("//", f"//:{PASSWORD}@")))
    (line,) = [record for record in caplog.records if record.name == "citytime.geocoder.store"]
    assert line.__dict__["reason"] == "AuthenticationError"
    assert PASSWORD not in repr([vars(record) for record in caplog.records])

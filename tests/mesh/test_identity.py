"""Who may call whom: everybody else is refused in the handshake, by every sidecar."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import grpc
import pytest

from tests.faults.processes import Role
from tests.wire import until

from . import authority
from .authority import credentials
from .fakes import Behaviour, Collector, call
from .lab import HOSTS, NOWHERE, sidecar
from .loop import in_loop
from .sidecar import INGRESS, ROLES, Sidecar

CALLERS = {"gateway": {"edge"}, "geocoder": {"gateway"}, "timezones": {"gateway", "geocoder"}, "images": {"gateway"}}


@asynccontextmanager
async def beside(folder: Path, role: str) -> AsyncIterator[Sidecar]:
    """A role's sidecar in front of a service that answers everything."""
    async with Behaviour.running() as behaviour:
        one = sidecar(folder, role)
        try:
            await one.start(behaviour.port, {peer: [host] for peer, host in HOSTS.items()})
            yield one
        finally:
            await one.stop()


@in_loop
async def test_only_those_named_are_let_in(tmp_path: Path) -> None:
    authority.once(tmp_path)
    for role, allowed in CALLERS.items():
        async with beside(tmp_path, role) as one:
            for caller in (*ROLES, "edge"):
                passes = credentials(tmp_path / "certificates", caller)
                got = await call(f"{one.host}:{INGRESS}", passes, name=role)
                assert (got is grpc.StatusCode.OK) == (caller in allowed), f"{caller} calls {role}: {got}"
            assert await one.metric("listener_ssl_fail_verify_san") >= len(ROLES) + 1 - len(allowed)


@pytest.mark.parametrize("role", ROLES)
@in_loop
async def test_without_a_certificate_nobody_is_let_in(tmp_path: Path, role: str) -> None:
    authority.once(tmp_path)
    async with beside(tmp_path, role) as one:
        target = f"{one.host}:{INGRESS}"
        assert await call(target) is grpc.StatusCode.UNAVAILABLE
        trusted = (tmp_path / "certificates" / role / "ca.crt").read_bytes()
        assert await call(target, grpc.ssl_channel_credentials(trusted), name=role) is grpc.StatusCode.UNAVAILABLE
        assert await one.metric("listener_ssl_fail_verify_no_cert") >= 1
        assert await one.metric("listener_ssl_connection_error") >= 1  # who spoke no TLS
        assert await one.metric("http_downstream_rq_total", "ingress") == 0


@in_loop
async def test_another_authoritys_certificate_is_refused(tmp_path: Path) -> None:
    authority.once(tmp_path)
    other = tmp_path / "other"
    authority.once(other)
    forged = other / "certificates" / "gateway"
    (forged / "ca.crt").unlink()
    (forged / "ca.crt").symlink_to(tmp_path / "certificates/gateway/ca.crt")  # the client itself trusts the server
    async with beside(tmp_path, "geocoder") as one:
        got = await call(f"{one.host}:{INGRESS}", credentials(other / "certificates", "gateway"), name="geocoder")
        assert got is grpc.StatusCode.UNAVAILABLE
        assert await one.metric("listener_ssl_fail_verify_error") >= 1


@in_loop
async def test_a_certificate_that_is_over_is_refused(tmp_path: Path) -> None:
    authority.once(tmp_path)
    short = tmp_path / "short"
    authority.once(tmp_path, "--lifetime=1", certificates=short)
    await asyncio.sleep(1.5)
    async with beside(tmp_path, "geocoder") as one:
        got = await call(f"{one.host}:{INGRESS}", credentials(short, "gateway"), name="geocoder")
        assert got is grpc.StatusCode.UNAVAILABLE
        assert await one.metric("listener_ssl_fail_verify_error") >= 1


@in_loop
async def test_a_server_that_is_not_who_it_should_be_is_not_called(tmp_path: Path) -> None:
    authority.once(tmp_path)
    async with AsyncExitStack() as stack:
        images = await stack.enter_async_context(beside(tmp_path, "images"))
        gateway = sidecar(tmp_path, "gateway")
        stack.push_async_callback(gateway.stop)
        await gateway.start(1, {"geocoder": [images.host], "timezones": [images.host], "images": [images.host]})
        assert await call(f"{gateway.host}:15051") is grpc.StatusCode.UNAVAILABLE
        assert await gateway.metric("cluster_ssl_fail_verify_san", '"geocoder"') >= 1
        assert await call(f"{gateway.host}:15053") is grpc.StatusCode.OK
        # What is logged names the peer and why, and no more.
        [line] = await _logged(gateway)
        assert (line["event"], line["route"], line["grpc_status"]) == ("call failed", "geocoder", "Unavailable")
        assert "SAN" in str(line["tls_failure"])


async def _logged(one: Sidecar) -> list[dict[str, object]]:
    await until(one.log)
    return one.log()


@in_loop
async def test_the_edge_reaches_the_gateway_over_http_and_neither_log_nor_span_has_the_path(tmp_path: Path) -> None:
    authority.once(tmp_path)
    gateway, one = Role("gateway", geocoder_target="ipv4:127.0.0.1:1"), sidecar(tmp_path, "gateway")
    folder = tmp_path / "certificates" / "edge"
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    context.check_hostname = False  # it is called by address here

    def get(path: str) -> int:
        connection = http.client.HTTPSConnection(one.host, INGRESS, context=context, timeout=5)
        try:
            connection.request("GET", path, headers={"traceparent": f"00-{'4b' * 16}-00f067aa0ba902b7-01"})
            return connection.getresponse().status
        finally:
            connection.close()

    try:
        async with Collector.running(NOWHERE) as collector:
            await asyncio.gather(gateway.start(), one.start(gateway.port, {"collector": [NOWHERE]}))
            assert await asyncio.to_thread(get, "/Europe/Lisbon") == 503  # no time zones here
            assert await asyncio.to_thread(get, "/docs") == 200
            await gateway.kill()
            assert await asyncio.to_thread(get, "/Europe/Atlantis") == 503
            await until(lambda: len(one.log()) == 2 and collector.received)
            assert [line["route"] for line in one.log()] == ["http", "http"]
            assert "Europe" not in (one.folder / "stdout").read_text()
            assert "Europe" not in collector.words
    finally:
        await gateway.kill()
        await one.stop()

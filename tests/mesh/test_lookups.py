"""What callers see of the service when everything between its parts goes through the mesh."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.faults.drill import KINDS

from . import authority
from .lab import Lab
from .loop import in_loop

REQUEST_LIMIT = 2.0
"""Seconds: CITYTIME_RPC_TIMEOUT, the deadline of a call."""


@in_loop
async def test_lookups_work_and_are_encrypted_between_all(tmp_path: Path) -> None:
    authority.once(tmp_path)
    async with Lab.running(tmp_path) as lab:
        before = len(lab.sidecars["gateway"].log())  # what was asked before all were there
        for kind in KINDS:
            assert (await lab.ask(kind)).status == 200
        for role in ("geocoder", "timezones", "images"):
            assert await lab.sidecars[role].metric("listener_ssl_handshake") >= 1
            assert await lab.sidecars[role].metric("cluster_upstream_rq_total", "service_grpc") >= 1
        assert len(lab.sidecars["gateway"].log()) == before  # what goes well is not logged


@in_loop
async def test_a_replica_that_is_killed_loses_no_request(tmp_path: Path) -> None:
    authority.once(tmp_path)
    async with Lab.running(tmp_path, geocoders=2) as lab:
        async with lab.load() as samples:
            await asyncio.sleep(1.0)
            await lab.geocoders[0].kill()
            await asyncio.sleep(2.0)
            await lab.geocoders[0].start()
            await asyncio.sleep(6.0)  # what is put aside for its failures comes back after five seconds
            await lab.second.stop()
            await asyncio.sleep(1.0)
        gateway = lab.sidecars["gateway"]
        assert await gateway.metric("cluster_upstream_rq_retry_success", "geocoder") >= 2
        assert await gateway.metric("cluster_outlier_detection_ejections_enforced_total", "geocoder") >= 1
    assert {one.status for one in samples} == {200}


def shorten(config: dict[str, Any]) -> None:
    """Connections end after a second, so that certificates are shown again and again."""
    listener = config["static_resources"]["listeners"][0]
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    manager["common_http_protocol_options"]["max_connection_duration"] = "1s"


@in_loop
async def test_certificates_and_their_authority_are_renewed_under_load(tmp_path: Path) -> None:
    # Each life is too long for what there is, so that all get new certificates: the first time of the same authority,
    # which has a successor by then, and after that of this one and of its own.
    lives = (600, 1000, 2500, 9000)

    def renew(life: int) -> str:
        return authority.once(tmp_path, f"--lifetime={life}", f"--authority-lifetime={4 * life}")

    renew(lives[0])
    issuers = [_issuer(tmp_path)]
    async with Lab.running(tmp_path, shorten) as lab:
        geocoder = lab.sidecars["geocoder"]
        async with lab.load() as samples:
            for life in lives[1:]:
                assert (await asyncio.to_thread(renew, life)).count("certificate issued") == 5
                issuers.append(_issuer(tmp_path))
                await asyncio.sleep(3.0)  # all connections are new by then
        shown = await geocoder.metric("listener_ssl_certificate_expiration_unix_time_seconds", "identity")
        connections = await geocoder.metric("listener_downstream_cx_total")
    assert issuers == sorted(issuers)
    assert len(set(issuers)) == len(lives) - 1
    assert {one.status for one in samples} == {200}
    assert shown > time.time() + lives[-2]
    assert connections >= len(lives)


def _issuer(folder: Path) -> str:
    """Who signed the geocoder's certificate."""
    command = ["openssl", "x509", "-noout", "-issuer", "-in", str(folder / "certificates/geocoder/tls.crt")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@in_loop
async def test_a_replica_that_stands_still_is_left_for_another(tmp_path: Path) -> None:
    authority.once(tmp_path)
    async with Lab.running(tmp_path, geocoders=2) as lab, lab.load() as samples:
        await asyncio.sleep(1.0)
        lab.geocoders[0].signal(signal.SIGSTOP)
        await asyncio.sleep(6.0)
        lab.geocoders[0].signal(signal.SIGCONT)
        await asyncio.sleep(1.0)
    assert {one.status for one in samples} == {200}
    assert max(one.seconds for one in samples) < REQUEST_LIMIT + 0.5


@in_loop
async def test_deadlines_hold_and_tries_do_not_multiply_when_the_only_replica_stands_still(tmp_path: Path) -> None:
    authority.once(tmp_path)
    async with Lab.running(tmp_path) as lab:
        assert (await lab.ask()).status == 200
        gateway = lab.sidecars["gateway"]
        before = await gateway.metric("cluster_upstream_rq_total", '"geocoder"')
        lab.geocoders[0].signal(signal.SIGSTOP)
        samples = await asyncio.gather(*(lab.ask() for _ in range(4)))
        tries = await gateway.metric("cluster_upstream_rq_total", '"geocoder"') - before
        lab.geocoders[0].signal(signal.SIGCONT)
        assert {one.status for one in samples} <= {503, 504}
        assert max(one.seconds for one in samples) < REQUEST_LIMIT + 0.5
        assert 4 <= tries <= 8 + 2  # a ping of the gateway's readiness may be among them
        await asyncio.sleep(2.0)
        assert (await lab.ask()).status == 200

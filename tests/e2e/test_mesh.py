"""Between the services: nobody gets in without a certificate, and certificates change under load unnoticed."""

from __future__ import annotations

import time

import pytest
from network import run
from waiting import within

from drills import lab
from drills.callers import Callers, said

SERVICES = ("gateway", "geocoder", "timezones", "images")

CLIENT = r"""
import json, socket, ssl, sys
role, how = sys.argv[1:]
said = b""
try:
    with socket.create_connection((role, 15443), 5) as tcp:
        tcp.settimeout(5)
        if how == "tls":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            tcp = context.wrap_socket(tcp, server_hostname=role)
        else:
            tcp.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        said = tcp.recv(100)
    alert = said[:2] == b"\x15\x03"  # TLS says no
    outcome = "closed" if alert or not said else "answered"
except ssl.SSLError as error:
    outcome = error.reason
except OSError as error:
    outcome = type(error).__name__
print(json.dumps(outcome))
"""

CERTIFICATES = r"""
import hashlib, json, socket, ssl, sys
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
found = {}
for role in sys.argv[1:]:
    with socket.create_connection((role, 15443), 5) as tcp, context.wrap_socket(tcp, server_hostname=role) as tls:
        found[role] = hashlib.sha256(tls.getpeercert(True)).hexdigest()
print(json.dumps(found))
"""

PORT = r"""
import json, socket, sys
try:
    socket.create_connection((sys.argv[1], 50051), 5).close()
    print(json.dumps("open"))
except OSError as error:
    print(json.dumps(type(error).__name__))
"""

RENEW = """docker compose run --rm --no-deps -T ca sh -c 'rm -f /var/tmp/certificates/*/tls.crt &&
  exec python3 /ca.py --authority=/var/tmp/authority --certificates=/var/tmp/certificates --once'"""


@pytest.mark.parametrize("role", SERVICES)
def test_a_client_without_a_certificate_is_refused(role: str) -> None:
    assert "CERTIFICATE_REQUIRED" in run(CLIENT, role, "tls")


@pytest.mark.parametrize("role", SERVICES)
def test_a_client_without_tls_is_refused(role: str) -> None:
    assert run(CLIENT, role, "plain") in {"closed", "ConnectionResetError"}


@pytest.mark.parametrize("role", SERVICES)
def test_the_service_itself_cannot_be_reached_around_its_sidecar(role: str) -> None:
    assert run(PORT, role) == "ConnectionRefusedError"


@pytest.mark.parametrize("role", SERVICES)
def test_a_sidecar_is_not_reached_from_outside_the_lab(role: str) -> None:
    with pytest.raises(lab.LabError):
        lab.shell(f"docker compose port {role}-mesh 15443")


def test_certificates_change_under_load_with_no_failed_request() -> None:
    seen = [run(CERTIFICATES, *SERVICES)]
    with Callers(lab.gateway()) as callers:
        time.sleep(2)
        for _ in range(3):
            lab.shell(RENEW)

            def all_new() -> dict[str, str]:
                found: dict[str, str] = run(CERTIFICATES, *SERVICES)
                assert all(found[role] != seen[-1][role] for role in SERVICES)
                return found

            seen.append(within(20, all_new))
            time.sleep(5)
    assert len(callers.samples) > 500
    assert said(callers.samples) == "nothing"

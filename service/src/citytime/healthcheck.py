"""`python -m citytime.healthcheck`: whether the process of these settings is ready; exit code 0 or 1.

For container engines, which run it every few seconds: it asks the admin port as Kubernetes' probes do, and imports
next to nothing. A process that was given its ports by flags is not found; in a container settings are variables.
"""

from __future__ import annotations

import os
import socket
import sys
from ipaddress import ip_address

from citytime.errors import ConfigurationError
from citytime.settings import load

TIMEOUT = 2.0
"""Seconds for connecting and for each part of the answer; the process gives its dependencies one (health.py)."""


def ask(address: str, port: int) -> tuple[bool, str]:
    """Whether the process with this admin port is ready, and what it says of it. Raises OSError if nobody answers."""
    with socket.create_connection((reachable(address), port), TIMEOUT) as connection:
        connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split()[1:2] == [b"200"], body.decode(errors="replace")


def reachable(address: str) -> str:
    """Where to ask a process that listens on an address: on every interface means on the loopback, too."""
    try:
        listening = ip_address(address)
    except ValueError:
        return address
    if not listening.is_unspecified:
        return address
    return "127.0.0.1" if listening.version == 4 else "::1"


def main() -> int:
    """Print what the process says of itself; returns the exit code."""
    try:
        settings = load(os.environ)
        ready, said = ask(settings.admin_address, settings.admin_port)
    except (OSError, ConfigurationError) as error:
        ready, said = False, str(error)
    print(said)
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.four_processes PORT`: the gateway on that port, with a geocoder, time zones and images behind it.

The four are children of this process, which does nothing but end them when it is told to.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

BEHIND = ("geocoder", "timezones", "images")


def _free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on; all held until the last is found, so that no two are the same."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _start(role: str, **settings: object) -> subprocess.Popen[bytes]:
    ours = {f"CITYTIME_{name.upper()}": str(value) for name, value in ({"admin_port": 0} | settings).items()}
    return subprocess.Popen([sys.executable, "-m", "citytime", role], env=os.environ | ours)  # noqa: S603


def main() -> None:
    """Run them until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
    ports = dict(zip(BEHIND, _free_ports(len(BEHIND)), strict=True))
    running = [_start(role, grpc_port=port) for role, port in ports.items()]
    targets = {f"{role}_target": f"ipv4:127.0.0.1:{port}" for role, port in ports.items()}
    running.append(_start("gateway", port=sys.argv[1], **targets))
    signal.sigwait({signal.SIGTERM, signal.SIGCHLD})  # a child that ends is none that answers
    for process in running:
        process.terminate()
    for process in running:
        process.wait()


if __name__ == "__main__":
    main()

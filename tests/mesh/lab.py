"""The four roles, each with its sidecar, as they are in the lab, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.faults.drill import Sample, _sample
from tests.faults.processes import Role

from .sidecar import EGRESS, Change, Sidecar

HOSTS = {"gateway": "127.0.1.1", "geocoder": "127.0.1.2", "timezones": "127.0.1.3", "images": "127.0.1.4"}
SECOND_GEOCODER = "127.0.1.5"
NOWHERE = "127.0.1.9"

GATEWAY_TARGETS = {f"{role}_target": f"ipv4:{HOSTS['gateway']}:{port}" for role, port in EGRESS.items()}


def sidecar(folder: Path, role: str, host: str = "") -> Sidecar:
    """A role's sidecar, with the certificates that the authority in `folder` keeps for that role."""
    host = host or HOSTS[role]
    made = Sidecar(role, host, folder / host)
    made.folder.mkdir()
    made.certificates.symlink_to(folder / "certificates" / role)
    return made


class Lab:
    """All of them; `geocoders` are two where they were asked for. What the mesh retries the gateway does not."""

    def __init__(self, folder: Path, geocoders: int) -> None:
        self.folder = folder
        self.gateway = Role("gateway", **GATEWAY_TARGETS, rpc_retries=0)
        self.geocoders = [Role("geocoder") for _ in range(geocoders)]
        self.timezones = Role("timezones")
        self.images = Role("images")
        self.sidecars = {role: sidecar(folder, role) for role in HOSTS}
        self.second = sidecar(folder, "geocoder", SECOND_GEOCODER)

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path, *changes: Change, geocoders: int = 1) -> AsyncIterator[Lab]:
        """All of them, ready; killed at the end. `changes` are made to every sidecar's configuration.

        The authority in `folder` must have made its certificates.
        """
        lab = cls(folder, geocoders)
        peers = {role: [host] for role, host in HOSTS.items()}
        peers["geocoder"] += [SECOND_GEOCODER] * (geocoders - 1)
        roles = [lab.gateway, *lab.geocoders, lab.timezones, lab.images]
        async with AsyncExitStack() as stack:
            starts = [lab.second.start(one.port, peers, *changes) for one in lab.geocoders[1:]]
            services = {"gateway": lab.gateway, "geocoder": lab.geocoders[0], "timezones": lab.timezones}
            for role, one in (services | {"images": lab.images}).items():
                starts.append(lab.sidecars[role].start(one.port, peers, *changes))
            for one in roles:
                stack.push_async_callback(one.kill)
            for beside in (*lab.sidecars.values(), lab.second):
                stack.push_async_callback(beside.stop)
            await asyncio.gather(*starts, *(one.start() for one in roles))
            yield lab

    async def ask(self, kind: str = "new") -> Sample:
        """One request to the gateway's public port, of a kind that `tests.faults.drill` knows."""
        return await _sample(self.gateway.port, kind, 10.0)

    @asynccontextmanager
    async def load(self, clients: int = 4) -> AsyncIterator[list[Sample]]:
        """Clients that ask for new cities and positions without pause; what they got is complete at the end."""
        samples: list[Sample] = []
        done = asyncio.Event()

        async def client(kind: str) -> None:
            while not done.is_set():
                samples.append(await self.ask(kind))
                await asyncio.sleep(0.01)

        async with asyncio.TaskGroup() as group:
            for n in range(clients):
                group.create_task(client(("new", "point", "picture")[n % 3]))
            try:
                yield samples
            finally:
                done.set()

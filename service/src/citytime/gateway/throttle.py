"""At most so many requests a second from one client: a token bucket for each, in a bounded table."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

TABLE_SIZE = 10_000
"""Clients remembered at once; beyond it the one that has been quiet for longest is forgotten."""


def client_of(peer: str, forwarded_for: str | None = None) -> str:
    """The key of a client: its IPv4 address, or its IPv6 /64, which is what one subscriber gets (RFC 6177).

    `forwarded_for` is a trusted X-Forwarded-For; its last address is the one that our own proxy saw. Whatever is
    no address (a port added, a Unix socket's empty peer) leaves `peer` as the key.
    """
    try:
        address = ipaddress.ip_address((forwarded_for or peer).rpartition(",")[2].strip())
    except ValueError:
        return client_of(peer) if forwarded_for else peer
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(address) >> 64 << 64))


class Throttle:
    """Buckets that hold one second's worth of requests, `rate` of them (at least one), and fill at `rate` a second."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = max(1.0, rate)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """0.0 when the client may ask now, which takes a token; otherwise the seconds until it may."""
        now = self._clock()
        tokens, then = self._buckets.get(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        granted = tokens >= 1
        self._buckets[client] = (tokens - granted, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > TABLE_SIZE:
            self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self._rate

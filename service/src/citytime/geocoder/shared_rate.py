"""The rate limit that replicas keep together: turns are given out by the shared store, on its clock.

A turn is a slot on the server's time line, and whoever asks first has the earlier one, in whatever process. A slot
still to come is confirmed when it has come, since a pause that was asked for meanwhile puts it off. The process's own
limiter goes first and goes on alone while the store is out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from citytime.geocoder.rate_limit import LONGEST_PAUSE, RateLimited, RateLimiter
from citytime.geocoder.store import PREFIX, Store, StoreOut

# All times are whole microseconds (the server's since 1970, which a double holds exactly).
# A moment further away than any pause may reach is none: it is rubbish, or the server's clock was set back.
_MOMENTS = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function moment(key)
  local value = tonumber(redis.call('GET', key)) or 0
  return value - now <= LONGEST and value or 0
end
local function keep(key, value)
  redis.call('SET', key, string.format('%.0f', value), 'PX', math.ceil(math.max(1, value - now) / 1000))
end
""".replace("LONGEST", str(int(LONGEST_PAUSE * 1e6)))

# KEYS: the next free slot, the end of the pause. ARGV: between two slots, the longest wait, the slot held or 0.
# Returns the wait and the slot; the slot is 0 if the wait would be too long.
_TURN = (
    _MOMENTS
    + """
local paused, slot = moment(KEYS[2]), tonumber(ARGV[3])
if slot == 0 or slot < paused then
  slot = math.max(now, moment(KEYS[1]), paused)
  if slot - now > tonumber(ARGV[2]) then return {slot - now, 0} end
  keep(KEYS[1], slot + ARGV[1])
end
return {math.max(0, slot - now), slot}
"""
)

# KEYS: the end of the pause. ARGV: how long from now. A shorter one does not cut a longer one.
_PAUSE = (
    _MOMENTS
    + """
local till = now + ARGV[1]
if till > moment(KEYS[1]) then keep(KEYS[1], till) end
return 1
"""
)


class SharedRateLimiter:
    """Turns to call one dependency, at most `per_second` by all who share `store`; for one event loop.

    While the store is out each process takes turns by itself, more slowly by the number of replicas, so that all
    together keep the rate. What they may go over it is one call a replica when the store goes and when it comes back,
    and the turns of replicas that started while it was out, which know of no other.
    """

    def __init__(
        self,
        dependency: str,
        per_second: float,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._dependency = dependency
        self._interval = 1 / per_second
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._own = RateLimiter(dependency, per_second, clock, sleep)
        self._slots, self._paused = (f"{PREFIX}{part}:{dependency}" for part in ("slots", "paused"))

    async def turn(self, deadline: float) -> None:
        """As RateLimiter.turn: RateLimited at once if the turn would be after `deadline`, or when a pause does that.

        A slot of a caller that is cancelled stays empty.
        """
        await self._own_turn(deadline)
        slot = 0
        while True:
            patience = max(0.0, deadline - self._clock())
            arguments = (_micro(self._interval), _micro(patience), slot)
            try:
                wait, slot = await self._store.ask(_turn, "EVAL", _TURN, 2, self._slots, self._paused, *arguments)
            except StoreOut:
                if slot:  # a pause may have put it off
                    await self._own_turn(deadline)
                else:  # our own turn is taken now, and not when we began to wait for the store
                    await self._own.pause(self._interval)
                return
            if not slot or wait > patience:
                raise RateLimited(f"{self._dependency} is being asked too much", self._dependency, wait)
            if not wait:
                return
            await self._sleep(wait)

    async def pause(self, seconds: float) -> None:
        """Let no call of any replica go out for this time."""
        await self._own.pause(seconds)
        if seconds > 0:
            with suppress(StoreOut):
                await self._store.ask(int, "EVAL", _PAUSE, 1, self._paused, _micro(min(seconds, LONGEST_PAUSE)))

    async def _own_turn(self, deadline: float) -> None:
        self._own.interval = self._interval * (self._store.replicas if self._store.out else 1)
        await self._own.turn(deadline)


def _micro(seconds: float) -> int:
    return int(seconds * 1e6)


def _turn(reply: Any) -> tuple[float, int]:
    wait, slot = reply
    if not isinstance(wait, int) or not isinstance(slot, int) or wait < 0 or slot < 0:
        raise ValueError
    return wait / 1e6, slot

"""Whatever is asked: no 500, no hang, no new metric series. `tests.million` does the same for longer."""

from __future__ import annotations

import asyncio
from itertools import islice

from tests.instance import instance
from tests.million import STATUSES, Tally, in_process, over_sockets
from tests.paths import targets

SEED = 20260701


def test_any_target_has_an_answer_over_a_socket() -> None:
    tally = Tally()
    with instance() as service:
        asyncio.run(over_sockets(service, islice(targets(SEED), 1500), tally))
    assert tally.failures == []
    assert sum(tally.statuses.values()) == 1500
    assert set(tally.statuses) >= {200, 400, 404, 414}


def test_any_target_has_an_answer_in_process() -> None:
    tally = Tally()
    asyncio.run(in_process(islice(targets(SEED + 1), 2500), tally))
    assert tally.failures == []
    assert sum(tally.statuses.values()) == 2500
    assert set(tally.statuses) <= STATUSES


def test_targets_are_the_same_for_the_same_seed() -> None:
    first, again, other = (list(islice(targets(seed), 200)) for seed in (1, 1, 2))
    assert first == again != other

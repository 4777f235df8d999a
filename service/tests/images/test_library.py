"""The choice of a picture: repeatable by seed, at random without one, and hardly moved by new pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from citytime.domain import Image
from citytime.images.library import in_order, pick


@dataclass(frozen=True)
class Shown:
    """A picture that says its name, or is gone."""

    name: str
    gone: bool = False

    def read(self) -> Image | None:
        return None if self.gone else Image(self.name.encode(), "text/plain", self.name)


PICTURES = [Shown(f"{number}.png") for number in range(40)]


def picked(pictures: list[Shown], seed: str | None) -> str | None:
    image = pick(pictures, seed)
    return None if image is None else image.etag


def test_a_seed_always_picks_the_same_picture_also_in_another_process() -> None:
    assert [picked(PICTURES, seed) for seed in ("", "a", "lisbon", "時", "\ud800")] == [
        picked(PICTURES[::-1], seed) for seed in ("", "a", "lisbon", "時", "\ud800")
    ]
    assert picked(PICTURES, "lisbon") == "5.png"  # what it was when this was written, and has to stay


def test_seeds_are_spread_evenly() -> None:
    counts = Counter(picked(PICTURES, str(seed)) for seed in range(4000))
    assert len(counts) == len(PICTURES)
    assert max(counts.values()) < 160  # 100 each, give or take


def test_another_picture_moves_only_the_seeds_that_it_takes() -> None:
    seeds = [str(seed) for seed in range(1000)]
    before = {seed: picked(PICTURES, seed) for seed in seeds}
    after = {seed: picked([*PICTURES, Shown("new.png")], seed) for seed in seeds}
    moved = [seed for seed in seeds if before[seed] != after[seed]]
    assert 5 < len(moved) < 60
    assert {after[seed] for seed in moved} == {"new.png"}


def test_without_a_seed_it_is_another_one_now_and_then() -> None:
    assert len({picked(PICTURES, None) for _ in range(200)}) > 20


def test_a_picture_that_is_gone_is_replaced_by_the_next_in_order() -> None:
    order = in_order(PICTURES, "a")
    rest = [Shown(picture.name, gone=picture.name == order[0].name) for picture in PICTURES]
    assert picked(rest, "a") == order[1].name
    assert picked([Shown("a", gone=True)], "a") is None
    assert pick([], "a") is None


@given(st.text(), st.sets(st.text(), min_size=1))
def test_any_seed_and_any_names_will_do(seed: str, names: set[str]) -> None:
    assert picked([Shown(name) for name in names], seed) in names

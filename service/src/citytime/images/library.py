"""A library of pictures, and which of them is shown."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Protocol

from citytime.domain import Image


class Picture(Protocol):
    """A picture that can be read, now or never again: files change."""

    @property
    def name(self) -> str:
        """What it is called; the choice by seed goes by it."""

    def read(self) -> Image | None:
        """The picture as it is now; None where that cannot be shown."""


def etag_of(content: bytes) -> str:
    """The name of a content: the same for the same bytes, on whatever replica."""
    return blake2b(content, digest_size=12).hexdigest()


def pick(pictures: Iterable[Picture], seed: str | None = None) -> Image | None:
    """A picture that can be shown, always the same one for the same seed; None if there is none at all."""
    for picture in in_order(list(pictures), secrets.token_hex(8) if seed is None else seed):
        if image := picture.read():
            return image
    return None


def in_order(pictures: Sequence[Picture], seed: str) -> list[Picture]:
    """The pictures as a seed prefers them: rendezvous hashing (Thaler and Ravishankar, 1998).

    Each picture has its own rank for a seed, whatever others there are: one picture more changes what one seed in
    their number shows, one less only what its own seeds show.
    """
    return sorted(pictures, key=lambda picture: _rank(seed, picture.name), reverse=True)


def _rank(seed: str, name: str) -> bytes:
    return blake2b(f"{seed}\0{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()

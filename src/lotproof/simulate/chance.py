"""Chance in named streams: each part of the site draws from its own, so that one draw more here moves nothing there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar
from zlib import crc32

import numpy as np

T = TypeVar("T")


def numbers(seed: int, *names: object) -> np.random.Generator:
    """The numpy generator of the stream with these names."""
    return np.random.Generator(np.random.PCG64([seed, crc32("/".join(map(str, names)).encode())]))


def choices(seed: int, *names: object) -> random.Random:
    """The Python generator of the stream with these names (seeded by a hash of the text, so stable across machines)."""
    return random.Random("/".join(map(str, (seed, *names))))


def weighted(rng: random.Random, options: Sequence[tuple[T, float]]) -> T:
    """One option, drawn by its weight."""
    return rng.choices([option for option, _ in options], [weight for _, weight in options])[0]


def event_uuid(*names: object) -> str:
    """A UUID in text form made from names (version 8 layout: 36 characters), the same for the same names."""
    digits = blake2b("/".join(map(str, names)).encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

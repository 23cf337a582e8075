"""What the data of a run say of a cause: computed where the catalogue names a failure mode that tests it, nothing where it names none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from lotproof.causes.catalogue import catalogue


@dataclass(frozen=True)
class Said:
    """The answer of the data."""

    verdict: str
    """supported, or untested: that data fail to speak for a cause does not contradict it, since they may not be enough to show it."""
    sentence: str
    """What was compared."""


@cache
def modes() -> frozenset[str]:
    """Failure modes that the catalogue names as tests."""
    return frozenset(mode for one in catalogue().values() for mode in one.modes)


def data_say(named: Iterable[str], fits: Mapping[str, float], looked: bool) -> Said:
    """The answer for a cause with these failure modes. ``fits``: modes of the run with their fit; ``looked`` is whether there was one."""
    wanted = list(named)
    if not wanted:
        return Said("untested", "No data show it; a person has to look.")
    if not looked:
        return Said("untested", "The rules have not run over these lots.")
    best = max((mode for mode in wanted if mode in fits), key=lambda mode: fits[mode], default=None)
    if best is not None:
        return Said("supported", f"The findings look like {_words(best)}, fit {fits[best]:.2f}.")
    return Said(
        "untested",
        f"The findings do not look like {' or '.join(map(_words, wanted))}; whether the data would show it, a person has to say.",
    )


def _words(mode: str) -> str:
    return mode.replace("_", " ")

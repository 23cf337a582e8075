"""What the desk and its record have to do, as data (`requirements.toml`): tests and qualification say which of them they show."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

HOWS = ("software", "both", "site")


@dataclass(frozen=True)
class Requirement:
    """One requirement."""

    id: str
    """P11-10e."""
    source: str
    """Clause or section that asks for it."""
    text: str
    """What it asks for, in our own words."""
    how: str
    """software: shown by tests; both: by tests and by the site; site: no software can show it."""
    site: str = ""
    """What the site has to do; empty where nothing."""


@lru_cache(1)
def requirements() -> dict[str, Requirement]:
    """Identifier -> requirement, in the order of the file."""
    with files("lotproof.quality").joinpath("requirements.toml").open("rb") as file:
        return {name: Requirement(name, **facts) for name, facts in tomllib.load(file).items()}

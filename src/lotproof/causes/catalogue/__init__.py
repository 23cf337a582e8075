"""The catalogue of starting causes: ``causes.toml`` beside this file, and a site's own in the same form."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from lotproof.causes.model import AREAS
from lotproof.causes.problem import CausesError

FREQUENCIES = ("infrequent", "moderate", "frequent")
"""At most once or twice a year; between; daily to monthly (the scale of the Partnership for DSCSA Governance)."""
BREADTHS = ("narrow", "moderately broad", "very broad")
"""Single packs; a case or tote; a lot or shipment."""


@dataclass(frozen=True)
class Starting:
    """A cause that is worth asking about."""

    id: str
    """Short name."""
    area: str
    """One of the six M."""
    statement: str
    """The claim, for the question whether it holds."""
    codes: tuple[str, ...]
    """Finding codes that it would give."""
    modes: tuple[str, ...]
    """Failure modes of the diagnosis whose data test it; none where a person has to look."""
    test: str
    """What would tell it from the others."""
    process: str
    """Process impacted."""
    type: str
    """Type of root cause."""
    frequency: str
    """One of FREQUENCIES."""
    breadth: str
    """One of BREADTHS."""
    prevention: str
    """Preventive action, where it was found to be the cause."""


def read_catalogue(text: str, name: str) -> Mapping[str, Starting]:
    """Causes from TOML. CausesError says what is wrong and where."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CausesError(f"{name}: this is no TOML ({error}); mend it there.") from None
    return MappingProxyType({key: _starting(key, entry, f"{name}, [{key}]") for key, entry in document.items()})


def _starting(key: str, entry: object, where: str) -> Starting:
    names = [field.name for field in fields(Starting) if field.name != "id"]
    if not isinstance(entry, dict) or set(entry) != set(names):
        given = entry if isinstance(entry, dict) else {}
        wrong = [f"{one} is missing" for one in names if one not in given] + [f"{one} is not known" for one in given if one not in names]
        raise CausesError(f"{where}: {'; '.join(wrong) or 'a table is needed'}; each cause has {', '.join(names)}.")
    for field, words in (("area", AREAS), ("frequency", FREQUENCIES), ("breadth", BREADTHS)):
        if entry[field] not in words:
            raise CausesError(f'{where}: {field} "{entry[field]}" is none of {", ".join(words)}.')
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return Starting(key, **values)


@cache
def catalogue() -> Mapping[str, Starting]:
    """The catalogue that comes with Lotproof."""
    return read_catalogue(resources.files(__name__).joinpath("causes.toml").read_text(encoding="utf-8"), "causes.toml")


def fitting(codes: Iterable[str], known: Mapping[str, Starting] | None = None) -> list[Starting]:
    """The causes that would give one of these findings: those that would give most of them first, then in the order of the catalogue."""
    wanted = set(codes)
    found = [one for one in (known or catalogue()).values() if wanted & set(one.codes)]
    return sorted(found, key=lambda one: -len(wanted & set(one.codes)))

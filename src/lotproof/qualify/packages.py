"""The files of installed packages against what their wheels said of them (RECORD, PEP 376 and the wheel specification)."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement


@dataclass
class Compared:
    """What was compared."""

    files: int = 0
    """Files whose digest is as RECORD says."""
    wrong: list[str] = field(default_factory=list)
    """Files that are missing or others."""


def needed(name: str) -> dict[str, Distribution | None]:
    """A distribution and everything that it needs here, by name; None where one is not installed."""
    found: dict[str, Distribution | None] = {}
    open_names = [name]
    while open_names:
        one = open_names.pop()
        if one.casefold() in found:
            continue
        found[one.casefold()] = _installed(one)
        requires = getattr(found[one.casefold()], "requires", None) or []
        open_names += [asked.name for asked in map(Requirement, requires) if asked.marker is None or asked.marker.evaluate({"extra": ""})]
    return found


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def unmet(name: str) -> list[str]:
    """What a distribution asks for and does not have, in sentences."""
    asked = [one for one in map(Requirement, distribution(name).requires or []) if one.marker is None or one.marker.evaluate({"extra": ""})]
    found = []
    for one in asked:
        installed = _installed(one.name)
        if installed is None:
            found.append(f"{one.name} is not installed")
        elif not one.specifier.contains(installed.version, prereleases=True):
            found.append(f"{one.name} {installed.version} is not {one.specifier}")
    return found


def editable(found: Distribution) -> bool:
    """Whether it runs from a source tree, which no RECORD lists (PEP 610)."""
    text = found.read_text("direct_url.json")
    return bool(text and json.loads(text).get("dir_info", {}).get("editable"))


def compare(found: Distribution) -> Compared:
    """Each file that RECORD gives a digest for; what pip compiles itself (.pyc) has none."""
    compared = Compared()
    for one in found.files or ():
        if one.hash is None:
            continue
        path = Path(str(one.locate()))
        if path.is_file() and _digest(path, one.hash.mode) == one.hash.value:
            compared.files += 1
        else:
            compared.wrong.append(f"{one} {'was changed' if path.is_file() else 'is missing'}")
    return compared


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return base64.urlsafe_b64encode(hashlib.file_digest(file, algorithm).digest()).rstrip(b"=").decode()

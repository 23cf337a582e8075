"""Mapping profiles: what recognition cannot decide, stated by a person in TOML, in the folder or the workspace."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lotproof.intake.problem import SourceProblem
from lotproof.intake.zones import check_zone

KEYS = {"match", "kind", "zone", "dates", "decimal", "columns", "words"}


@dataclass(frozen=True)
class Statement:
    """What is stated about the files that match."""

    match: str = "*"
    """Pattern of the file's name or path, as in a shell."""
    kind: str | None = None
    """Kind of source."""
    zone: str | None = None
    """Zone of times that carry none, Area/City."""
    dates: str | None = None
    """Order of the parts of a date: DMY, MDY or YMD."""
    decimal: str | None = None
    """Decimal sign: "," or "."."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header -> field name."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Status word -> step."""

    def covers(self, name: str) -> bool:
        """Whether the statement is about this file."""
        return fnmatch.fnmatch(name, self.match) or fnmatch.fnmatch(name.rsplit("/", 1)[-1], self.match)


def is_profile(text: str) -> bool:
    """Whether a text is a mapping profile: TOML with a [[file]] table."""
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(parsed.get("file"), list)


def parse_profile(text: str, name: str) -> tuple[Statement, ...]:
    """The statements of a profile; SourceProblem names the key that is wrong."""
    try:
        tables = tomllib.loads(text).get("file", [])
    except tomllib.TOMLDecodeError as error:
        raise SourceProblem(f"{name}: the mapping profile is no TOML ({error}).") from error
    return tuple(_statement(table, name) for table in tables)


def _statement(table: dict[str, Any], name: str) -> Statement:
    if unknown := sorted(set(table) - KEYS):
        raise SourceProblem(f'{name}: the mapping profile has the unknown key "{unknown[0]}"; known are {", ".join(sorted(KEYS))}.')
    if table.get("dates") not in (None, "DMY", "MDY", "YMD"):
        raise SourceProblem(f'{name}: dates = "{table["dates"]}" is none of DMY, MDY, YMD.')
    if table.get("decimal") not in (None, ",", "."):
        raise SourceProblem(f'{name}: decimal = "{table["decimal"]}" is neither "," nor ".".')
    if table.get("zone"):
        check_zone(str(table["zone"]), name)
    return Statement(**table)


def load_profiles(folder: Path) -> tuple[Statement, ...]:
    """The statements of every profile in a folder of profiles; none where the folder is absent."""
    statements: list[Statement] = []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        statements.extend(parse_profile(path.read_text(encoding="utf-8"), path.name))
    return tuple(statements)


def combined(statements: Iterable[Statement], name: str) -> Statement:
    """Everything stated about one file; a later statement goes before an earlier one."""
    whole: dict[str, Any] = {"columns": {}, "words": {}}
    for statement in statements:
        if not statement.covers(name):
            continue
        for key in ("kind", "zone", "dates", "decimal"):
            if value := getattr(statement, key):
                whole[key] = value
        whole["columns"].update(statement.columns)
        whole["words"].update(statement.words)
    return Statement(match=name, **whole)

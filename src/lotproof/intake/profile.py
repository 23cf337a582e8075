"""Mapping profiles: what recognition cannot decide, stated by a person in TOML, in the folder or the workspace."""

from __future__ import annotations

import difflib
import fnmatch
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lotproof.intake.kinds import KINDS
from lotproof.intake.problem import SourceProblem, quoted
from lotproof.intake.vocabulary import VOCABULARIES
from lotproof.intake.zones import check_zone

KEYS = ("match", "kind", "zone", "dates", "decimal", "encoding", "separator", "widths", "header", "columns", "words")
"""Keys of a [[file]] table, in the order in which a profile is written."""
TEXTS = ("match", "kind", "zone", "dates", "decimal", "encoding", "separator")
"""Those whose value is a text."""
LONGEST = 1 << 17
LONGEST_LINE = 2000
"""Characters; the time that tomllib takes grows with the square of a dotted key's parts."""
FIELDS = frozenset(field.name for kind in KINDS for field in kind.fields)
"""Fields of any kind: a profile may speak of files of several kinds at once."""
MEANINGS = frozenset(meaning for words in VOCABULARIES.values() for meaning in words.values())
"""Meanings of any vocabulary."""


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
    encoding: str | None = None
    """Encoding of the text, where its bytes do not tell: cp1250, cp1251, shift_jis."""
    separator: str | None = None
    """What parts the cells of a line, where another character than the usual four does."""
    widths: tuple[int, ...] = ()
    """Characters of each column, where nothing but the position parts them."""
    header: tuple[str, ...] = ()
    """Names of the columns, in order, where the file has no header."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header -> field name."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Status word -> step."""

    def covers(self, name: str) -> bool:
        """Whether the statement is about this file."""
        last = name.rsplit("/", 1)[-1]
        return self.match in (name, last) or fnmatch.fnmatch(name, self.match) or fnmatch.fnmatch(last, self.match)


def is_profile(text: str) -> bool:
    """Whether a text is a mapping profile: TOML with a [[file]] table, or one that begins so and has an error."""
    if not _SAYS_FILE.search(text):
        return False
    parsed, _ = _parsed(text)
    if parsed is None:
        return _BEGINNING.match(text) is not None
    return isinstance(parsed.get("file"), list)


_SAYS_FILE = re.compile(r"^\ufeff?[ \t]*(?:\[\[[ \t]*file[ \t]*\]\]|file[ \t]*=)", re.M)
_BEGINNING = re.compile(r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*+[ \t]*\[\[[ \t]*file[ \t]*\]\]")


def _parsed(text: str) -> tuple[dict[str, Any] | None, str]:
    if len(text) > LONGEST or any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return None, f"it is longer than {LONGEST:,} characters or has a line of more than {LONGEST_LINE:,}"
    try:
        return tomllib.loads(text.removeprefix("\ufeff")), ""
    except tomllib.TOMLDecodeError as error:
        return None, str(error)
    except RecursionError:
        return None, "brackets are nested too deep"


def parse_profile(text: str, name: str) -> tuple[Statement, ...]:
    """The statements of a profile; SourceProblem names the key that is wrong."""
    parsed, error = _parsed(text)
    if parsed is None:
        raise SourceProblem(f"{name}: the mapping profile is no TOML ({error}).")
    tables = parsed.get("file", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SourceProblem(f"{name}: the mapping profile says nothing about files; begin each file's lines with [[file]].")
    return tuple(_statement(table, name) for table in tables)


def _statement(table: dict[str, Any], name: str) -> Statement:
    if unknown := sorted(set(table) - set(KEYS)):
        raise SourceProblem(
            f'{name}: the mapping profile has the unknown key "{unknown[0]}"{near(unknown[0], KEYS)}; known are {", ".join(sorted(KEYS))}.'
        )
    for key in TEXTS:
        if not isinstance(table.get(key, ""), str):
            raise SourceProblem(f"{name}: {key} = {table[key]} is no text; put it into quotation marks.")
    if table.get("dates") not in (None, "DMY", "MDY", "YMD"):
        raise SourceProblem(f'{name}: dates = "{table["dates"]}" is none of DMY, MDY, YMD.')
    if table.get("decimal") not in (None, ",", "."):
        raise SourceProblem(f'{name}: decimal = "{table["decimal"]}" is neither "," nor ".".')
    if "zone" in table:
        check_zone(table["zone"], name)
    _check_form(table, name)
    _check_pairs(table.get("columns", {}), name, "columns", FIELDS, "field")
    _check_pairs(table.get("words", {}), name, "words", MEANINGS, "meaning")
    whole = {**table, "widths": tuple(table.get("widths", ())), "header": tuple(table.get("header", ()))}
    return Statement(**whole)


def _check_form(table: dict[str, Any], name: str) -> None:
    """Encoding, separator, widths and header of a file."""
    if "encoding" in table:
        try:
            "".encode(table["encoding"])
        except (LookupError, ValueError) as error:
            sentence = f'{name}: encoding = "{table["encoding"]}" is no encoding; write for example utf-8, cp1252 or cp1250.'
            raise SourceProblem(sentence) from error
    if "separator" in table and (len(table["separator"]) != 1 or table["separator"] in '"\r\n'):
        raise SourceProblem(f"{name}: separator = {quoted(table['separator'])} is not one character that may part cells.")
    widths, header = table.get("widths", []), table.get("header", [])
    if not isinstance(widths, list) or not all(type(width) is int and 0 < width <= 10_000 for width in widths):
        raise SourceProblem(f"{name}: widths = {widths} is no list of widths; write widths = [20, 8, 12], in characters.")
    if not isinstance(header, list) or not all(isinstance(title, str) for title in header):
        raise SourceProblem(f'{name}: header = {header} is no list of names; write header = ["SerialNumber", "Status"].')


def _check_pairs(pairs: Any, name: str, key: str, known: frozenset[str], what: str) -> None:
    if not isinstance(pairs, dict):
        raise SourceProblem(f'{name}: {key} is no table; write {key} = {{ "as in the file" = "{what}" }}.')
    for written, meant in pairs.items():
        if not isinstance(meant, str) or meant not in known:
            raise SourceProblem(
                f'{name}: {key} gives {quoted(written)} the {what} "{meant}"{near(str(meant), known)}, '
                f"which is none of {', '.join(sorted(known))}."
            )


def near(written: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, as a clause; '' where none is near."""
    close = difflib.get_close_matches(written.lower(), list(known), 1, 0.7)
    return f' (did you mean "{close[0]}"?)' if close else ""


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
        for key in ("kind", "zone", "dates", "decimal", "encoding", "separator", "widths", "header"):
            if value := getattr(statement, key):
                whole[key] = value
        whole["columns"].update(statement.columns)
        whole["words"].update(statement.words)
    return Statement(match=name, **whole)

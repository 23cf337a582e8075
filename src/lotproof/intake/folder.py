"""Intake of a delivery: every file of a folder, one receipt each, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lotproof.intake.export_note import read_export_note
from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import Statement, combined, parse_profile
from lotproof.intake.read_file import read_file
from lotproof.intake.receipt import Receipt
from lotproof.intake.recognise import recognise
from lotproof.intake.text.encoding import encoding_of
from lotproof.lake.store import Lake, keep_original

READING = 1
"""Raised whenever the same bytes are read differently than before: segments of an older reading are read again."""


@dataclass(frozen=True)
class Delivery:
    """A folder to take in and what is known about it."""

    folder: Path
    """The folder, or a single file."""
    files: Mapping[str, Path] | None = None
    """Name -> path, where the files lie under other names than those they were delivered with; None to walk the folder."""
    zone: str | None = None
    """Zone of times that carry none and that nobody else states."""
    statements: tuple[Statement, ...] = ()
    """Mapping profiles of the workspace."""
    known: Callable[[str, str], Receipt | None] = lambda _sha, _reading: None
    """An earlier receipt for (SHA-256, reading), or None."""
    acknowledge: Callable[[Receipt, str], None] = lambda _receipt, _reading: None
    """Told each receipt once its segments are on disk."""
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None
    """Told (file name, bytes done, bytes in all)."""


@dataclass
class _Survey:
    files: dict[str, Path] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    refused: list[Receipt] = field(default_factory=list)


def intake(delivery: Delivery, lake: Lake) -> list[Receipt]:
    """Take in every file; return the receipts in the order of the names."""
    lake.prepare()
    survey = _survey(_listed(delivery))
    statements, complaints = _statements(survey, delivery.statements)
    total = sum(path.stat().st_size for path in survey.files.values()) or 1
    receipts: list[Receipt] = list(survey.refused)
    seen: dict[str, str] = {}
    done = 0
    for name, path in survey.files.items():
        delivery.progress(name, done, total)
        receipt = _one(delivery, lake, survey, name, combined(statements, name), seen)
        if name in complaints:
            receipt = replace(receipt, problems=(*receipt.problems, complaints[name]))
        receipts.append(receipt)
        done += path.stat().st_size
        delivery.progress(name, done, total)
    return sorted(receipts, key=lambda receipt: receipt.name)


def _listed(delivery: Delivery) -> dict[str, Path]:
    """Every file below the folder by its path with slashes; bytes of a name that are no UTF-8 are spelled out."""
    if delivery.files is not None:
        return dict(delivery.files)
    folder = delivery.folder
    root = folder if folder.is_dir() else folder.parent
    found = sorted(_walk(folder)) if folder.is_dir() else [folder]
    return {path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode(): path for path in found}


def _survey(files: Mapping[str, Path]) -> _Survey:
    """What each file is; links and special files are refused."""
    survey = _Survey()
    for name, path in files.items():
        if path.is_symlink() or not path.is_file():
            survey.refused.append(_refused(name, f"{name}: this is a link or no regular file, so it was not followed; deliver the file itself."))
            continue
        try:
            survey.kinds[name] = recognise(path)
        except OSError as error:
            survey.refused.append(_refused(name, f"{name}: the file cannot be read ({error.strerror}); make it readable and deliver it again."))
            continue
        survey.files[name] = path
    return survey


def _walk(folder: Path) -> Iterable[Path]:
    for parent, folders, files in os.walk(folder):
        base = Path(parent)
        yield from (base / name for name in files)
        yield from (base / name for name in folders if (base / name).is_symlink())


def _refused(name: str, sentence: str) -> Receipt:
    return Receipt(name=name, sha256="", size=0, kind="unreadable", problems=(sentence,))


def _statements(survey: _Survey, own: tuple[Statement, ...]) -> tuple[list[Statement], dict[str, str]]:
    """What is stated about the files, the strongest last: export notes, profiles of the workspace, of the folder."""
    notes: list[Statement] = []
    profiles: list[Statement] = []
    complaints: dict[str, str] = {}
    for name, kind in survey.kinds.items():
        if kind not in ("export-note", "profile"):
            continue
        path = survey.files[name]
        text = path.read_bytes().decode(encoding_of(path), errors="replace")
        try:
            if kind == "export-note":
                notes.extend(read_export_note(text))
            else:
                profiles.extend(parse_profile(text, name))
        except SourceProblem as problem:
            complaints[name] = str(problem)
    return [*notes, *own, *profiles], complaints


def _one(delivery: Delivery, lake: Lake, survey: _Survey, name: str, stated: Statement, seen: dict[str, str]) -> Receipt:
    path = survey.files[name]
    sha, _ = keep_original(lake, path)
    if sha in seen:
        return _again(name, sha, path, seen[sha])
    seen[sha] = name
    reading = reading_of(survey.kinds[name], stated, delivery.zone, survey if survey.kinds[name] == "checksum-list" else None)
    earlier = delivery.known(sha, reading)
    if earlier is not None and (not earlier.segment or lake.segment(sha).exists()):
        note = "already in the workspace, not read again"
        return replace(earlier, name=name, notes=(*(n for n in earlier.notes if n != note), note))
    receipt = read_file(lake, sha, name, survey.kinds[name], stated, delivery.zone, survey.files)
    delivery.acknowledge(receipt, reading)
    return receipt


def _again(name: str, sha: str, path: Path, first: str) -> Receipt:
    sentence = f"{name}: the same bytes as {first}; stored once."
    return Receipt(name=name, sha256=sha, size=path.stat().st_size, kind="duplicate", problems=(sentence,), duplicate_of=first)


def reading_of(kind: str, stated: Statement, zone: str | None, survey: Any = None) -> str:
    """A fingerprint of everything besides the bytes that decides how a file is read."""
    facts = {
        "reading": READING, "kind": kind, "zone": zone, "stated": [stated.kind, stated.zone, stated.dates, stated.decimal],
        "columns": dict(stated.columns), "words": dict(stated.words),
        "files": sorted(survey.files) if survey is not None else [],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

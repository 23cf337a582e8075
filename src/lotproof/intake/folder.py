"""Intake of a delivery: every file of a folder, one receipt each, nothing lost."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lotproof.intake.archive import MAX_DEPTH, unpack
from lotproof.intake.export_note import read_export_note
from lotproof.intake.problem import SourceProblem, quoted
from lotproof.intake.profile import Statement, combined, parse_profile
from lotproof.intake.receipt import Receipt
from lotproof.intake.recognise import recognise
from lotproof.intake.text.encoding import encoding_of
from lotproof.intake.text.sheet import SheetTable
from lotproof.intake.workers import WORTH, Begun, Done, Unread, here, in_processes
from lotproof.intake.zones import check_zone
from lotproof.lake.store import Lake, digest_of, keep_original

READING = 5
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
    jobs: int = 1
    """Processes that read files at once; nothing but the time depends on it."""


@dataclass
class _Survey:
    files: dict[str, Path] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    refused: list[Receipt] = field(default_factory=list)
    unpacked: dict[str, int] = field(default_factory=dict)
    """Archive -> files taken from it."""
    troubles: dict[str, str] = field(default_factory=dict)
    """Archive -> what is wrong with it."""


def intake(delivery: Delivery, lake: Lake) -> list[Receipt]:
    """Take in every file; return the receipts in the order of the names.

    Raises SourceProblem where ``zone`` is no time zone, OSError where the lake cannot be written.
    """
    if delivery.zone is not None:
        check_zone(delivery.zone, "--zone")
    lake.prepare()
    unpacked = Path(tempfile.mkdtemp(dir=lake.scratch, prefix="unpacked-"))
    try:
        return _intake(delivery, lake, unpacked)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _intake(delivery: Delivery, lake: Lake, unpacked: Path) -> list[Receipt]:
    survey = _survey(_listed(delivery))
    _unpack(survey, unpacked)
    _unfold(survey, unpacked)
    statements, complaints = _statements(survey, delivery.statements)
    complaints |= survey.troubles
    total = sum(path.stat().st_size for path in survey.files.values()) or 1
    receipts: list[Receipt] = list(survey.refused)
    done = 0
    for name, receipt, read in _each(delivery, lake, survey, statements, total):
        if read is not None:
            delivery.acknowledge(receipt, read.reading)
        if name in complaints:
            receipt = replace(receipt, problems=(*receipt.problems, complaints[name]))
        if name in survey.unpacked:
            receipt = replace(receipt, notes=(*receipt.notes, f"an archive; {survey.unpacked[name]} files were unpacked from it"))
        receipts.append(receipt)
        done += survey.files[name].stat().st_size
        delivery.progress(name, done, total)
    return sorted(receipts, key=lambda receipt: receipt.name)


def _each(delivery: Delivery, lake: Lake, survey: _Survey, statements: list[Statement], total: int) -> Iterator[Done]:
    """Every file with its receipt, in order."""
    seen: dict[str, str] = {}
    many = delivery.jobs > 1 and total >= WORTH and len(survey.files) > 1
    begun = 0

    def files() -> Iterator[Begun]:
        nonlocal begun
        for name, path in survey.files.items():
            delivery.progress(name, 0 if many else begun, total)
            begun += path.stat().st_size
            yield name, _one(delivery, lake, survey, name, combined(statements, name), seen)

    return in_processes(files(), min(delivery.jobs, len(survey.files))) if many else here(files())


def _listed(delivery: Delivery) -> dict[str, Path]:
    """Every file below the folder by its path with slashes."""
    if delivery.files is not None:
        return dict(delivery.files)
    folder = delivery.folder
    root = folder if folder.is_dir() else folder.parent
    found = sorted(_walk(folder)) if folder.is_dir() else [folder]
    listed: dict[str, Path] = {}
    for path in found:
        name = printable = spelled(path.relative_to(root).as_posix())
        while name in listed:  # two names that are spelled alike
            name = f"{printable} ({len(listed)})"
        listed[name] = path
    return listed


def spelled(name: str) -> str:
    """A file's name on one line: bytes that are no UTF-8, line ends and control characters are spelled out."""
    plain = name.encode("utf-8", "backslashreplace").decode()
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in plain)


def _survey(files: Mapping[str, Path]) -> _Survey:
    """What each file is; links and special files are refused."""
    survey = _Survey()
    for name, path in files.items():
        try:
            if path.is_dir() and not path.is_symlink():
                sentence = "this folder cannot be looked into; make it readable and deliver it again."
                survey.refused.append(_refused(name, sentence))
            elif path.is_symlink() or not path.is_file():
                sentence = "this is a link or no regular file, so it was not followed; deliver the file itself."
                survey.refused.append(_refused(name, sentence))
            else:
                survey.kinds[name] = recognise(path)
                survey.files[name] = path
        except OSError as error:
            sentence = f"it cannot be read ({error.strerror}); make it readable and deliver it again."
            survey.refused.append(_refused(name, sentence))
    return survey


def _unpack(survey: _Survey, into: Path) -> None:
    """Add the files of every archive, and of archives in archives, as ARCHIVE!/NAME; those that were delivered under that name stay."""
    waiting = [(name, 1) for name, kind in survey.kinds.items() if kind == "zip"]
    for number, (name, depth) in enumerate(waiting):  # grows while it is walked
        survey.unpacked[name] = 0
        if depth > MAX_DEPTH:
            survey.troubles[name] = f"{name}: archives are nested deeper than {MAX_DEPTH}; unpack it and deliver the files in it."
            continue
        folder = into / str(number)
        folder.mkdir()
        try:
            for member in unpack(survey.files[name], name, folder):
                inner = f"{name}!/{spelled(member.name)}"
                survey.unpacked[name] += 1
                if inner not in survey.files:
                    survey.files[inner] = member.path
                    survey.kinds[inner] = recognise(member.path)
                if survey.kinds[inner] == "zip":
                    waiting.append((inner, depth + 1))
        except SourceProblem as problem:
            survey.troubles[name] = f"{name}: {problem}"


def _unfold(survey: _Survey, into: Path) -> None:
    """Add every further table of a workbook as WORKBOOK!/SHEET.csv, written as text with the sheet's row numbers as line numbers."""
    for number, name in enumerate([name for name, kind in survey.kinds.items() if kind == "sheet"]):
        try:
            book = SheetTable(survey.files[name])
        except SourceProblem:
            continue  # its receipt will say so
        for place, title in enumerate(book.tables):
            inner = f"{name}!/{spelled(title)}.csv"
            if inner not in survey.files:
                path = into / f"sheet-{number}-{place}"
                book.write_text(title, path)
                survey.files[inner], survey.kinds[inner] = path, "table"


def _walk(folder: Path) -> Iterable[Path]:
    """Files, links to folders, and folders that cannot be looked into."""
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        base = Path(parent)
        yield from (base / name for name in files)
        yield from (base / name for name in folders if (base / name).is_symlink())
    yield from (Path(error.filename) for error in closed)


def _refused(name: str, sentence: str) -> Receipt:
    return Receipt(name=name, sha256="", size=0, kind="unreadable", problems=(f"{name}: {sentence}",))


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
                notes.extend(_within(name, read_export_note(text)))
            else:
                profiles.extend(_within(name, parse_profile(text, name)))
        except SourceProblem as problem:
            complaints[name] = str(problem)
    return [*notes, *own, *profiles], complaints


def _within(name: str, statements: Iterable[Statement]) -> Iterable[Statement]:
    """Statements of a file in an archive speak of the files of that archive, by their names in it."""
    archive, inside, _ = name.rpartition("!/")
    for statement in statements:
        if not inside:
            yield statement
            continue
        for between in ("", "*/"):
            yield replace(statement, match=f"{glob.escape(archive)}!/{between}{statement.match}")


def _one(delivery: Delivery, lake: Lake, survey: _Survey, name: str, stated: Statement, seen: dict[str, str]) -> Receipt | Unread:
    """The receipt of a file that need not be read, or what is to be read."""
    path = survey.files[name]
    sha, _ = keep_original(lake, path)
    if sha in seen:
        return _again(name, sha, path, seen[sha])
    seen[sha] = name
    checked = _digests(survey.files) if survey.kinds[name] == "checksum-list" else {}
    reading = reading_of(survey.kinds[name], stated, delivery.zone, checked)
    earlier = delivery.known(sha, reading)
    if earlier is not None and (not earlier.segment or lake.segment(sha).exists()):
        note = "already in the workspace, not read again"
        problems = tuple(_renamed(problem, earlier.name, name) for problem in earlier.problems)
        return replace(earlier, name=name, problems=problems, notes=(*(n for n in earlier.notes if n != note), note))
    files = survey.files if survey.kinds[name] == "checksum-list" else {}
    return Unread(lake, sha, name, survey.kinds[name], stated, delivery.zone, files, reading)


def _renamed(sentence: str, old: str, new: str) -> str:
    """A sentence about a file under the name that it has now."""
    if not sentence.startswith(f"{old}: "):
        return sentence
    return new + sentence.removeprefix(old).replace(f"match = {quoted(old)}", f"match = {quoted(new)}")


def _again(name: str, sha: str, path: Path, first: str) -> Receipt:
    sentence = f"{name}: the same bytes as {first}; stored once."
    return Receipt(name=name, sha256=sha, size=path.stat().st_size, kind="duplicate", problems=(sentence,), duplicate_of=first)


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    """What a checksum list is held against: a list that was right once may be wrong beside other files."""
    return {name: digest_of(path) for name, path in files.items()}


def reading_of(kind: str, stated: Statement, zone: str | None, files: Mapping[str, str]) -> str:
    """A fingerprint of everything besides the bytes that decides how a file is read."""
    facts = {
        "reading": READING, "kind": kind, "zone": zone, "stated": [stated.kind, stated.zone, stated.dates, stated.decimal],
        "form": [stated.encoding, stated.separator, stated.widths, stated.header],
        "columns": dict(stated.columns), "words": dict(stated.words),
        "files": dict(files),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

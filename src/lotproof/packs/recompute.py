"""Intake and rules run again on the originals of a pack; every finding, every number and every list compared."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from lotproof import __version__
from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.lineups import lineups
from lotproof.diagnosis.scope import look_around, scope
from lotproof.intake.folder import Delivery, intake
from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import Statement as Mapped
from lotproof.intake.receipt import Receipt
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.packs import payload
from lotproof.packs.collect import Collector
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.source import NotAPack, Unreadable, read
from lotproof.packs.verify.source import Source as PackSource
from lotproof.rules.check import Outcome, check
from lotproof.rules.engines import EngineError, engine_of
from lotproof.rules.local import LocalRuleError, rule_from
from lotproof.rules.numbers import numbers
from lotproof.rules.register import RULES

Progress = Callable[[str, int, int], None]
JSON_LIMIT = 1 << 30
LISTS = ("findings/", "reconciliation/", "aggregation/", "diagnosis.json", "suspects.json", "scope.json", "corrections.")
"""Folders and files below data/ that a recomputation writes again, to the byte."""
MALFORMED = (
    NotAPack, Unreadable, SourceProblem, EngineError, LocalRuleError, LookupError, TypeError, AttributeError, ValueError,
    OSError, RecursionError, duckdb.Error,
)  # fmt: skip
"""What a pack that was written by a stranger may provoke; its sentence is the problem, never a traceback."""


@dataclass(frozen=True)
class Again:
    """What the originals gave."""

    receipts: Sequence[Receipt]
    """A receipt for each original."""
    outcome: Outcome
    """Findings and balances."""
    sources: int
    """How many sources are in scope."""
    data: Path
    """Folder that holds the lists, as data/ of a pack does."""


def with_recomputation(path: Path, report: Report, progress: Progress) -> Report:
    """The report with one more step, ``recompute``."""
    work = Path(tempfile.mkdtemp(prefix="lotproof-recompute-"))
    try:
        _, source = open_pack(path)
        problems = tuple(_differences(source, work, progress))
        notes = ("Every finding, every number and every list came out again from the originals.",) if not problems else ()
    except MALFORMED as error:
        problems = (Problem("recompute-unreadable", None, f"The originals or results of the pack cannot be read: {error}"),)
        notes = ()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return replace(report, steps=(*report.steps, Step("recompute", problems, notes)))


def _differences(source: PackSource, work: Path, progress: Progress) -> Iterator[Problem]:
    run = _json(source, "run.json")
    listed = _json(source, "sources.json")["sources"]
    if run["version"] != __version__:
        sentence = f"The pack was made by Lotproof {run['version']}, this is {__version__}; differences may come from that."
        yield Problem("recompute-version", "data/run.json", sentence, UNDETERMINED)
    again = _again(source, run, listed, work, progress)
    yield from _compare_sources(source, listed, {r.name: r.as_json() for r in again.receipts})
    yield from _compare_findings(_json(source, "findings.json")["findings"], [found.as_json() for found in again.outcome.findings])
    yield from _compare_balances(_json(source, "reconciliation.json")["reconciliation"], again.outcome)
    yield from _compare_statements(_json(source, "statements.json")["statements"], again)
    yield from _compare_lists(source, again.data)


def _json(source: PackSource, name: str) -> Any:
    return json.loads(read(source, f"data/{name}", JSON_LIMIT))


def _again(source: PackSource, run: Mapping[str, Any], listed: list[dict[str, Any]], work: Path, progress: Progress) -> Again:
    files: dict[str, Path] = {}
    for number, entry in enumerate(listed):
        if entry.get("raw"):
            target = work / "raw" / str(number)
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as sink:
                sink.writelines(source.chunks(f"data/{entry['raw']}"))
            files[entry["name"]] = target
    local = {rule.code: rule for rule in (rule_from(found, "data/run.json") for found in run.get("local_rules", ()))}
    statements = tuple(Mapped(**profile) for profile in run["profiles"])
    lake, data = Lake(work / "lake"), work / "data"
    data.mkdir()
    receipts = intake(Delivery(work, files, run["zone"], statements, progress=progress), lake)
    known: dict[str, Source] = {}
    for receipt in receipts:
        if receipt.segment:
            known.setdefault(receipt.sha256, Source(receipt.sha256, receipt.name, receipt.kind))
    outcome = check(
        lake, list(known.values()), work / "spill", {**RULES, **local}, progress=progress, visit=Collector(data).visit,
        explain=diagnose, look=look_around, rank=lineups, reach=scope, engine=engine_of(None, None),
    )  # fmt: skip
    payload.write_findings(outcome, data)
    payload.write_corrections(outcome, data)
    return Again(receipts, outcome, len(known), data)


def _compare_sources(source: PackSource, listed: list[dict[str, Any]], receipts: Mapping[str, dict[str, Any]]) -> Iterator[Problem]:
    raw = {f"data/{entry['raw']}" for entry in listed if entry.get("raw")}
    for path in sorted(path for path in source.files if path.startswith("data/raw/") and path not in raw):
        sentence = f"{path} is an original that data/sources.json does not list, so nothing was computed from it."
        yield Problem("recompute-source", path, sentence)
    for name, count in Counter(entry["name"] for entry in listed).items():
        if count > 1:
            yield Problem("recompute-source", name, f"data/sources.json lists {name} {count} times.")
    for entry in listed:
        if not entry.get("raw"):
            continue
        found = receipts.get(entry["name"])
        for key in ("sha256", "size", "kind", "rows", "stored", "quarantined", "no_data", "observations"):
            if found is None or found[key] != entry[key]:
                was = "nothing" if found is None else found[key]
                sentence = f"{entry['name']}: the pack says {key} {entry[key]}, the originals give {was}."
                yield Problem("recompute-source", f"data/{entry['raw']}", sentence)


def _compare_findings(stated: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[Problem]:
    def keyed(findings: list[dict[str, Any]]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        lists: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for one in findings:
            lists.setdefault((one["code"], one["lot"], one["gtin"]), []).append(one)
        return lists

    before, after = keyed(stated), keyed(found)
    for key in sorted(before.keys() | after.keys()):
        name = "/".join(part or "-" for part in key)
        if key not in after:
            yield Problem("recompute-finding", name, f"The pack states {name}; the originals do not give it.")
        elif key not in before:
            yield Problem("recompute-finding", name, f"The originals give {name}; the pack does not state it.")
        elif len(before[key]) != len(after[key]):
            sentence = f"The pack states {name} {len(before[key])} times; the originals give it {len(after[key])} times."
            yield Problem("recompute-finding", name, sentence)
        else:
            pairs = list(zip(before[key], after[key], strict=True))
            differing = sorted({member for old, new in pairs for member in old.keys() | new.keys() if old.get(member) != new.get(member)})
            if differing:
                yield Problem("recompute-finding", name, f"{name}: the pack and the originals differ in {', '.join(differing)}.")


def _compare_balances(stated: Mapping[str, Any], outcome: Outcome) -> Iterator[Problem]:
    found: dict[str, Any] = {balance.lot: balance.as_json() for balance in outcome.balances}
    for lot in sorted(stated.keys() | found.keys()):
        before, after = stated.get(lot, {}), found.get(lot, {})
        if before != after:
            old, new = before.get("counts", {}), after.get("counts", {})
            names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            what = ", ".join(names) or "the matrix of sources or an equation"
            yield Problem("recompute-number", lot, f"Lot {lot}: the pack and the originals differ in {what}.")


def _compare_statements(stated: list[dict[str, Any]], again: Again) -> Iterator[Problem]:
    """The numbers that the ledger signed, against those that the originals give."""
    outcome = again.outcome
    before = {entry["id"]: entry["value"] for entry in stated}
    after = {name: value for name, _, value, _ in numbers(outcome)}
    after |= {"run/sources": again.sources, "run/observations": outcome.observations, "run/findings": len(outcome.findings)}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            was, gives = before.get(name, "nothing"), after.get(name, "nothing")
            yield Problem("recompute-statement", name, f"{name}: the pack states {was}, the originals give {gives}.")


def _compare_lists(source: PackSource, data: Path) -> Iterator[Problem]:
    after = {f"data/{path.relative_to(data).as_posix()}": path for path in data.rglob("*") if path.is_file()}
    folders = tuple(f"data/{folder}" for folder in LISTS)
    after = {path: file for path, file in after.items() if path.startswith(folders)}
    before = {path for path in source.files if path.startswith(folders)}
    for path in sorted(before | after.keys()):
        if path not in before:
            yield Problem("recompute-list", path, f"The originals give the list {path}; the pack does not hold it.")
        elif path not in after:
            yield Problem("recompute-list", path, f"The pack holds the list {path}; the originals do not give it.")
        elif _digest(source.chunks(path)) != _digest([after[path].read_bytes()]):
            yield Problem("recompute-list", path, f"{path}: the pack and the originals differ in the rows of this list.")


def _digest(chunks: Iterator[bytes] | Sequence[bytes]) -> bytes:
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.digest()

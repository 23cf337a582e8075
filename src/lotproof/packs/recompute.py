"""Intake and rules run again on the originals of a pack, every finding and every number compared."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lotproof import __version__
from lotproof.intake.folder import Delivery, intake
from lotproof.intake.profile import Statement
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.source import NotAPack, Unreadable, read
from lotproof.packs.verify.source import Source as PackSource
from lotproof.rules.check import check

Progress = Callable[[str, int, int], None]
JSON_LIMIT = 1 << 30


def with_recomputation(path: Path, report: Report, progress: Progress) -> Report:
    """The report with one more step, ``recompute``."""
    work = Path(tempfile.mkdtemp(prefix="lotproof-recompute-"))
    try:
        _, source = open_pack(path)
        problems = tuple(_differences(source, work, progress))
        notes = ("Every finding and every number came out again from the originals.",) if not problems else ()
    except (NotAPack, Unreadable, KeyError, ValueError, OSError) as error:
        problems = (Problem("recompute-unreadable", None, f"The originals or results of the pack cannot be read: {error}"),)
        notes = ()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return replace(report, steps=(*report.steps, Step("recompute", problems, notes)))


def _differences(source: PackSource, work: Path, progress: Progress) -> Iterator[Problem]:
    run = json.loads(read(source, "data/run.json", JSON_LIMIT))
    listed = json.loads(read(source, "data/sources.json", JSON_LIMIT))["sources"]
    stated_findings = json.loads(read(source, "data/findings.json", JSON_LIMIT))["findings"]
    stated_balances = json.loads(read(source, "data/reconciliation.json", JSON_LIMIT))["reconciliation"]
    if run["version"] != __version__:
        sentence = f"The pack was made by Lotproof {run['version']}, this is {__version__}; differences may come from that."
        yield Problem("recompute-version", "data/run.json", sentence, UNDETERMINED)
    receipts, findings, balances = _again(source, run, listed, work, progress)
    yield from _compare_sources(listed, receipts)
    yield from _compare_findings(stated_findings, findings)
    yield from _compare_balances(stated_balances, balances)


def _again(
    source: PackSource, run: Mapping[str, Any], listed: list[dict[str, Any]], work: Path, progress: Progress
) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    files: dict[str, Path] = {}
    for number, entry in enumerate(listed):
        if entry.get("raw"):
            target = work / "raw" / str(number)
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as sink:
                sink.writelines(source.chunks(f"data/{entry['raw']}"))
            files[entry["name"]] = target
    statements = tuple(Statement(**profile) for profile in run["profiles"])
    lake = Lake(work / "lake")
    receipts = intake(Delivery(work, files, run["zone"], statements, progress=progress), lake)
    scope: dict[str, Source] = {}
    for receipt in receipts:
        if receipt.segment:
            scope.setdefault(receipt.sha256, Source(receipt.sha256, receipt.name, receipt.kind))
    outcome = check(lake, list(scope.values()), work / "spill", progress=progress)
    balances = {b.lot: {"gtin": b.gtin, "counts": b.counts, "matrix": list(b.matrix)} for b in outcome.balances}
    return {r.name: r.as_json() for r in receipts}, [found.as_json() for found in outcome.findings], balances


def _compare_sources(listed: list[dict[str, Any]], receipts: Mapping[str, dict[str, Any]]) -> Iterator[Problem]:
    for entry in listed:
        if not entry.get("raw"):
            continue
        found = receipts.get(entry["name"])
        for key in ("sha256", "kind", "rows", "stored", "quarantined", "no_data"):
            if found is None or found[key] != entry[key]:
                was = "nothing" if found is None else found[key]
                sentence = f"{entry['name']}: the pack says {key} {entry[key]}, the originals give {was}."
                yield Problem("recompute-source", f"data/{entry['raw']}", sentence)


def _compare_findings(stated: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[Problem]:
    def keyed(findings: list[dict[str, Any]]) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(f["code"], f["lot"], f["gtin"]): f for f in findings}

    before, after = keyed(stated), keyed(found)
    for key in sorted(before.keys() | after.keys()):
        name = "/".join(part or "-" for part in key)
        if key not in after:
            yield Problem("recompute-finding", name, f"The pack states {name}; the originals do not give it.")
        elif key not in before:
            yield Problem("recompute-finding", name, f"The originals give {name}; the pack does not state it.")
        else:
            differing = [member for member in after[key] if before[key].get(member) != after[key][member]]
            if differing:
                yield Problem("recompute-finding", name, f"{name}: the pack and the originals differ in {', '.join(differing)}.")


def _compare_balances(stated: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Problem]:
    for lot in sorted(stated.keys() | found.keys()):
        before, after = stated.get(lot, {}), found.get(lot, {})
        if before != after:
            names = sorted(
                name for name in {*before.get("counts", {}), *after.get("counts", {})}
                if before.get("counts", {}).get(name) != after.get("counts", {}).get(name)
            )  # fmt: skip
            what = ", ".join(names) or "the matrix of sources"
            yield Problem("recompute-number", lot, f"Lot {lot}: the pack and the originals differ in {what}.")

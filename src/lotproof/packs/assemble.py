"""From the results of a run to a sealed bag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from lotproof import __version__
from lotproof.causes.model import Graph
from lotproof.control.kpis.declaration import Kpi
from lotproof.intake.profile import load_profiles
from lotproof.intake.receipt import Receipt
from lotproof.lake.resolve import Source
from lotproof.ledger import canonical, note, store
from lotproof.ledger.entry import directory_body, parse_entry
from lotproof.ledger.late import late, span
from lotproof.ledger.settings import SettingsHistory
from lotproof.packs import payload
from lotproof.packs.anchoring import anchor_files
from lotproof.packs.bag import write_bag
from lotproof.packs.bulk import Bulk
from lotproof.packs.collect import Collector
from lotproof.packs.control import control_of
from lotproof.packs.dossiers import make_dossiers
from lotproof.packs.fault_tree import FaultTree
from lotproof.packs.fault_tree_record import write_fault_tree
from lotproof.packs.history import history_of
from lotproof.packs.places import places
from lotproof.packs.report.html import write_html
from lotproof.packs.report.typst import write_pdf
from lotproof.packs.report.values import Dossier, ReportValues
from lotproof.packs.seal import build_statement, log_key_copy, write_seal
from lotproof.packs.sealer import LOG_KEY_ALONE, Sealer
from lotproof.packs.standalone.texts import files
from lotproof.packs.verify.esign import as_printed
from lotproof.packs.why import why_of
from lotproof.packs.worksheets import write_worksheets
from lotproof.quality.book import Book
from lotproof.quality.case import Case
from lotproof.quality.document import document
from lotproof.quality.lot_waivers import waivers
from lotproof.quality.shell import load, table
from lotproof.rules.check import Outcome
from lotproof.rules.local import document_of, load_local
from lotproof.rules.numbers import Statement
from lotproof.rules.register import RULE_SET
from lotproof.workspace.logbook import log_nodes, write_tiles_into
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.signing import signatures
from lotproof.workspace.witnessing import witnessed

PLACES_A_FINDING = 2_000
CLOSINGS = 50
"""Attempts to close the ledger while others append to it."""


@dataclass(frozen=True)
class Inputs:
    """Everything that a pack is made of."""

    workspace: Workspace
    identifier: str
    receipts: Sequence[Receipt]
    sources: Sequence[Source]
    outcome: Outcome
    statements: Sequence[Statement]
    collector: Collector
    zone: str | None
    time: str
    actor: str
    sealer: Sealer = LOG_KEY_ALONE
    kpis: Sequence[Kpi] = ()
    """KPIs of the workspace; the collector has counted those of the tables."""
    causes: Graph | None = None
    """What people made of the causes; None where no file was given."""
    fault_tree: FaultTree | None = None


def assemble(top: Path, given: Inputs) -> str:
    """Write the pack into ``top`` (whose data/ holds the collector's lists); return the ledger's root, hex."""
    data = top / "data"
    raw = payload.raw_paths(given.receipts)
    _write_payload(data, given, raw)
    control, history, why = control_of(data, given), history_of(data, given), why_of(data, given)
    tree = write_fault_tree(given.fault_tree, data, given.time, given.actor) if given.fault_tree else None
    checkpoint, heads = _write_ledger(data, given)
    signed = [as_printed(one) for one in signatures(checkpoint.size)]
    payload.write_json(data / "signatures.json", {"signatures": signed})
    cases = _cases(data, given, checkpoint.size)
    sheets = write_worksheets(data, given.workspace, cases, given.outcome.findings)
    root = checkpoint.root.hex()
    values = _values(given, raw, signed, checkpoint.size)
    values = replace(values, control=control, history=history, why=why, fault_tree=tree, cases=cases, worksheets=sheets, root=root)
    values = replace(values, waived=_waived(given, cases, checkpoint.size))
    write_html(values, data / "html")
    write_pdf(values, data / "report" / "report.pdf")
    given.sealer.sign_report(data / "report" / "report.pdf", datetime.fromisoformat(given.time))
    for path, content in files(given.identifier, given.workspace.key.vkey, root, size=checkpoint.size, created=given.time).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    _seal(top, given, checkpoint, heads)
    return root


def _cases(data: Path, given: Inputs, size: int) -> list[Case]:
    """The incidents that speak of lots of this pack, or of no lot, as the first ``size`` entries of the ledger make them."""
    lots = {one.lot for one in given.outcome.balances} | {one.lot for one in given.outcome.findings}
    numbers = table("CaseRow").order_by("number").values_list("number", flat=True)
    found = [case for case in (load(number, size) for number in numbers) if case.acts and (not case.lots or lots & {*case.lots})]
    payload.write_json(data / "cases.json", {"cases": [document(case) for case in found]})
    sessions = _sessions(lots, {case.number for case in found}, size)
    if sessions:
        payload.write_json(data / "sessions.json", {"sessions": [document(case) for case in sessions]})
    return found


def _waived(given: Inputs, cases: Sequence[Case], size: int) -> list[tuple[str, str, str]]:
    """What was waived, of incidents and of lots of this pack."""
    lots = waivers(size)
    of_cases = [(case.number, str(one.body["item"]), str(one.body["why"])) for case in cases for one in case.all("waive")]
    named = sorted({one.lot for one in given.outcome.balances})
    return of_cases + [(f"lot {lot}", item, why) for lot in named for item, why in sorted(lots.get(lot, {}).items())]


def _sessions(lots: set[str], incidents: set[str], size: int) -> list[Case]:
    """Verification sessions of lots of this pack, or of its incidents."""
    numbers = table("RecordRow").filter(book=Book.SESSION).order_by("number").values_list("number", flat=True)
    found = [load(number, size) for number in numbers]
    return [case for case in found if case.acts and (case.opened.body["about"] in lots or case.opened.body.get("incident") in incidents)]


def _write_payload(data: Path, given: Inputs, raw: dict[str, str]) -> None:
    lake = given.workspace.lake
    payload.copy_originals(lake, given.receipts, raw, data)
    payload.write_findings(given.outcome, data)
    payload.write_balances(given.outcome, data)
    payload.write_corrections(given.outcome, data)
    payload.write_statements(given.statements, data)
    bulks = payload.write_observations(lake, given.sources, lake.scratch / "export", data)
    payload.write_json(data / "segments.json", {"segments": _segments(bulks, given)})
    listed = [{**receipt.as_json(), "raw": raw.get(receipt.name)} for receipt in given.receipts]
    payload.write_json(data / "sources.json", {"sources": listed})
    profiles = [_profile(statement) for statement in load_profiles(given.workspace.profiles)]
    local = [document_of(rule) for rule in load_local(given.workspace.rules).values()]
    run = {"version": __version__, "rule_set": RULE_SET, "zone": given.zone, "profiles": profiles, "local_rules": local}
    payload.write_json(data / "run.json", run)


def _segments(bulks: Sequence[Bulk], given: Inputs) -> dict[str, int]:
    """Path of each bulk file below data/ -> its `segment` entry; one that an earlier pack's bulk file has already serves again."""
    found = {canonical.dumps(body): index for index, body in store.indexed_bodies("segment", "segments")}
    listed: dict[str, int] = {}
    for bulk in bulks:
        index = found.get(canonical.dumps(bulk.body()))
        listed[bulk.path] = store.append("segment", "segments", given.time, given.actor, bulk.body()).index if index is None else index
    return listed


def _profile(statement: Any) -> dict[str, Any]:
    return {**vars(statement), "columns": dict(statement.columns), "words": dict(statement.words)}


def _write_ledger(data: Path, given: Inputs) -> tuple[note.Checkpoint, dict[str, Any]]:
    """Close the log with a directory of its streams, then export tiles, entries, proofs, checkpoint and a readable trail."""
    checkpoint, signed, heads = _closed(given)
    folder = data / "ledger"
    write_tiles_into(folder, checkpoint.size)
    (folder / "checkpoint").write_bytes(signed)
    for path, content in anchor_files(checkpoint.size):
        payload.put(folder / path, content)
    payload.write_proofs({statement.index for statement in given.statements}, log_nodes(checkpoint.size), signed, data)
    (data / "audit").mkdir(exist_ok=True)
    with (data / "audit" / "audit.ndjson").open("wb") as stream:
        for entry in store.entries(before=checkpoint.size):
            stream.write(entry + b"\n")
    return checkpoint, heads


def _closed(given: Inputs) -> tuple[note.Checkpoint, bytes, dict[str, Any]]:
    """A checkpoint whose last entry is a directory of all streams. People go on working while a pack is built: where one of them was
    faster than the checkpoint, another directory is written."""
    for _ in range(CLOSINGS):
        with transaction.atomic():
            store.lock()
            heads = store.heads()
            made = store.append("directory", "directory", given.time, given.actor, directory_body(heads))
        checkpoint, signed = witnessed(given.workspace)
        if checkpoint.size == made.index + 1:
            return checkpoint, signed, heads
    raise WorkspaceError("The ledger grows faster than it can be closed for a pack, so none was sealed; build it again at a quieter time.")


def _seal(top: Path, given: Inputs, checkpoint: note.Checkpoint, heads: dict[str, Any]) -> None:
    lots = sorted(balance.lot for balance in given.outcome.balances)
    info = {
        "Source-Organization": given.workspace.origin, "Bagging-Date": given.time[:10], "External-Identifier": given.identifier,
        "Bag-Software-Agent": f"lotproof {__version__}",
        "BagIt-Profile-Identifier": "https://lotproof.org/evidence-pack/v1/bagit-profile.json",
    }  # fmt: skip
    digests = write_bag(top, info)
    copies = {**log_key_copy(given.workspace.key), **given.sealer.trust}
    statement = build_statement(
        pack=given.identifier, created=given.time, producer={"name": "lotproof", "version": __version__},
        scope={"lots": list[canonical.Json](lots[:1000]), "streams": list[canonical.Json](sorted(heads))},
        checkpoint=checkpoint, directory_index=checkpoint.size - 1,
        stream_heads=heads, digests=digests, copies=copies, parts=given.sealer.parts,
    )  # fmt: skip
    write_seal(top, given.identifier, statement, [given.workspace.key], copies)
    given.sealer.seal(top, datetime.fromisoformat(given.time))
    sealed = {"type": "pack", "pack": given.identifier, "size": checkpoint.size, "root": note.encode64(checkpoint.root),
              "statement_sha256": payload.sha256_of(statement)}  # fmt: skip
    store.append("export", "packs", given.time, given.actor, sealed)


def _values(given: Inputs, raw: dict[str, str], signed: list[dict[str, Any]], size: int) -> ReportValues:
    lake = given.workspace.lake
    dossiers = make_dossiers(lake, given.sources, given.outcome.findings, given.collector.controls)
    return ReportValues(
        pack=given.identifier, created=given.time, version=__version__, rule_set=RULE_SET, actor=given.actor,
        origin=given.workspace.origin, vkey=given.workspace.key.vkey, zone=given.zone, receipts=given.receipts, raw=raw,
        findings=given.outcome.findings, diagnosis=given.outcome.diagnosis, suspects=given.outcome.suspects,
        scope=given.outcome.scope, lists={s.id: s.list for s in given.statements}, balances=given.outcome.balances,
        lots=sorted(given.collector.lots, key=lambda lot: lot.lot), statements=given.statements, dossiers=dossiers,
        places=places(lake, given.receipts, _referred(given.outcome, dossiers)), audit=list(_audit(size)),
        class_lists=given.collector.lists,
        corrections=given.outcome.corrections, declarations=given.outcome.declarations,
        signatures=signed,
    )  # fmt: skip


def _referred(outcome: Outcome, dossiers: Sequence[Dossier]) -> Iterator[tuple[str, int]]:
    for found in outcome.findings:
        for proof in found.proofs[:PLACES_A_FINDING]:
            if proof.name and proof.position is not None:
                yield proof.name, proof.position
    for dossier in dossiers:
        for step in dossier.steps:
            yield step["source"], step["position"]


def _audit(size: int) -> Iterator[dict[str, Any]]:
    settings = SettingsHistory()
    for index, data in enumerate(store.entries(before=size)):
        found = parse_entry(data)
        settings.add(index, found)
        entry: Any = canonical.loads(data)
        body = entry.get("body") or {}
        what = " ".join(str(body[key]) for key in ("type", "path", "folder", "pack", "kind") if key in body)
        told = {key: entry[key] for key in ("time", "actor", "kind", "stream")}
        marked = late(index, found, settings.current.late_after)
        yield {"index": index, **told, "what": f"LATE ENTRY, {span(marked.delay)} after the event. {what}" if marked else what}

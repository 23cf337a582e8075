"""The payload of a pack: originals, observations, findings and lists as files below data/."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from lotproof.intake.receipt import Receipt
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source
from lotproof.lake.sql import quoted
from lotproof.lake.store import Lake
from lotproof.ledger import canonical
from lotproof.ledger.nodes import Nodes
from lotproof.ledger.plain import printable
from lotproof.ledger.tlog_proof import make_proof
from lotproof.packs.bulk import Bulk, write_bulk
from lotproof.rules.check import Outcome
from lotproof.rules.numbers import Statement, finding_list


def write_json(path: Path, value: Any) -> None:
    """A value as canonical JSON with a newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(canonical.dumps(printable(value)) + b"\n")


def put(path: Path, content: bytes) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def raw_paths(receipts: Iterable[Receipt]) -> dict[str, str]:
    """Name of a source -> path below data/, safe on every system and unique whatever the case of letters."""
    taken: set[str] = set()
    paths: dict[str, str] = {}
    for receipt in receipts:
        if not receipt.sha256:
            continue
        path = "raw/" + "/".join(_part(part) for part in unicodedata.normalize("NFC", receipt.name).split("/"))
        while path.casefold() in taken:
            path += "~"
        taken.add(path.casefold())
        paths[receipt.name] = path
    return paths


def _part(part: str) -> str:
    kept = "".join(f"~{ord(c):x}" if ord(c) < 32 or ord(c) == 127 or c in '\\:*?"<>|' or 0xD800 <= ord(c) <= 0xDFFF else c for c in part)
    return kept if kept.strip(".") else kept.replace(".", "~2e")


def copy_originals(lake: Lake, receipts: Iterable[Receipt], raw: Mapping[str, str], data: Path) -> None:
    """The originals byte for byte."""
    for receipt in receipts:
        if receipt.name in raw:
            target = data / raw[receipt.name]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(lake.original(receipt.sha256), target)


def write_findings(outcome: Outcome, data: Path) -> None:
    """findings.json, for each finding the list of its rows, diagnosis.json, suspects.json and scope.json."""
    write_json(data / "scope.json", {"scope": [search.as_json() for search in outcome.scope]})
    write_json(data / "diagnosis.json", {"diagnosis": [found.as_record() for found in outcome.diagnosis]})
    write_json(data / "suspects.json", {"suspects": [one.as_record() for one in outcome.suspects]})
    write_json(data / "findings.json", {"findings": [found.as_json() for found in outcome.findings]})
    for found in outcome.findings:
        path = data / finding_list(found.code, found.lot, found.gtin)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["item", "note", "source", "position", "source_sha256"])
            writer.writerows([proof.item, proof.note, proof.name, proof.position, proof.source] for proof in found.proofs)


def write_balances(outcome: Outcome, data: Path) -> None:
    """reconciliation.json: counts, matrix and the nine equations of every lot."""
    balances = {balance.lot: balance.as_json() for balance in outcome.balances}
    write_json(data / "reconciliation.json", {"reconciliation": balances})


CORRECTION_COLUMNS = ("lot", "what", "kind", "field", "before", "after", "before_file", "before_position", "after_file",
                      "after_position", "explained")  # fmt: skip


def write_corrections(outcome: Outcome, data: Path) -> None:
    """corrections.json and corrections.csv: the data-correction register; the JSON also has the error declarations."""
    changes = [found.as_json() for found in outcome.corrections]
    declared = [found.as_json() for found in outcome.declarations]
    write_json(data / "corrections.json", {"corrections": changes, "declarations": declared})
    with (data / "corrections.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(CORRECTION_COLUMNS)
        writer.writerows([getattr(found, name) for name in CORRECTION_COLUMNS] for found in outcome.corrections)


def write_statements(statements: Sequence[Statement], data: Path) -> None:
    """statements.json: every number of the report, with the ledger entry that holds it."""
    write_json(data / "statements.json", {"statements": [vars(statement) for statement in statements]})


def write_proofs(indexes: Iterable[int], nodes: Nodes, checkpoint: bytes, data: Path) -> None:
    """proofs/<index>.tlog-proof: each entry that the report states something from can be checked without the rest of the ledger."""
    (data / "proofs").mkdir(exist_ok=True)
    for index in sorted(indexes):
        (data / "proofs" / f"{index}.tlog-proof").write_bytes(make_proof(index, nodes.inclusion(index), checkpoint))


def write_observations(lake: Lake, sources: Sequence[Source], spill: Path, data: Path) -> list[Bulk]:
    """The observations of each source: ndjson in gzip members of 256 lines with their leaf hashes, and CSV."""
    written: list[Bulk] = []
    folder = data / "observations"
    folder.mkdir(parents=True, exist_ok=True)
    connection = connect(spill, memory="512MB")
    try:
        for source in sources:
            for table in ("observation", "claim", "order_master", "record", "quarantine"):
                for segment in lake.segment_files(table, [source.sha256]):
                    written.append(write_bulk(connection, segment, folder, source.sha256, table))
                    _csv(connection, segment, folder / f"{source.sha256[:16]}-{table}.csv.gz")
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    return written


def _csv(connection: duckdb.DuckDBPyConnection, segment: Path, target: Path) -> None:
    """The same rows as CSV, one gzip member; packed here because DuckDB's own packer takes six times as long."""
    plain = target.with_suffix("")
    connection.execute(f"COPY (SELECT * FROM read_parquet({quoted(segment)})) TO {quoted(plain)} (FORMAT csv, HEADER)")
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with plain.open("rb") as source, target.open("wb") as sink:
        while chunk := source.read(1 << 20):
            sink.write(packer.compress(chunk))
        sink.write(packer.flush())
    plain.unlink()


def load_json(path: Path) -> Any:
    """A JSON file of a pack."""
    return json.loads(path.read_text(encoding="utf-8"))


def sha256_of(content: bytes) -> str:
    """SHA-256 of bytes, hex."""
    return hashlib.sha256(content).hexdigest()

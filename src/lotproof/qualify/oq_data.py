"""OQ of files, findings and packs: what comes in is kept, what is wrong is found, what is sealed cannot be changed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lotproof.packs.recompute import with_recomputation
from lotproof.packs.verify.run import verify_pack
from lotproof.qualify.check import Check, ensure
from lotproof.qualify.scratch import ACTOR, Scratch
from lotproof.rules.finding import Finding
from lotproof.workspace.place import writing
from lotproof.workspace.sources import receipts_of, take_in


def _known_faults(scratch: Scratch) -> str:
    truth = scratch.made
    findings = [one for one in scratch.built.outcome.findings if one.lot in (truth["lot"], "")]
    missing = [wanted["code"] for wanted in truth["expected"] if wanted.get("must") and not _as_expected(wanted, findings)]
    forbidden = sorted({one.code for one in findings if one.severity in ("critical", "major")} & set(truth["forbidden"]))
    ensure(not missing, f"These known faults were not found with exactly their items: {', '.join(missing)}.")
    ensure(not forbidden, f"These findings have no fault behind them: {', '.join(forbidden)}.")
    return f"Found: {', '.join(sorted({one.code for one in findings}))}; none that no fault explains."


def _as_expected(wanted: dict[str, Any], findings: Sequence[Finding]) -> bool:
    """Whether there is a finding of the code, and, where the truth names items, of these and no others but optional ones."""
    codes = {wanted["code"], *wanted.get("alt_codes", ())}
    told = [one for one in findings if one.code in codes]
    items = {item.rpartition(")")[2] for one in told for item in one.items}
    named = set(wanted.get("items", wanted.get("parents", ())))
    exact = not wanted.get("items") or items <= named | set(wanted.get("optional_items", ()))
    return bool(told) and named <= items and exact


def _partition(scratch: Scratch) -> str:
    truth = scratch.made
    counts = next(one.counts for one in scratch.built.outcome.balances if one.lot == truth["lot"])
    options = [truth["partition"], *truth["partition_alternatives"]]
    fits = any(all(counts[name] == value for name, value in option.items() if name in counts) for option in options)
    ensure(fits, f"The lot was counted as {counts}; it was made as {truth['partition']}.")
    return f"Lot {truth['lot']}: {', '.join(f'{name} {value}' for name, value in counts.items())}, as it was made."


def _receipts(scratch: Scratch) -> str:
    receipts = scratch.built.receipts
    wrong = [one.name for one in receipts if one.rows != one.stored + one.quarantined + one.no_data]
    ensure(not wrong, f"Rows are neither stored nor in quarantine nor without data in {', '.join(wrong)}.")
    return f"{len(receipts)} files, {sum(one.rows for one in receipts)} rows: each is stored, in quarantine, or holds no data."


def _damaged(scratch: Scratch) -> str:
    assert scratch.built
    folder = _folder(scratch, "damaged")
    (folder / "list.csv").write_text(
        "OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n1;OQ9;09512345678901;A1;2026-03-09T05:00:00Z\n1;OQ9;x;A2;2026-03-09T05:00:00Z\n",
        encoding="utf-8",
    )
    with writing(scratch.workspace):
        (receipt,) = take_in(scratch.workspace, folder, None, scratch.now, ACTOR)
    ensure((receipt.stored, receipt.quarantined) == (1, 1), f"Stored {receipt.stored}, in quarantine {receipt.quarantined}.")
    (kept,) = scratch.workspace.lake.segment(receipt.sha256).glob("quarantine*.parquet")
    (row,) = pq.read_table(kept).to_pylist()
    ensure(bool(row["reason"]), f"The row in quarantine has no reason: {row}")
    return f"One row stored, one in quarantine: {row['reason']}"


def _folder(scratch: Scratch, name: str) -> Path:
    folder = scratch.folder / name
    folder.mkdir()
    return folder


def _same_bytes(scratch: Scratch) -> str:
    assert scratch.built
    folder, source = _folder(scratch, "twice"), max((scratch.folder / "site").rglob("*.csv"), key=lambda path: path.stat().st_size)
    for name in ("a.csv", "b.csv"):
        shutil.copy(source, folder / name)
    before = len(receipts_of())
    with writing(scratch.workspace):
        taken = take_in(scratch.workspace, folder, None, scratch.now, ACTOR)
    digests = {one.sha256 for one in taken}
    after = len(receipts_of())
    ensure(
        (len(taken), len(digests), after) == (2, 1, before), f"{len(taken)} receipts, {len(digests)} digests, {after - before} new sources."
    )
    return f"Two files, one source ({next(iter(digests))[:12]}…), none new."


def _originals(scratch: Scratch) -> str:
    assert scratch.built
    kept = [one for one in receipts_of() if one.sha256]
    wrong = [one.name for one in kept if _digest(scratch.workspace.lake.original(one.sha256)) != one.sha256]
    ensure(not wrong, f"These originals are not what was delivered: {', '.join(wrong)}.")
    return f"{len(kept)} originals lie byte for byte under their digest."


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _verified(scratch: Scratch) -> str:
    report = verify_pack(scratch.built.pack, [scratch.built.vkey], at=scratch.now, deep=True)
    ensure(report.exit_code == 0, f"{report.verdict}: {'; '.join(p.sentence for step in report.steps for p in step.problems)[:800]}")
    return f"{report.verdict}: {', '.join(step.name for step in report.steps)}."


def _recomputed(scratch: Scratch) -> str:
    report = verify_pack(scratch.built.pack, [scratch.built.vkey], at=scratch.now)
    again = with_recomputation(scratch.built.pack, report, lambda _what, _done, _of: None)
    ensure(again.exit_code == 0, f"{again.verdict}: {'; '.join(p.sentence for step in again.steps for p in step.problems)[:800]}")
    return f"Intake and rules again over the originals of the pack: every finding and number is the same. {again.verdict}."


def _flipped(scratch: Scratch) -> str:
    pack, victim = _copy_with_flip(scratch)
    report = verify_pack(pack, [scratch.built.vkey], at=scratch.now)
    told = [p.sentence for step in report.steps for p in step.problems]
    ensure(report.exit_code == 1, f"{report.verdict} although a byte of {victim} was changed.")
    ensure(
        any(victim in f"{p.where} {p.sentence}" for step in report.steps for p in step.problems), f"Refused without naming {victim}: {told}"
    )
    return f"{report.verdict}: {told[0]}"


def _copy_with_flip(scratch: Scratch) -> tuple[Path, str]:
    """A copy of the pack in which one bit of one original is another."""
    pack = scratch.folder / f"flipped-{len(list(scratch.folder.iterdir()))}" / scratch.built.pack.name
    shutil.copytree(scratch.built.pack, pack)
    victim = max((pack / "data" / "raw").rglob("*.csv"), key=lambda path: path.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    return pack, victim.relative_to(pack).as_posix()


def _alone(scratch: Scratch) -> str:
    """verify.py with a bare interpreter: no package, no environment."""
    good, (flipped, _) = scratch.built.pack, _copy_with_flip(scratch)
    key = scratch.folder / "log.vkey"
    key.write_text(scratch.built.vkey + "\n", encoding="ascii")
    with tempfile.TemporaryDirectory() as elsewhere:
        codes = [
            subprocess.run(
                [sys.executable, "-I", "-S", str(pack / "verify" / "verify.py"), str(pack), "--key", str(key)],
                cwd=elsewhere, capture_output=True, timeout=300, check=False,
            ).returncode
            for pack in (good, flipped)
        ]  # fmt: skip
    ensure(codes == [0, 1], f"verify.py of the pack ended with {codes[0]} for the pack and {codes[1]} for the changed one.")
    return "verify.py, alone and with a bare Python: passed for the pack, failed for the one with a changed bit."


def _check(number: int, what: str, expected: str, shows: tuple[str, ...], look: Callable[[Scratch], str]) -> Check[Scratch]:
    return Check(f"OQ-{number:02d}", what, expected, shows, look)


CHECKS = (
    _check(
        1,
        "A simulated lot with known faults is taken in and judged",
        "Its faults are found, and nothing grave besides",
        ("P11-10a", "A11-4", "SEED-1", "D1-AIDE"),
        _known_faults,
    ),
    _check(2, "The numbers of that lot are counted", "Each class as it was made", ("A11-5", "D1-CGMP", "D2-211"), _partition),
    _check(3, "Receipts of its files", "Rows seen = stored + in quarantine + without data", ("A11-5", "P11-10h"), _receipts),
    _check(
        4, "A file with one bad row", "The good row is stored, the bad one in quarantine with its reason", ("A11-5", "P11-10h"), _damaged
    ),
    _check(5, "The same bytes under two names", "One source", ("A11-5", "P11-10h"), _same_bytes),
    _check(6, "Originals", "Byte for byte what was delivered", ("P11-10c", "A11-7"), _originals),
    _check(7, "A sealed pack is verified, --deep", "Passed", ("P11-10b", "A11-8", "A11-17", "SEED-9"), _verified),
    _check(8, "The pack is computed again from its originals", "The same findings and numbers", ("D2-A22", "P11-10a"), _recomputed),
    _check(9, "One bit of an original in the pack is flipped", "Refused, and the file named", ("P11-10a", "A11-7"), _flipped),
    _check(10, "verify.py of the pack, without this program", "Says the same", ("P11-10c", "A11-17", "SEED-9", "D3-RETENTION"), _alone),
)
"""What is done, in order."""

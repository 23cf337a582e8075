"""What Lotproof says of one simulated site, held against the truth of that site."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lotproof.diagnosis.diagnose import diagnose
from lotproof.gs1.reading import read
from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import Outcome, check
from lotproof.rules.hypothesis import Hypothesis
from lotproof.simulate import SiteSpec, iter_files, truth_of

NEAR = timedelta(minutes=5)
BACKGROUND = {"SCN-01", "SCN-02", "TIM-03"}
MINOR = {"minor", "info"}


@dataclass(frozen=True)
class Cause:
    """One cause that the diagnosis should name."""

    mode: str
    """Its failure mode."""
    rank: int
    """Place of the first hypothesis that names it, from 1; 0 where none does."""
    started: bool | None
    """Whether its beginning is right within five minutes; None where the hypothesis names none."""
    off: float | None
    """Minutes by which the beginning is too late."""
    suspect: bool | None
    """Whether its suspect is right; None where the fault has none."""
    six_m: bool
    """Whether its 6M class is right."""


@dataclass(frozen=True)
class Score:
    """One site."""

    faults: tuple[str, ...]
    """The faults put into it."""
    seed: int
    """Its seed."""
    wrong: tuple[str, ...]
    """What the findings or the partition have wrong, in words; empty where all is as the truth says."""
    causes: tuple[Cause, ...]
    """The causes it has."""
    modes: tuple[str, ...]
    """The modes of the diagnosis, the best first."""

    @property
    def right(self) -> bool:
        """Must-codes with exact items, nothing forbidden, exact partition."""
        return not self.wrong

    @property
    def ranked(self) -> bool:
        """All causes stand at the top, in any order; nothing is explained where there is no cause and no finding."""
        if not self.causes:
            return bool(self.faults) or not self.modes
        return all(0 < cause.rank <= len(self.causes) for cause in self.causes)


def scored(faults: tuple[str, ...], seed: int, units: int) -> Score:
    """Simulate a site in a folder of its own, examine it, compare."""
    spec = SiteSpec(seed=seed, units=units, faults=faults)
    root = Path(tempfile.mkdtemp(prefix="lotproof-modes-"))
    try:
        for name, pieces in iter_files(spec):
            (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
            with (root / "site" / name).open("wb") as stream:
                stream.writelines(pieces)
        lake = Lake(root / "lake")
        receipts = intake(Delivery(root / "site"), lake)
        outcome = check(lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment], root / "spill", explain=diagnose)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    truth = truth_of(spec)
    causes = tuple(_cause(cause, outcome.diagnosis) for cause in truth["diagnosis_all"])
    return Score(faults, seed, tuple(_wrong(truth, outcome)), causes, tuple(found.mode for found in outcome.diagnosis))


def _wrong(truth: dict[str, Any], outcome: Outcome) -> list[str]:
    lot = truth["lot"]
    here = [found for found in outcome.findings if found.lot in (lot, "")]
    said = [problem for entry in truth["expected"] for problem in _entry(entry, outcome, here)]
    loud = {found.code for found in here if found.severity not in MINOR}
    said += [f"{code} fired and must not" for code in sorted(loud.intersection(truth["forbidden"]))]
    if not truth["any_lot_allowed"]:
        free = {entry["code"] for entry in truth["expected"] if entry.get("any_lot")}
        said += [f"{found.code} fired on lot {found.lot}, which has no fault" for found in outcome.findings
                 if found.lot in truth["neighbours"] and found.severity not in MINOR and found.code not in BACKGROUND | free]  # fmt: skip
    counts = {balance.lot: balance.counts for balance in outcome.balances}
    for name, part in {lot: truth["partition"], **truth["neighbours"]}.items():
        off = {key: (counts.get(name, {}).get(key), value) for key, value in part.items() if counts.get(name, {}).get(key) != value}
        if off:
            said.append(f"partition of {name}: {off}")
    return said


def _entry(entry: dict[str, Any], outcome: Outcome, here: list[Any]) -> list[str]:
    codes = {entry["code"], *entry.get("alt_codes", [])}
    found = [one for one in (outcome.findings if entry.get("any_lot") else here) if one.code in codes]
    if not found:
        return [f"{entry['code']} was not found"]
    wanted = set(entry.get("items", entry.get("parents", [])))
    got = {_plain(item) for one in found for item in one.items}
    kind = {item for item in got if (len(item) == 18 and item.isdigit()) == ("parents" in entry)}
    lacking, strange = wanted - got, kind - wanted - set(entry.get("optional_items", []))
    said = [f"{entry['code']} lacks {len(lacking)} of {len(wanted)} items"] if lacking else []
    return said + ([f"{entry['code']} names {len(strange)} items too many"] if strange and wanted else [])


def _plain(item: str) -> str:
    """The serial or SSCC of an item, as truths name it; any other text as it is."""
    if not item.startswith("("):
        return item
    found = read(item)
    return found.sscc or found.serial or item


def _cause(cause: dict[str, Any], diagnosis: tuple[Hypothesis, ...]) -> Cause:
    names = {cause["mode"], *cause.get("alt_modes", [])}
    rank, found = next(((n, one) for n, one in enumerate(diagnosis, 1) if one.mode in names), (0, None))
    wanted = [(one["field"], one["value"]) for one in (cause["suspect"], *cause.get("alt_suspects", [])) if one]
    suspect = None if not wanted else found is not None and found.suspect is not None and (found.suspect.field, found.suspect.value) in wanted
    off = None
    if found is not None and found.started_at:
        late = datetime.fromisoformat(found.started_at) - datetime.fromisoformat(cause["started_at"])
        off = late.total_seconds() / 60
    started = None if off is None else abs(off) <= NEAR.total_seconds() / 60
    classes = {cause["six_m"], *cause.get("alt_six_m", [])}
    return Cause(cause["mode"], rank, started, off, suspect, found is not None and found.six_m in classes)

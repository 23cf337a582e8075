"""Earlier cases: files of the workspace, its deviation registers, its other lots, earlier packs, and how cases in the ledger ended."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from lotproof.control.similar import Case, case_from, case_of
from lotproof.diagnosis.diagnose import diagnose
from lotproof.ledger import store
from lotproof.ledger.entry import parse_entry
from lotproof.rules.check import Outcome, check
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.local import load_local
from lotproof.rules.register import RULES
from lotproof.stats.problem import MethodProblem
from lotproof.workspace.job import Progress
from lotproof.workspace.place import Workspace, open_workspace
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.trends import told

PARTS = ("findings.json", "diagnosis.json")
LARGEST = 64_000_000
"""Bytes of one file of cases or of a pack that is read for its cases."""


def cases_folder(workspace: Workspace) -> Path:
    """Where files of earlier cases lie."""
    return workspace.root / "cases"


def query_and_cases(home: Path, asked: str, others: Sequence[Path], time: str, actor: str, progress: Progress) -> tuple[Case, list[Case]]:
    """The case that is asked about (a lot of the workspace, or a case file) and all earlier ones that can be found."""
    workspace = open_workspace(home, time, actor, create=False)
    outcome, products = _judged(workspace, progress)
    lots = {found.lot for found in outcome.findings if found.lot} | {balance.lot for balance in outcome.balances}
    given = Path(asked)
    if asked in lots:
        query = case_of(asked, outcome.findings, outcome.diagnosis, products.get(asked, ""))
    elif given.is_file():
        found = list(cases_of_file(given))
        if len(found) != 1:
            raise MethodProblem(f"{given} holds {len(found)} cases; ask about one at a time.")
        query = found[0]
    else:
        raise MethodProblem(f'"{asked}" is no lot of the workspace and no file of a case; lotproof reconcile lists the lots.')
    return query, others_than(query, earlier_cases(workspace, outcome, products, others, time, actor))


def others_than(query: Case, cases: Sequence[Case]) -> list[Case]:
    """The cases without the one that is asked about."""
    return [case for case in cases if (case.id, case.lot) != (query.id, query.lot)]


def earlier_cases(
    workspace: Workspace, outcome: Outcome, products: Mapping[str, str], others: Sequence[Path], time: str, actor: str
) -> list[Case]:
    """Everything that may be an earlier case: lots of ``outcome``, deviations, case files of the workspace and ``others``."""
    found = [
        case_of(lot, outcome.findings, outcome.diagnosis, products.get(lot, ""))
        for lot in sorted({one.lot for one in outcome.findings if one.lot and one.severity != "info"})
    ]
    found += deviation_cases(workspace, time, actor)
    for path in [*sorted(cases_folder(workspace).glob("*.json")), *others]:
        found += cases_of_file(path)
    ends = _ends()
    return [replace(case, **ends.get(case.id, {})) for case in found]


def products_of(lots: Sequence[Any]) -> dict[str, str]:
    """Lot -> product, of the summaries of a pack."""
    return {one.lot: one.product or one.gtin for one in lots}


def deviation_cases(workspace: Workspace, time: str, actor: str) -> list[Case]:
    """The deviations of the registers in scope: title, cause and action, as the register has them."""
    events, _ = told(workspace.root, "deviation", time, actor, packs=False)
    found = []
    for event in events:
        name, _, rest = event.text.partition(" ")
        title, cause, action = (*(part.strip() for part in rest.split(";")), "", "")[:3]
        day = f"{event.at:%Y-%m-%d}" if event.at else ""
        equipment = (f"line {event.line}",) if event.line else ()
        found.append(
            Case(name, title, (), (), equipment, event.product, event.lot, day, cause, action, None, f"{event.source}:{event.position}")
        )
    return found


def cases_of_file(path: Path) -> Iterator[Case]:
    """Cases of a JSON file (one or a list), of a pack (folder or zip), or of every pack and case file in a folder."""
    if path.is_dir() and not (path / "data").is_dir():
        inside = sorted(one for one in path.iterdir() if one.suffix in (".json", ".zip") or (one / "data" / "findings.json").is_file())
        if not inside:
            raise MethodProblem(f"{path} holds no case file and no pack; name a JSON file, a pack, or a folder of them.")
        for one in inside:
            yield from cases_of_file(one)
    elif path.is_dir() or path.suffix == ".zip":
        yield from _of_pack(path)
    else:
        document = _json(path.read_bytes() if path.stat().st_size <= LARGEST else b"", str(path))
        for at, one in enumerate(document if isinstance(document, list) else [document], 1):
            yield case_from(one, f"{path}, case {at}" if isinstance(document, list) else str(path))


def _of_pack(path: Path) -> Iterator[Case]:
    documents = {name: _json(content, f"{path}, data/{name}") for name, content in _parts(path)}
    try:
        findings = [Finding(**{**one, "items": tuple(one["items"])}) for one in documents["findings.json"]["findings"]]
        likely = [_hypothesis(one) for one in documents["diagnosis.json"]["diagnosis"]]
    except (KeyError, TypeError) as error:
        raise MethodProblem(f"{path} is no pack of this version ({error} is missing or strange); leave it out.") from None
    for lot in sorted({found.lot for found in findings if found.lot and found.severity != "info"}):
        yield replace(case_of(lot, findings, likely, origin=str(path)), id=f"{path.stem} {lot}")


def _hypothesis(told: dict[str, Any]) -> Hypothesis:
    from lotproof.rules.hypothesis import Suspect

    suspect = told.get("suspect")
    made = Suspect(suspect["field"], suspect["value"], float(suspect["share"]), float(suspect["ratio"] or "inf")) if suspect else None
    names = ("mode", "six_m", "lot", "sentence", "test", "started_at")
    return Hypothesis(
        confidence=float(told["confidence"]), codes=tuple(told["codes"]), suspect=made, **{name: told[name] for name in names}
    )


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if path.is_dir():
            yield from ((name, (path / "data" / name).read_bytes()) for name in PARTS)
            return
        with zipfile.ZipFile(path) as packed:
            for name in PARTS:
                inside = next((info for info in packed.infolist() if info.filename.endswith(f"/data/{name}")), None)
                if inside is None or inside.file_size > LARGEST:
                    raise MethodProblem(f"{path} holds no data/{name} of a size that is read; it is no pack.")
                yield name, packed.read(inside)
    except (OSError, zipfile.BadZipFile) as error:
        raise MethodProblem(f"{path} cannot be read as a pack ({error}); name another.") from None


def _json(content: bytes, where: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise MethodProblem(f"{where} is no JSON; mend it, or leave it out.") from None


def _judged(workspace: Workspace, progress: Progress) -> tuple[Outcome, dict[str, str]]:
    """What the rules find and what would explain it, looked at without an entry; and the product of each lot."""
    products: dict[str, str] = {}

    def visit(connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> None:
        rows = connection.execute(
            "SELECT lot, coalesce(min(description), min(gtin), '') FROM order_master WHERE lot IS NOT NULL GROUP BY lot"
        )
        products.update(rows.fetchall())

    with tempfile.TemporaryDirectory(prefix="lotproof-similar-") as spill:
        rules = {**RULES, **load_local(workspace.rules)}
        found = check(workspace.lake, in_scope(receipts_of()), Path(spill), rules, progress=progress, visit=visit, explain=diagnose)
    return found, products


def _ends() -> dict[str, dict[str, Any]]:
    """Case -> cause, action and whether it held, by the last act in the ledger that closed it."""
    found: dict[str, dict[str, Any]] = {}
    for data in store.entries("record"):
        body: Any = parse_entry(data).body
        if isinstance(body, dict) and body.get("type") == "closed" and body.get("case"):
            texts = {name: str(body[name]) for name in ("cause", "action") if body.get(name)}
            held = body.get("held")
            found[str(body["case"])] = {**texts, **({"held": held} if isinstance(held, bool) else {})}
    return found

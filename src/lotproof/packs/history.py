"""What was there before, as a pack tells it: history.json and the values of section 14."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotproof.control import similar, trends
from lotproof.control.trends import Event, Trend, trend
from lotproof.ledger import store
from lotproof.packs import payload
from lotproof.packs.control import in_texts
from lotproof.packs.report.values import History, Recurrence
from lotproof.workspace.cases import earlier_cases, others_than, products_of
from lotproof.workspace.runs import STREAM
from lotproof.workspace.trends import told

if TYPE_CHECKING:
    from lotproof.packs.assemble import Inputs

LOTS = 20
"""Lots of a pack for which similar cases are looked for, those with the gravest findings first."""
ALIKE = 5
"""Similar cases shown of each."""


def history_of(data: Path, given: Inputs) -> History:
    """Write ``data``/history.json; the values of the section."""
    lots = list(dict.fromkeys(found.lot for found in given.outcome.findings if found.lot and found.severity != "info"))[:LOTS]
    runs, again = _again({found.code for found in given.outcome.findings if found.severity != "info"}, set(lots), given)
    home, when = given.workspace.root, (given.time, given.actor)
    alerts, _ = told(home, "alert", *when, packs=False)
    deviations, _ = told(home, "deviation", *when, packs=False)
    alike, compared = _alike(given, lots)
    over_time = [*_over_time("alerts", alerts, "day"), *_over_time("deviations", deviations, "month")]
    found = History(runs, again, alerts, deviations, over_time, alike, compared)
    payload.write_json(data / "history.json", in_texts(_document(found)))
    return found


def _over_time(name: str, events: Sequence[Event], by: str) -> list[Trend]:
    return [trend(name, events, (), by)] if events else []


def _again(codes: set[str], lots: set[str], given: Inputs) -> tuple[int, list[Recurrence]]:
    """Earlier runs, and what they found of these codes in other lots, the last count of each, by code and time."""
    mine = min((statement.index for statement in given.statements), default=store.size())
    runs, last = 0, dict[tuple[str, str, str], Recurrence]()
    for index, time, body in _runs(mine):
        runs += "sources_sha256" in body
        for name, count in body.get("results", {}).items():
            word, _, rest = name.partition("/")
            parts = rest.split("/")
            if word == "finding" and len(parts) == 3 and parts[0] in codes and parts[1] not in {*lots, "-"}:
                last[parts[0], parts[1], parts[2]] = Recurrence(parts[0], parts[1], count, time, index)
    return runs, sorted(last.values(), key=lambda one: (one.code, one.time, one.lot))


def _runs(before: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    from lotproof.ledger.entry import parse_entry

    for index, data in enumerate(store.entries()):
        if index >= before:
            return
        entry = parse_entry(data)
        if (entry.kind, entry.stream) == ("record", STREAM) and isinstance(entry.body, dict):
            yield index, entry.time, entry.body


def _alike(given: Inputs, lots: Sequence[str]) -> tuple[dict[str, list[similar.Likeness]], int]:
    products, found = products_of(given.collector.lots), dict[str, list[similar.Likeness]]()
    cases = earlier_cases(given.workspace, given.outcome, products, (), given.time, given.actor) if lots else []
    for lot in lots:
        query = similar.case_of(lot, given.outcome.findings, given.outcome.diagnosis, products.get(lot, ""))
        found[lot] = similar.similar(query, others_than(query, cases), ALIKE)
    return found, len(cases)


def _document(found: History) -> dict[str, Any]:
    return {
        "runs": found.runs, "again": [vars(one) for one in found.again], "alerts": [_event(one) for one in found.alerts],
        "deviations": [_event(one) for one in found.deviations], "trends": [trends.as_document(one) for one in found.trends],
        "similar": {lot: [similar.as_document(one) for one in cases] for lot, cases in found.similar.items()}, "compared": found.compared,
    }  # fmt: skip


def _event(event: Event) -> dict[str, Any]:
    return {**vars(event), "at": event.at and f"{event.at:%Y-%m-%dT%H:%M:%SZ}"}

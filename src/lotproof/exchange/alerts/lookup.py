"""Looks alerts up in the record: all packs in one look by the index, their lots in one query, a few of them with containers and state."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lotproof.exchange.alerts.alert import Alert, System
from lotproof.exchange.alerts.lot_record import lot_records
from lotproof.exchange.alerts.match import LotRecord, Match, Moment, moment_of
from lotproof.exchange.alerts.spelled import SAME, lots, serials
from lotproof.gs1.item import Item
from lotproof.lake.resolve import Source
from lotproof.lake.rows import Reader
from lotproof.workspace.outcomes import found_on, outcome_file
from lotproof.workspace.place import Workspace
from lotproof.workspace.scanned import Record
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.trace import Life, lives

DEEP = 60
"""Packs of one look whose containers, state and near spellings are looked up too; each takes some hundredths of a second."""
STATEFUL = frozenset({"A7", "A24"})
"""Codes whose test asks for the state of the pack."""
ALERTS = frozenset({"alerts", "alert-message"})
"""Kinds of sources that say what was alerted, not what happened: an alert is not matched with itself."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Found:
    """A pack by its number."""

    item: str
    change: str
    steps: tuple[Moment, ...]


@contextmanager
def _spill() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lotproof-alerts-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def matches(workspace: Workspace, alerts: Sequence[Alert], progress: Progress = lambda _what, _done, _of: None) -> list[Match]:
    """What the record knows of each, in their order; nothing is written."""
    sources = [one for one in in_scope(receipts_of()) if one.kind not in ALERTS]
    progress("packs in the record", 0, len(alerts))
    found = [_found(alert, steps) for alert, steps in zip(alerts, _steps(workspace, sources, alerts), strict=True)]
    named = {text for alert in alerts if alert.lot for text, _ in lots(alert.lot, alert.gtin)}
    named |= {step.lot for one in found if one for step in one.steps if step.lot}
    records = lot_records(workspace, sources, sorted(named))
    gtins = set(Reader(workspace.lake, [one.sha256 for one in sources]).gtins() or ()) | {one.gtin for one in records.values()}
    made = [_match(alert, one, records, gtins) for alert, one in zip(alerts, found, strict=True)]
    made = _with_findings(workspace, made)
    return list(_deep(workspace, sources, alerts, made, progress))


def _texts(alert: Alert) -> list[tuple[str, str]]:
    """Text forms that the alert may mean, with the difference."""
    if not (alert.gtin and alert.serial):
        return []
    return [(f"(01){alert.gtin}(21){serial}", change) for serial, change in serials(alert.serial, alert.gtin, alert.lot)]


def _steps(workspace: Workspace, sources: Sequence[Source], alerts: Sequence[Alert]) -> Iterator[dict[str, tuple[Moment, ...]]]:
    """For each alert what sources say of the packs that it may mean; a row without GTIN alone is no pack."""
    wanted = [_texts(alert) for alert in alerts]
    texts = list(dict.fromkeys(text for one in wanted for text, _ in one))
    told = lives(workspace.lake, sources, texts) if texts else {}
    known = {text: tuple(moment_of(step) for step in steps) for text, steps in told.items() if any(step.item == text for step in steps)}
    for one in wanted:
        yield {text: known[text] for text, _ in one if text in known}


def _found(alert: Alert, known: dict[str, tuple[Moment, ...]]) -> _Found | None:
    """The pack that is meant: one that was commissioned before one that a source only names; the alert's own spelling first."""
    spelled = [(text, change) for text, change in _texts(alert) if text in known]
    real = [one for one in spelled if any(step.step == "commissioned" for step in known[one[0]])]
    for text, change in real or spelled:
        own = known[text] if change == SAME else (*known[text], *known.get(alert.item, ()))
        return _Found(text, change, own)
    return None


def _match(alert: Alert, found: _Found | None, records: dict[str, LotRecord], gtins: set[str]) -> Match:
    named = [replace(records[text], change=change) for text, change in lots(alert.lot, alert.gtin) if text in records] if alert.lot else []
    own = next((step.lot for step in (found.steps if found else ()) if step.lot in records), "")
    return Match(
        item=found.item if found else alert.item,
        change=found.change if found else SAME,
        steps=found.steps if found else (),
        alert_lot=named[0] if named else None,
        own_lot=records.get(own),
        gtin_known=bool(found) or alert.gtin in gtins,
    )


def _with_findings(workspace: Workspace, made: list[Match]) -> list[Match]:
    by_item: dict[str, list[dict[str, Any]]] = {}
    for found in found_on(outcome_file(workspace), {one.item for one in made if one.item}):
        by_item.setdefault(found["item"], []).append(found)
    return [replace(one, findings=tuple(by_item.get(one.item, ()))) for one in made]


def _deep(
    workspace: Workspace, sources: list[Source], alerts: Sequence[Alert], made: list[Match], progress: Progress
) -> Iterator[Match]:  # fmt: skip
    """The packs whose test asks for it with their containers and state; one that nobody knows with what is spelled almost like it."""
    looked: dict[str, tuple[Life, dict[str, Any] | None]] = {}
    with _spill() as spill:
        record = Record(workspace, sources, spill)
        for number, (alert, one) in enumerate(zip(alerts, made, strict=True)):
            asks = not one.known or alert.code in STATEFUL or alert.system is not System.EMVS or len(alerts) == 1
            if not (alert.serial and asks) or (one.item not in looked and len(looked) >= DEEP):
                yield one
                continue
            if one.item not in looked:
                life = record.life(_item(one, alert))
                looked[one.item] = life, record.state(life)
                progress("containers and states", number, len(alerts))
            yield _deepened(one, *looked[one.item])


def _item(match: Match, alert: Alert) -> Item:
    gtin, serial = (match.item[4:18], match.item[22:]) if match.item.startswith("(01)") else (alert.gtin, alert.serial)
    return Item(gtin or None, serial)


def _deepened(match: Match, life: Life, state: dict[str, Any] | None) -> Match:
    near = tuple(str(one["item"]) for one in life.near)
    steps = match.steps or tuple(moment_of(step) for step in life.steps)
    return replace(match, steps=steps, above=tuple(moment_of(step) for step in life.container_steps), near=near, state=state)

"""Whether the read models are the fold of the ledger: every case and signal made anew and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotproof.ledger import store
from lotproof.quality.projection import Row, rows_of
from lotproof.quality.shell import PREFIX, load, project, table
from lotproof.quality.signals import STREAM, Signal, step


def replay(mend: bool = False) -> list[str]:
    """What differs, as sentences; with ``mend`` the rows are made anew from the ledger."""
    numbers = sorted(set(store.table().filter(stream__startswith=f"{PREFIX}-").values_list("stream", flat=True).distinct()))
    listed = set(table("CaseRow").values_list("number", flat=True))
    differences = [f"{number} is listed and has no entry in the ledger." for number in sorted(listed - set(numbers))]
    for number in numbers:
        found = [f"{number}: {what} differ from its entries." for what in _of_case(number)]
        if found and mend:
            project(load(number))
        differences += found
    return differences + [*_of_signals(mend)]


def _of_case(number: str) -> Iterator[str]:
    rows = rows_of(load(number))
    if _kept("CaseRow", number=number) != [rows.case]:
        yield "the facts of its list"
    for name, made, what in (
        ("ClockRow", rows.clocks, "its clocks"),
        ("HoldRow", rows.holds, "its holds"),
        ("ActionRow", rows.actions, "its actions"),
    ):
        if _kept(name, case=number) != list(made):
            yield what


def _kept(name: str, **which: str) -> list[Row]:
    rows = table(name).filter(**which).order_by("number" if name == "CaseRow" else "id")
    return [{key: value for key, value in row.items() if key != "id"} for row in rows.values()]


def _of_signals(mend: bool) -> Iterator[str]:
    made: dict[str, Signal] = {}
    for _, entry in store.indexed("audit", STREAM):
        body: Any = entry.body if isinstance(entry.body, dict) else {}
        step(made, entry.time, body)
    kept = {row.number: (row.state, row.count, row.case, row.why, row.sentence) for row in table("SignalRow").all()}
    for number in sorted({*made, *kept}):
        one = made.get(number)
        facts = (one.state, one.raised.count, one.case, one.why, one.raised.sentence) if one else None
        if facts != kept.get(number):
            yield f"{number}: its row differs from its entries."
            if mend and one:
                state, count, case, why, sentence = facts or ("", 0, "", "", "")
                table("SignalRow").filter(number=number).update(state=state, count=count, case=case, why=why, sentence=sentence)

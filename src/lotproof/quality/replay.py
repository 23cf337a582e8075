"""Whether the read models are the fold of the ledger: every case and signal made anew and compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotproof.ledger import store
from lotproof.quality.book import PREFIXES, Book
from lotproof.quality.projection import KEYS, Row, rows_of, tables_of
from lotproof.quality.shell import load, project, table
from lotproof.quality.signals import STREAM, Signal, clock_row, step


def replay(mend: bool = False) -> list[str]:
    """What differs, as sentences; with ``mend`` the rows are made anew from the ledger."""
    streams = set(store.table().order_by().values_list("stream", flat=True).distinct())
    numbers = sorted(one for one in streams if one.partition("-")[0] in PREFIXES)
    differences = [f"{number} is listed and has no entry in the ledger." for number in sorted(_listed() - set(numbers))]
    for number in numbers:
        found = [f"{number}: {what} differ from its entries." for what in _of_record(number)]
        if found and mend:
            project(load(number))
        differences += found
    return differences + [*_of_signals(mend)]


def _listed() -> set[str]:
    lists = {tables_of(book)[0] for book in Book}
    return {number for name in lists for number in table(name).values_list("number", flat=True)}


def _of_record(number: str) -> Iterator[str]:
    for name, made in rows_of(load(number)).items():
        if _kept(name, number) != made:
            yield _WHAT[name]


_WHAT = {
    "CaseRow": "the facts of its list",
    "RecordRow": "the facts of its list",
    "ClockRow": "its clocks",
    "HoldRow": "its holds",
    "ActionRow": "its actions",
    "TrainingRow": "its trainings",
}
"""Read model -> what its rows tell."""


def _kept(name: str, number: str) -> list[Row]:
    rows = table(name).filter(**{KEYS[name]: number})
    return [{key: value for key, value in row.items() if key != "id"} for row in rows.order_by("pk").values()]


_CLOCK = ("name", "since", "due", "ended")


def _of_signals(mend: bool) -> Iterator[str]:
    made: dict[str, Signal] = {}
    for _, entry in store.indexed("audit", STREAM):
        body: Any = entry.body if isinstance(entry.body, dict) else {}
        step(made, entry.time, body)
    clocks = {row["case"]: row for row in table("ClockRow").filter(case__startswith="SIG-").values("case", *_CLOCK)}
    kept = {row.number: (row.state, row.count, row.case, row.why, row.sentence) for row in table("SignalRow").all()}
    for number in sorted({*made, *kept}):
        one = made.get(number)
        facts = (one.state, one.raised.count, one.case, one.why, one.raised.sentence) if one else None
        clock = clock_row(one) if one else None
        if facts != kept.get(number) or clock != clocks.get(number):
            yield f"{number}: its row differs from its entries."
            if mend and one:
                state, count, case, why, sentence = facts or ("", 0, "", "", "")
                table("SignalRow").filter(number=number).update(state=state, count=count, case=case, why=why, sentence=sentence)
                table("ClockRow").filter(case=number).delete()
                if clock:
                    table("ClockRow").create(**clock)

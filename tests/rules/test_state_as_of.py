"""The state as of any moment: stories of each axis, and random histories against a plain fold written here a second time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lotproof.rules.state import make_state
from lotproof.rules.transitions import END_STEPS, MOVES

START = datetime(2026, 3, 9, 8)


@dataclass(frozen=True)
class Row:
    """One observation: minutes after START (None: no time), kind, step, item, container, place, reason."""

    at: int | None
    kind: str
    step: str
    item: str
    parent: str | None = None
    place: str | None = None
    reason: str | None = None
    result: str | None = None


def key(name: str | None) -> str | None:
    return name and str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def moment(minutes: int | None) -> datetime | None:
    return None if minutes is None else START + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Stand:
    """What `state` says of one item."""

    number: str
    item: str
    parent: str | None
    place: str | None
    flags: tuple[str, ...] = field(default=())


def stands(rows: Sequence[Row], at: int | None = None, holds: Sequence[tuple[int, int]] = ()) -> dict[str, Stand]:
    """The state of every item; ``holds`` are (index of the held row, minute at which the hold ended)."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(
        """CREATE TABLE obs (subject UUID, lot VARCHAR, level VARCHAR, step VARCHAR, at_utc TIMESTAMP, parent UUID, kind VARCHAR, place VARCHAR, reason VARCHAR,
           result VARCHAR, source VARCHAR, source_name VARCHAR, ordinal BIGINT, position BIGINT)"""
    )
    connection.execute("CREATE TABLE voided (source VARCHAR, position BIGINT)")
    connection.execute("CREATE TABLE record (record VARCHAR, source VARCHAR, position BIGINT, ended TIMESTAMP)")
    values = [[key(r.item), "L1", "unit", r.step, moment(r.at), key(r.parent), r.kind, r.place, r.reason, r.result, "s", "s", n, n] for n, r in enumerate(rows)]
    if values:
        connection.executemany(f"INSERT INTO obs VALUES ({', '.join('?' * 14)})", values)
    for index, ended in holds:
        connection.execute("INSERT INTO record VALUES ('hold', 's', ?, ?)", [index, moment(ended)])
    make_state(connection, moment(at))
    names = {key(name): name for r in rows for name in (r.item, r.parent) if name}
    found = connection.execute("SELECT subject::VARCHAR, number_state, item_state, parent::VARCHAR, place, flags FROM state").fetchall()
    connection.close()
    return {names[s]: Stand(number, item, names.get(parent), place, tuple(flags)) for s, number, item, parent, place, flags in found}


LINE = [Row(0, "numbers", "allocated", "A"), Row(1, "printer", "encoded", "A"), Row(2, "line", "commissioned", "A"), Row(3, "line", "aggregated", "A", "C")]
PACKED = [*LINE, Row(4, "hub", "aggregated", "C", "P")]


@pytest.mark.parametrize(
    ("at", "number", "item", "parent"),
    [(0, "allocated", "", None), (1, "encoded", "", None), (2, "encoded", "commissioned", None), (3, "encoded", "commissioned", "C")],
)
def test_the_state_is_that_of_the_moment(at: int, number: str, item: str, parent: str | None) -> None:
    assert stands(LINE, at)["A"] == Stand(number, item, parent, None)


def test_before_the_first_row_nothing_is_known() -> None:
    assert stands(LINE, -1) == {}


@pytest.mark.parametrize(("step", "state"), [("shipped", "in_transit"), ("received", "received"), ("released", "released"), ("returned", "returned"),
                                             ("dispensed", "dispensed")])  # fmt: skip
def test_a_moved_pallet_moves_the_packs_in_its_cases(step: str, state: str) -> None:
    found = stands([*PACKED, Row(5, "hub", step, "P", place="W")])
    assert [(found[name].item, found[name].place) for name in "ACP"] == [(state, "W")] * 3


def test_what_was_taken_out_before_stays_behind() -> None:
    found = stands([*PACKED, Row(5, "hub", "disaggregated", "A", "C"), Row(6, "hub", "shipped", "P", place="W")])
    assert (found["A"].item, found["A"].parent, found["A"].place) == ("commissioned", None, None)
    assert found["C"].item == "in_transit"


def test_what_is_taken_out_later_stays_where_it_was_brought() -> None:
    found = stands([*PACKED, Row(5, "hub", "shipped", "P", place="W"), Row(6, "hub", "emptied", "P"), Row(7, "hub", "received", "P", place="X")])
    assert (found["A"].item, found["A"].place) == ("in_transit", "W")
    assert (found["P"].item, found["C"].parent) == ("received", None)


def test_what_is_put_into_a_container_is_where_that_is() -> None:
    assert stands([Row(0, "receipts", "received", "C", place="W"), Row(1, "hub", "aggregated", "A", "C")])["A"].place == "W"


def test_a_container_that_ends_does_not_end_its_content() -> None:
    found = stands([*PACKED, Row(5, "hub", "destroyed", "C")])
    assert (found["C"].item, found["A"].item) == ("destroyed", "commissioned")


def test_a_container_that_ends_at_a_place_does_not_end_what_was_corrected_in_it() -> None:
    rows = [Row(0, "line", "sampled", "A"), Row(1, "line", "commissioned", "A"), Row(2, "line", "aggregated", "A", "C"), Row(3, "line", "sampled", "C", place="W")]
    found = stands(rows)
    assert (found["A"].item, found["A"].place, found["C"].item) == ("commissioned", "W", "sampled")


@pytest.mark.parametrize(("end", "state"), [("sampled", "sampled"), ("inactivated", "inactive"), ("destroyed", "destroyed")])
def test_what_ended_stays_ended_whatever_moves(end: str, state: str) -> None:
    found = stands([*PACKED, Row(5, "line", end, "A"), Row(6, "hub", "commissioned", "A"), Row(7, "hub", "shipped", "P")])
    assert found["A"].item == state


@pytest.mark.parametrize(("end", "state"), [("sampled", "in_transit"), ("inactivated", "in_transit"), ("destroyed", "destroyed")])
def test_the_voice_that_ended_it_may_correct_itself_but_for_destruction(end: str, state: str) -> None:
    found = stands([*PACKED, Row(5, "hub", end, "A"), Row(6, "hub", "commissioned", "A"), Row(7, "hub", "shipped", "P")])
    assert found["A"].item == state


def test_a_number_does_not_go_back_and_rows_without_a_time_need_no_place_in_the_order() -> None:
    assert stands([Row(5, "numbers", "allocated", "A"), Row(None, "line", "returned_unused", "A")])["A"].number == "unallocated"
    assert stands([Row(5, "numbers", "allocated", "A"), Row(None, "line", "returned_unused", "A")], 9)["A"].number == "allocated"


def test_a_hold_on_a_pallet_holds_its_content_and_what_is_put_in_later() -> None:
    found = stands([*PACKED, Row(5, "holds", "held", "P", reason="Quarantine, seal broken"), Row(6, "hub", "aggregated", "D", "P")])
    assert {name: found[name].flags for name in "ACDP"} == dict.fromkeys("ACDP", ("hold", "quarantine"))


def test_what_left_a_held_container_is_still_held_until_the_hold_or_it_is_released() -> None:
    rows = [*PACKED, Row(5, "holds", "held", "C"), Row(6, "hub", "disaggregated", "A", "C")]
    assert stands(rows)["A"].flags == ("hold",)
    assert stands([*rows, Row(7, "hub", "hold_released", "A")])["A"].flags == ()
    assert stands([*rows, Row(7, "hub", "hold_released", "C")])["A"].flags == ()
    assert stands([*rows, Row(7, "hub", "hold_released", "A")])["C"].flags == ("hold",)


def test_what_left_before_the_hold_is_not_held() -> None:
    assert stands([*PACKED, Row(5, "hub", "disaggregated", "A", "C"), Row(6, "holds", "held", "C")])["A"].flags == ()


def test_a_hold_ends_when_its_record_says_so() -> None:
    rows = [*PACKED, Row(5, "holds", "held", "C")]
    assert stands(rows, 8, [(5, 9)])["A"].flags == ("hold",)
    assert stands(rows, 9, [(5, 9)])["A"].flags == ()


@pytest.mark.parametrize(
    ("row", "flag"),
    [(Row(5, "alerts", "alerted", "A", reason="Suspect"), "suspect"), (Row(5, "alerts", "alerted", "A", reason="Recalled"), "recalled"),
     (Row(5, "hub", "observed", "A", place="W", result="damaged"), "damaged"), (Row(5, "line", "sampled", "A"), "sampled"),
     (Row(5, "alerts", "alerted", "A", reason="Illegitimate"), "illegitimate")],
)  # fmt: skip
def test_words_and_steps_raise_flags(row: Row, flag: str) -> None:
    assert stands([*LINE, row])["A"].flags == (flag,)


def test_an_alert_of_another_kind_raises_none() -> None:
    assert stands([*LINE, Row(5, "alerts", "alerted", "A", reason="NMVS_NC_PC_02")])["A"].flags == ()


# --- random histories ------------------------------------------------------------------------------------------------------

UNITS, CASES, PALLETS = ("A", "B", "E"), ("C", "D"), ("P", "Q")
_kind = st.sampled_from(["line", "hub"])
_place = st.sampled_from([None, "W", "X"])


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Rows at distinct times, so that the order is the same for everybody."""
    rows: list[Row] = []
    for at in range(draw(st.integers(1, 22))):
        child, parents = draw(st.sampled_from([*((u, CASES) for u in UNITS), *((c, PALLETS) for c in CASES)]))
        box = draw(st.sampled_from([*CASES, *PALLETS]))
        step = draw(st.sampled_from(["commissioned", "aggregated", "aggregated", "disaggregated", "emptied", "sampled", "inactivated", "destroyed", *MOVES,
                                     "held", "hold_released", "allocated", "encoded", "returned_unused"]))  # fmt: skip
        if step in ("aggregated", "disaggregated"):
            rows.append(Row(at, draw(_kind), step, child, draw(st.sampled_from(parents)), draw(_place)))
        elif step == "emptied":
            rows.append(Row(at, "hub", step, box))
        else:
            rows.append(Row(at, draw(_kind), step, draw(st.sampled_from([child, box])), None, draw(_place)))
    return rows


class Naive:
    """Event by event, pushing moves down to what is inside at that moment."""

    def __init__(self) -> None:
        self.number: dict[str, str] = {}
        self.item: dict[str, tuple[str, str]] = {}
        self.parent: dict[str, str] = {}
        self.place: dict[str, str] = {}
        self.holds: dict[str, list[set[str]]] = {}
        self.known: set[str] = set()

    def inside(self, box: str) -> list[str]:
        direct = [child for child, parent in self.parent.items() if parent == box]
        return direct + [below for child in direct for below in self.inside(child)]

    def take(self, row: Row) -> None:
        self.known.add(row.item)
        rank = {"": 0, "allocated": 1, "encoded": 2, "unallocated": 3}
        to = {"allocated": "allocated", "encoded": "encoded", "commissioned": "encoded", "returned_unused": "unallocated"}.get(row.step)
        if to and rank[to] >= rank[self.number.get(row.item, "")]:
            self.number[row.item] = to
        if row.step == "disaggregated" and self.parent.get(row.item) == row.parent:
            del self.parent[row.item]
        if row.step == "emptied":
            self.parent = {child: parent for child, parent in self.parent.items() if parent != row.item}
        reached = [row.item, *self.inside(row.item)]
        if row.step == "aggregated":
            self.parent[row.item] = str(row.parent)
            for held in self.holds.get(str(row.parent), []):
                held.update([row.item, *self.inside(row.item)])
            for box in self.above(str(row.parent)):
                for held in self.holds.get(box, []):
                    held.update([row.item, *self.inside(row.item)])
        for name in reached if row.place else ():
            self.place[name] = str(row.place)
        for name in reached if row.step in MOVES else ():
            if self.item.get(name, ("", ""))[0] not in ("sampled", "inactive", "destroyed"):
                self.item[name] = ({"shipped": "in_transit"}.get(row.step, row.step), row.kind)
        self.one(row)
        if row.step == "held":
            self.holds.setdefault(row.item, []).append(set(reached))
        if row.step in ("hold_released", "released"):
            self.holds.pop(row.item, None)
            for held in (held for holds in self.holds.values() for held in holds):
                held.discard(row.item)

    def one(self, row: Row) -> None:
        state, voice = self.item.get(row.item, ("", ""))
        to = {"inactivated": "inactive"}.get(row.step, row.step)
        if row.step in END_STEPS and state != "destroyed":
            self.item[row.item] = (to, row.kind)
        elif row.step == "commissioned" and (state == "" or (state in ("sampled", "inactive") and voice == row.kind)):
            self.item[row.item] = ("commissioned", row.kind)

    def above(self, box: str) -> list[str]:
        found = []
        while box in self.parent:
            box = self.parent[box]
            found.append(box)
        return found

    def stand(self, name: str, sampled: set[str]) -> Stand:
        held = any(name in held for holds in self.holds.values() for held in holds)
        flags = (("hold",) if held else ()) + (("sampled",) if name in sampled else ())
        place, box = self.place.get(name), name
        while place is None and box in self.parent:
            box = self.parent[box]
            place = self.place.get(box)
        return Stand(self.number.get(name, ""), self.item.get(name, ("", ""))[0], self.parent.get(name), place, flags)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.integers(0, 22))
def test_the_state_of_random_histories_is_that_of_a_plain_fold(rows: list[Row], at: int) -> None:
    naive = Naive()
    for row in rows:
        if row.at is not None and row.at <= at:
            naive.take(row)
    sampled = {row.item for row in rows if row.step == "sampled" and row.at is not None and row.at <= at}
    assert stands(rows, at) == {name: naive.stand(name, sampled) for name in naive.known}


def test_the_rows_of_a_lake_are_what_the_state_is_made_of(tmp_path: Path) -> None:
    from rules_story import Story, build, written

    from lotproof.rules.check import check

    story = Story("", {"rows": ["made A1..A2 > C-1 @9:00", "hub destroyed A1 event=e1 @10:00", "hub voided A1 event=e1 @10:00"]})
    lake, sources = build(tmp_path, written(story.body, story.lot))
    seen: list[tuple[str, str]] = []

    def visit(connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> None:
        make_state(connection)
        seen.extend(connection.execute("SELECT t.serial, s.item_state FROM state s JOIN thing t USING (subject) WHERE t.serial IS NOT NULL ORDER BY 1").fetchall())

    check(lake, sources, tmp_path / "spill", rules={}, visit=visit)
    assert seen == [("A1", "commissioned"), ("A2", "commissioned")]

"""The data-correction register and error declarations, from stories and from EPCIS documents as they are delivered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rules_story import Story, build, short, written

from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import Outcome, check


def register(root: Path, *rows: str, **more: list[Any]) -> list[tuple[str, str, str, str, str | None]]:
    """(what, field, before, after, explained) of each change."""
    story = Story("", {"rows": list(rows), **more})
    lake, sources = build(root, written(story.body, story.lot))
    found = check(lake, sources, root / "spill", rules={}).corrections
    return [(short(change.what), change.field, change.before, change.after, change.explained) for change in found]


BOTH = ("line commissioned A1 > C-1 @9:00",)


@pytest.mark.parametrize(
    ("later", "change"),
    [("line2 destroyed A1 > C-1 @9:00", ("A1", "state", "commissioned", "destroyed", None)),
     ("line2 commissioned A1 > C-2 @9:00", ("A1", "container", "(00)340123450000000001", "(00)340123450000000002", None)),
     ("line2 commissioned A1 > C-1 @9:00 lot=L9", ("A1", "lot", "L1", "L9", None))],
)  # fmt: skip
def test_another_value_for_the_same_fact_is_a_change(tmp_path: Path, later: str, change: tuple[str, str, str, str, str | None]) -> None:
    assert register(tmp_path, *BOTH, later) == [change]


def test_expiry_and_quantity_are_facts_too(tmp_path: Path) -> None:
    found = register(tmp_path, "line commissioned C-1 qty=3 expiry=2028-01-31 @9:00", "line2 commissioned C-1 qty=4 expiry=2028-02-29 @9:00")
    assert found == [("C-1", "expiry", "2028-01-31", "2028-02-29", None), ("C-1", "quantity", "3.0", "4.0", None)]


@pytest.mark.parametrize("later", ["line2 commissioned A1 > C-1 @9:00", "line2 destroyed A1 @10:00", "line2 commissioned A2 > C-2 @9:00"])
def test_the_same_value_another_moment_or_another_item_is_none(tmp_path: Path, later: str) -> None:
    assert register(tmp_path, *BOTH, later) == []


def test_a_later_step_in_the_later_delivery_explains(tmp_path: Path) -> None:
    (change,) = register(tmp_path, *BOTH, "line2 sampled A1 > C-1 @9:00", "line2 destroyed A1 @10:00")
    assert change[-1] == "a later step at 2026-03-02T10:00:00Z"


def test_rows_without_a_time_may_have_a_later_step_behind_them(tmp_path: Path) -> None:
    (change,) = register(tmp_path, "line returned_unused A1 @none", "line2 encoded A1 @none")
    assert change[-1] == "the rows carry no time, so a later step may explain it"


def test_a_record_that_names_the_item_explains(tmp_path: Path) -> None:
    rows = ("line commissioned AB12345 > C-1 @9:00", "line2 destroyed AB12345 > C-1 @9:00")
    (change,) = register(tmp_path / "a", *rows, records=["deviations deviation D-7 text=pack_AB12345_destroyed_by_hand"])
    assert change[-1] == "deviation D-7 (deviations.csv:1)"
    (change,) = register(tmp_path / "b", *rows, records=["deviations deviation D-7 text=pack_AB99999_destroyed_by_hand"])
    assert change[-1] is None


def test_an_order_that_was_changed_between_two_lists(tmp_path: Path) -> None:
    story = Story("", {"rows": list(BOTH)})
    rows = written(story.body, story.lot)
    for name, expiry in (("orders", "2028-01-31"), ("orders2", "2028-02-29")):
        rows[name] = [("order_master", {"order_no": "4711", "lot": "L1", "expiry": expiry, "position": 1})]
    lake, sources = build(tmp_path, rows)
    (change,) = check(lake, sources, tmp_path / "spill", rules={}).corrections
    assert (change.what, change.field, change.before, change.after) == ("order 4711", "expiry", "2028-01-31", "2028-02-29")
    assert (change.before_file, change.before_position, change.after_file, change.after_position) == ("orders.csv", 1, "orders2.csv", 1)


def test_a_document_whose_quantity_was_changed_and_a_stock_list_of_another_day(tmp_path: Path) -> None:
    story = Story("", {"rows": list(BOTH)})
    rows = written(story.body, story.lot)
    for name, quantity in (("movements", 5.0), ("movements2", 6.0)):
        rows[name] = [("claim", {"claim": "goods_receipt", "lot": "L1", "reference": "4900001 1 101", "quantity": quantity, "unit": "EA", "position": 3})]
    for name, quantity in (("stock", 5.0), ("stock2", 6.0)):
        rows[name] = [("claim", {"claim": "stock", "lot": "L1", "reference": "DE01 0001", "quantity": quantity, "unit": "EA", "position": 3})]
    lake, sources = build(tmp_path, rows)
    found = {change.what: change.explained for change in check(lake, sources, tmp_path / "spill", rules={}).corrections}
    assert found == {"claim goods_receipt 4900001 1 101": None, "claim stock L1 DE01 0001": "a list of stock is a picture of its moment"}


def test_an_event_whose_content_differs_from_delivery_to_delivery(tmp_path: Path) -> None:
    (change,) = register(tmp_path, "hub aggregated A1 > C-1 @9:00 event=e1", "hub2 aggregated A1 > C-2 @9:00 event=e1")
    assert change == ("A1", "container", "(00)340123450000000001", "(00)340123450000000002", None)


# --- EPCIS documents -------------------------------------------------------------------------------------------------------

PACK = "urn:epc:id:sgtin:4012345.012345.{}"
CASE = "urn:epc:id:sscc:4012345.0000000001"


def commissioning(*serials: str, **more: Any) -> dict[str, Any]:
    return {"type": "ObjectEvent", "eventTime": "2026-03-02T09:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "bizStep": "commissioning",
            "epcList": [PACK.format(serial) for serial in serials], "ilmd": {"cbvmda:lotNumber": "L1"}, **more}  # fmt: skip


def packing(*serials: str, **more: Any) -> dict[str, Any]:
    return {"type": "AggregationEvent", "eventTime": "2026-03-02T09:10:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "bizStep": "packing",
            "parentID": CASE, "childEPCs": [PACK.format(serial) for serial in serials], **more}  # fmt: skip


def wrong(*corrective: str) -> dict[str, Any]:
    return {"errorDeclaration": {"declarationTime": "2026-03-03T07:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": list(corrective)}}


def delivered(root: Path, *documents: list[dict[str, Any]]) -> tuple[Outcome, dict[str, str | None]]:
    """The outcome of documents, and pack -> container at the hub."""
    folder = root / "in"
    folder.mkdir()
    for number, events in enumerate(documents):
        body = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0",
                "creationDate": "2026-03-04T00:00:00Z", "epcisBody": {"eventList": events}}  # fmt: skip
        (folder / f"d{number}.jsonld").write_text(json.dumps(body), encoding="utf-8")
    lake = Lake(root / "lake")
    receipts = intake(Delivery(folder), lake)
    parents: dict[str, str | None] = {}
    query = "SELECT t.serial, p.text FROM hub_state h JOIN thing t USING (subject) LEFT JOIN thing p ON p.subject = h.parent WHERE t.serial IS NOT NULL"
    outcome = check(lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment], root / "spill", rules={},
                    visit=lambda connection, _lots: parents.update(dict(connection.execute(query).fetchall())))  # fmt: skip
    return outcome, parents


def test_an_event_declared_wrong_by_its_identifier_leaves_the_replay_and_stays_visible(tmp_path: Path) -> None:
    outcome, parents = delivered(
        tmp_path, [commissioning("A1", "A2"), packing("A1", "A2", eventID="urn:uuid:1")], [packing("A1", "A2", eventID="urn:uuid:1", **wrong("urn:uuid:2", "urn:uuid:9"))],
        [packing("A1", eventID="urn:uuid:2")],
    )  # fmt: skip
    assert parents["A1"] is not None
    assert parents["A2"] is None
    (declared,) = outcome.declarations
    assert (declared.event, declared.declared_at, declared.reason, declared.items) == ("urn:uuid:1", "2026-03-03T07:00:00Z", "incorrect_data", 2)
    assert (declared.corrected_by, declared.dangling) == (("urn:uuid:2",), ("urn:uuid:9",))
    assert [place.split(":")[0] for place in declared.voids] == ["d0.jsonld"]
    (change,) = outcome.corrections
    assert (change.field, change.before, change.after) == ("event", "aggregated of 2 items", "declared an error")
    assert change.explained == "error declaration of 2026-03-03T07:00:00Z: incorrect_data; corrected by urn:uuid:2 urn:uuid:9"


def test_a_corrective_event_may_be_in_an_earlier_file(tmp_path: Path) -> None:
    outcome, _ = delivered(tmp_path, [commissioning("A1"), packing("A1", eventID="urn:uuid:2")],
                           [commissioning("A7", eventID="urn:uuid:1"), commissioning("A7", eventID="urn:uuid:1", **wrong("urn:uuid:2"))])  # fmt: skip
    assert outcome.declarations[0].dangling == ()


def test_without_identifiers_equal_content_finds_the_event(tmp_path: Path) -> None:
    outcome, parents = delivered(tmp_path, [commissioning("A1", "A2"), packing("A1", "A2")], [packing("A1", "A2", **wrong())])
    assert parents == {"A1": None, "A2": None}
    assert len(outcome.declarations[0].voids) == 1


@pytest.mark.parametrize(
    "declared",
    [packing("A1"), packing("A1", "A2", eventTime="2026-03-02T09:11:00Z"), packing("A1", "A2", parentID="urn:epc:id:sscc:4012345.0000000002"),
     packing("A1", "A2", action="DELETE")],
    ids=["fewer items", "another time", "another container", "another action"],
)  # fmt: skip
def test_content_that_differs_finds_nothing_and_the_declaration_is_told(tmp_path: Path, declared: dict[str, Any]) -> None:
    outcome, parents = delivered(tmp_path, [commissioning("A1", "A2"), packing("A1", "A2")], [declared | wrong()])
    assert None not in parents.values()
    assert (outcome.declarations[0].voids, outcome.corrections) == ((), ())


def test_an_event_with_another_identifier_is_another_event(tmp_path: Path) -> None:
    _, parents = delivered(tmp_path, [commissioning("A1"), packing("A1", eventID="urn:uuid:1")], [packing("A1", eventID="urn:uuid:5", **wrong())])
    assert parents["A1"] is not None

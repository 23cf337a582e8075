"""Exception notices of trading partners (PDG)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lotproof.intake.folder import Delivery, intake
from lotproof.intake.partner_notice import is_partner_notice, read_partner_notice
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import check

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "pdg-exceptions" / "example_generators" / "examples"
GTIN = "09506000134352"


def message(**exceptions: object) -> str:
    return json.dumps({"message_uuid": "m", "exception_case_uuid": "c", "timestamp": 1772445600, "po_number": "PO-7", "exceptions": exceptions})


def test_product_without_data_and_data_without_product() -> None:
    found = read_partner_notice(
        message(
            missing_product_data=[{"product_gtin": GTIN, "product_serial": "A1", "observation_source": "Scan"}],
            missing_product=[{"product_gtin": "9506000134352", "product_serial": "A2", "file_id": "f"}],
        )
    )
    assert [(row["gtin"], row["serial"], row["step"], row["position"]) for row in found.rows] == [
        (GTIN, "A1", "found_without_data", 1), (GTIN, "A2", "data_without_product", 2),
    ]  # fmt: skip
    assert {(str(row["at_utc"]), row["reference"]) for row in found.rows} == {("2026-03-02 10:00:00", "PO-7")}


def misaligned(**changes: str) -> dict[str, str]:
    entry = {"received_product_gtin": GTIN, "received_product_lot": "L1", "received_product_expiry": "2028-01-31", "received_product_serial": "A1",
             "product_data_gtin": GTIN, "product_data_lot": "L1", "product_data_expiry": "2028-01-31", "product_data_serial": "A1"}  # fmt: skip
    return entry | changes


def test_a_wrong_serial_is_one_pack_too_many_and_one_too_few() -> None:
    found = read_partner_notice(message(data_misalignment=[misaligned(product_data_serial="B9")]))
    assert [(row["serial"], row["step"]) for row in found.rows] == [("A1", "found_without_data"), ("B9", "data_without_product")]


def test_another_lot_of_the_same_pack_is_a_statement_of_that_lot() -> None:
    found = read_partner_notice(message(data_misalignment=[misaligned(received_product_lot="L2")]))
    assert [(row["serial"], row["step"], row["lot"]) for row in found.rows] == [("A1", "observed", "L2")]


def test_quantities_are_claims() -> None:
    found = read_partner_notice(message(overages=[{"gtin": GTIN, "quantity_ordered": 100, "quantity_received": 110}]))
    assert [(claim["claim"], claim["quantity"]) for claim in found.claims] == [("partner_ordered", 100.0), ("partner_received", 110.0)]


def test_whole_containers_and_lists_that_stand_beside_the_sender_are_read_too() -> None:
    found = read_partner_notice(json.dumps({
        "exception_case_uuid": "c", "sent_at": "2026-06-05T15:31:35+02:00", "notifying_trading_partner": {"name": "P"},
        "missing_product_data": [{"sscc": "00395060000000000016", "gtin": GTIN, "lot": "L1", "quantity": 12}],
        "missing_product": [{"gtin": GTIN, "serial": "A2"}, {"sscc": "12"}],
    }))  # fmt: skip
    assert [(row.get("sscc"), row["level"], row.get("lot"), row["step"]) for row in found.rows] == [
        ("395060000000000016", "container", "L1", "found_without_data"), (None, "unit", None, "data_without_product"),
    ]  # fmt: skip
    assert {str(row["at_utc"]) for row in found.rows} == {"2026-06-05 13:31:35"}
    assert [entry for entry, _ in found.refused] == [3]


def test_an_entry_that_says_nothing_is_refused_with_its_reason() -> None:
    found = read_partner_notice(message(missing_product=[{"product_gtin": GTIN}, 7], underages=[{"gtin": GTIN}]))
    assert [position for position, _ in found.refused] == [1, 2, 3]
    assert found.refused[0][1] == "the entry of missing_product cannot be read (it names no serial and no container)"


@pytest.mark.parametrize("text", ["{}", "[1]", '{"exception_case_uuid": 1, "exceptions": [1]}', '{"exception_case_uuid"', "[" * 100_000 + '"exception_case_uuid"'])
def test_other_json_is_no_notice(text: str) -> None:
    assert not is_partner_notice(text)


def test_a_notice_in_a_delivery_becomes_findings_on_known_packs(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "line.csv").write_text("Lot,GTIN,Serial,Status,Level,Parent\n" + "".join(f"L1,{GTIN},A{n},Commissioned,EA,\n" for n in range(9)))
    notice = message(missing_product=[{"product_gtin": GTIN, "product_serial": "A2"}], missing_product_data=[{"product_gtin": GTIN, "product_serial": "X1"}])
    (folder / "notice.json").write_text(notice)
    lake = Lake(tmp_path / "lake")
    receipts = intake(Delivery(folder, zone="UTC"), lake)
    outcome = check(lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment], tmp_path / "spill")
    found = {finding.code: finding for finding in outcome.findings}
    assert (found["PHY-02"].lot, found["PHY-02"].items) == ("L1", (f"(01){GTIN}(21)A2",))
    assert found["PHY-01"].items == (f"(01){GTIN}(21)X1",)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not on this machine")
def test_the_published_examples_are_read_without_a_refusal() -> None:
    reports = sorted(CORPUS.glob("*report*.json"))
    assert len(reports) >= 6
    for path in reports:
        text = path.read_text()
        assert is_partner_notice(text)
        found = read_partner_notice(text)
        assert not found.refused, path
        assert found.entries == 0 or found.rows or found.claims


def test_half_a_character_is_no_reason_to_leave_a_notice_unread() -> None:
    found = read_partner_notice(message(missing_product=[{"product_gtin": "09528862577757", "product_serial": "\ud800A"}]))
    assert [row["serial"] for row in found.rows] == ["?A"]

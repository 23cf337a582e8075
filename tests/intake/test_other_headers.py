"""Exports that nobody here has seen: other words over the same columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_helper import take_texts

GTIN = "09521234000013"
CASE = "095212300000000074"
SERIALS = [f"A{number:05d}XZ" for number in range(20)]
NOTE = "All local times Europe/Berlin.\n"


def _table(header: str, row: str) -> str:
    """A table of twenty rows; S is the serial, NN the number of the row."""
    rows = (row.replace("<S>", serial).replace("<N>", f"{number:02d}") for number, serial in enumerate(SERIALS))
    return "\n".join([header, *rows]) + "\n"


FILES = {
    "line, English": ("line", 40, _table(
        "WorkOrderNo;BatchNo;GTIN14;ItemSerial;PackLevel;SerialState;ParentSSCC;Expiry;Printed;Inspected;Packed",
        f"47;LX12;{GTIN};<S>;EA;Good;{CASE};2028-06-30;2026-03-09T06:00:<N>Z;2026-03-09T06:01:<N>Z;2026-03-09T06:02:<N>Z")),
    "line, German": ("line", 40, _table(
        "Auftr.;Charge;GTIN;SNR;Ebene;Status;NVE;Verfall;Druck;Prüfung;Packung",
        f"47;LX12;{GTIN};<S>;Stück;Gut;{CASE};30.06.2028;19.03.2026 06:00:<N>;19.03.2026 06:01:<N>;19.03.2026 06:02:<N>")),
    "line, French": ("line", 40, _table(
        "Ordre;Lot;GTIN;Numéro de série;Niveau;Statut;SSCC parent;Péremption;Heure",
        f"47;LX12;{GTIN};<S>;Unité;Bon;{CASE};30/06/2028;19/03/2026 06:00:<N>")),
    "line, dispositions": ("line", 40, _table(
        "ManufacturingOrder,LotNo,NTIN,UnitSN,Level,Disposition,Container,ExpDate,EventTime",
        f"47,LX12,{GTIN},<S>,EA,COMMISSIONED,{CASE},2028-06-30,2026-03-09T06:00:<N>Z")),
    "line, a state that only its words tell": ("line", 40, _table(
        "OrderNo;Lot;GTIN;Level;SerialNumber;Zebra;ParentSSCC;PackTime",
        f"47;LX12;{GTIN};EA;<S>;Good;{CASE};2026-03-09T06:02:<N>Z")),
    "line, a serial that only its values tell": ("line", 40, _table(
        "OrderNo;Lot;GTIN;Level;Zebra;Status;ParentSSCC;PackTime",
        f"47;LX12;{GTIN};EA;<S>;Good;{CASE};2026-03-09T06:02:<N>Z")),
    "numbers by quota": ("numbers", 20, _table("Auftragsnr;GTIN;SNR;Kontingent", f"47;{GTIN};<S>;K1")),
    "numbers downloaded": ("numbers", 20, _table("PO No.;GTIN;Serial No.;Downloaded", f"47;{GTIN};<S>;2026-03-08T10:00:00Z")),
    "camera": ("camera", 20, _table("Zeit;Station;Ergebnis;Soll;Ist", f"19.03.2026 06:01:<N>;CAM1;IO;(01){GTIN}(21)<S>;(01){GTIN}(21)<S>")),
    "printer": ("printer", 20, _table("Kopf;SNR;Zeit;Auftrag", "K1;<S>;19.03.2026 06:00:<N>;47")),
    "goods issue": ("issues", 20, _table("LS-Nr;NVE;Versandzeit;Kunde", f"800<N>;{CASE};20.03.2026 08:<N>;ACME")),
    "inventory": ("inventory", 20, _table("Putaway Time;SSCC;Location;Qty", f"2026-03-10T06:<N>:00Z;{CASE};A-<N>;24")),
    "stops": ("downtime", 0, _table("Linie;Stop begin;Stop end;Reason", "L1;2026-03-09T06:<N>:00Z;2026-03-09T07:00:00Z;jam")),
    "stops, German": ("downtime", 0, _table("Linie;Störbeginn;Störende;Grund", "L1;19.03.2026 06:<N>;19.03.2026 07:20;Stau")),
    "holds": ("holds", 20, _table("HU;Blocked at;Blocked by;Reason", f"{CASE};2026-03-10T06:<N>:00Z;QA1;suspect")),
    "holds of a lot": ("holds", 0, _table("Lot;Scope;Status;Held since", "LX12;whole lot;HOLD;2026-03-10T06:<N>:00Z")),
    "roster": ("roster", 0, _table("Date;Line;Person;From;To", "2026-03-09;L1;OP<N>;06:00;14:00")),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_table_under_other_words_is_read(name: str, tmp_path: Path) -> None:
    kind, observations, text = FILES[name]
    taken = take_texts(tmp_path, {"export.csv": text, "README.txt": NOTE})
    (receipt,) = [receipt for receipt in taken.receipts if receipt.name == "export.csv"]
    assert (receipt.kind, receipt.observations, receipt.quarantined, receipt.problems) == (kind, observations, 0, ())


def test_values_alone_make_no_serials_of_a_table_of_which_little_is_known(tmp_path: Path) -> None:
    text = _table("Zebra;Cartons;Batch;Received;User", "LPN00319<N>;8;LX12;2026-03-09T06:02:<N>Z;U1")
    taken = take_texts(tmp_path, {"export.csv": text, "README.txt": NOTE})
    (receipt,) = [receipt for receipt in taken.receipts if receipt.name == "export.csv"]
    assert (receipt.kind, receipt.observations) == ("unreadable", 0)
    assert 'if it is "Zebra", put this into a mapping profile' in receipt.problems[0]


def test_a_column_headed_like_a_code_that_holds_times_is_no_code(tmp_path: Path) -> None:
    text = FILES["line, German"][2]
    taken = take_texts(tmp_path, {"export.csv": text, "README.txt": NOTE})
    rows = taken.rows("observation", "serial step", "export.csv")
    assert set(rows) == {(serial, step) for serial in SERIALS for step in ("commissioned", "aggregated")}

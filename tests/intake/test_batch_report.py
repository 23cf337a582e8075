"""Batch reports in their shapes and languages: counts as claims, start and end as a record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import take_texts

REPORTS = {
    "en": "Batch report\nLot: L1\nOrder: O1\nPrinted: 1,190\nGood: 1170\nRejected: 20\nSampled: 5\nUnused returned: 10\nFull cases: 48\nPartial cases: 1\n",
    "de": "Chargenbericht\nCharge: L1\nAuftrag: O1\nGedruckt: 1.190\nGut: 1170 Stk\nAusschuss: 20\nMuster: 5\nUnbenutzt: 10\nVolle Kartons: 48\nAnbruchkartons: 1\n",
    "fr": "Rapport\nNuméro de lot = L1\nOrdre = O1\nImprimés = 1 190\nBons = 1170\nRejetés = 20\nÉchantillons = 5\nNon utilisés = 10\nCaisses complètes = 48\nCaisses incomplètes = 1\n",
    "pl": "Raport\nNumer serii;L1\nZlecenie;O1\nWydrukowane;1190\nDobre;1170\nOdrzucone;20\nPróbki;5\nNiewykorzystane;10\nPełne kartony;48\nNiepełne kartony;1\n",
    "dots": "Lot ........ L1\nOrder No ... O1\nPrinted .... 1190\nGood ....... 1170 EA\nRejected ... 20\nSampled .... 5\nUnused ..... 10\n[Cases]\nFull ....... 48\nPartial .... 1\n",
}
WANTED = [
    ("report_printed", "unit", 1190.0), ("report_good", "unit", 1170.0), ("report_rejected", "unit", 20.0), ("report_sampled", "unit", 5.0),
    ("report_unused", "unit", 10.0), ("report_full", "case", 48.0), ("report_partial", "case", 1.0),
]  # fmt: skip


@pytest.mark.parametrize("language", REPORTS)
def test_the_same_counts_are_read_in_each_language(language: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"report.txt": REPORTS[language]})
    assert taken.only.kind == "batch_report"
    assert taken.rows("claim", "claim unit quantity") == WANTED
    assert set(taken.rows("claim", "lot order_no")) == {("L1", "O1")}


def test_rejects_by_reason_start_and_end(tmp_path: Path) -> None:
    text = "Lot: L1\nStart: 01.03.2026 10:00\nEnd: 01.03.2026 12:00\nPrinted: 100\nGood: 90\nRejected: 10\nRejects by reason\n  No read: 7\n  Grade: 3\n"
    taken = take_texts(tmp_path, {"report.txt": text}, zone="UTC")
    assert taken.rows("claim", "claim reference quantity")[3:] == [("report_rejected_reason", "No read", 7.0), ("report_rejected_reason", "Grade", 3.0)]
    assert taken.rows("record", "record lot started ended") == [("batch", "L1", datetime(2026, 3, 1, 10), datetime(2026, 3, 1, 12))]


@pytest.mark.parametrize(
    "text",
    ["Lot;L1;;\nLevel;Printed;Good;Rejected\nUnit;100;90;10\nCase;9;9;0\n", "Lot;L1;\nCount;Unit;Case\nPrinted;100;9\nGood;90;9\nRejected;10;0\n"],
)
def test_a_matrix_of_levels_and_counts_is_read_either_way(text: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"report.csv": text})
    assert sorted(taken.rows("claim", "claim unit quantity"), key=str) == sorted(
        [("report_printed", "unit", 100.0), ("report_good", "unit", 90.0), ("report_rejected", "unit", 10.0),
         ("report_printed", "case", 9.0), ("report_good", "case", 9.0), ("report_rejected", "case", 0.0)], key=str,
    )  # fmt: skip


def test_a_count_that_is_no_whole_number_is_quarantined(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"report.txt": "Lot: L1\nPrinted: 100\nGood: 90\nRejected: many\nSampled: 1\n"})
    assert taken.column("quarantine", "reason") == ['the count "Rejected" has the value "many", which is no whole number']


def test_prose_with_a_colon_is_no_batch_report(tmp_path: Path) -> None:
    assert take_texts(tmp_path, {"x.txt": "Dear all\nLot: L1 is fine\nGood: yes\n"}).only.kind == "document"

"""Whole deliveries: the example lots beside the repository, and sites out of the simulator."""

from __future__ import annotations

import fnmatch
import os
from pathlib import Path

import pytest
from intake_helper import take, take_texts

from lotproof.simulate import SiteSpec, simulate

SHARED = Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).parents[3] / "shared"))
LOTS = sorted((SHARED / "lots").glob("*/extract")) if (SHARED / "lots").is_dir() else []

NAMES = {
    "numbers": "SN_alloc_* serials_received_* L4_numbers_*",
    "line": "line_serials_* L2_export_* Serialisierung_*",
    "printer": "printer_log* print_jobs_* Druckerprotokoll*",
    "camera": "camera_log* verification_* Kamera_Lesungen*",
    "epcis-xml": "epcis_*.xml EPCIS_*.xml",
    "epcis-json": "epcis_*.jsonld EPCIS_*.jsonld epcis_*.json EPCIS_*.json",
    "messages": "hub_upload_log* L3_L4_messages* Meldeprotokoll*",
    "orders": "order_master* production_orders* Auftragsstamm*",
    "movements": "MB51_* material_movements* Materialbelege*",
    "stock": "MB52_* stock_overview* Bestand*",
    "receipts": "wms_receipts* receiving_* *Wareneingang*",
    "inventory": "wms_inventory* inventory_scan_* WMS_Inventur*",
    "issues": "wms_goods_issue* dock_scans_* WMS_Warenausgang*",
    "audit": "wms_case_audit* carton_opening_check* Kartonpruefung*",
    "downtime": "downtime* maintenance_downtime* Stillstaende*",
    "calibration": "calibration* Kalibrierung*",
    "training": "training* lms_export* Schulungen*",
    "roster": "roster_* shift_roster* Schichtplan*",
    "deviations": "deviation_register* Abweichungen*",
    "alerts": "emvs_alerts* alert_export*",
    "holds": "quarantine_holds* hold_register*",
    "json": "partner_notice.json",
    "export-note": "README_export.txt",
}
"""Kind to the names that lots/README.md lists for its content."""


def kind_of(name: str) -> str:
    (kind,) = (kind for kind, patterns in NAMES.items() if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns.split()))
    return kind


@pytest.mark.skipif(not LOTS, reason="the shared example lots are not here; LOTPROOF_SHARED names their folder")
@pytest.mark.parametrize("extract", LOTS, ids=lambda path: path.parent.name)
def test_every_file_of_an_example_lot_is_recognised_and_read_whole(extract: Path, tmp_path: Path) -> None:
    taken = take(extract, tmp_path / "lake")
    assert {receipt.name: receipt.kind for receipt in taken.receipts} == {
        receipt.name: kind_of(receipt.name.rsplit("/", 1)[-1]) for receipt in taken.receipts
    }
    assert [(receipt.name, receipt.quarantined, receipt.problems) for receipt in taken.receipts if receipt.quarantined or receipt.problems] == []
    assert sum(receipt.stored for receipt in taken.receipts) > 5000


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_simulated_site_is_read_whole_and_without_a_question(seed: int, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, simulate(SiteSpec(seed=seed, units=400)).files)
    assert [(receipt.name, receipt.quarantined, receipt.problems) for receipt in taken.receipts if receipt.quarantined or receipt.problems] == []
    assert not {receipt.kind for receipt in taken.receipts} & {"unreadable", "document", "binary", "duplicate"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_simulated_sites_are_read_whole(seed: int, tmp_path: Path) -> None:
    test_a_simulated_site_is_read_whole_and_without_a_question(seed, tmp_path)

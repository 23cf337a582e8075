"""Ranked suspects of a simulated site, from its files to the words; and the words themselves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from simulated import delivered

from lotproof.diagnosis.exposure import FAILURES, Exposure
from lotproof.diagnosis.lineups import lineups
from lotproof.diagnosis.scan.cells import cells_of
from lotproof.diagnosis.scan.ranked import scan
from lotproof.diagnosis.telling import named, swap_test, told
from lotproof.rules.check import check
from lotproof.rules.lineup import Lineup
from lotproof.simulate import SiteSpec, truth_of


def lineups_of(root: Path, fault: str, seed: int) -> tuple[str, list[Lineup]]:
    spec = SiteSpec(seed=seed, units=3000, faults=(fault,) if fault else ())
    lake, sources = delivered(root, spec)
    return truth_of(spec)["lot"], list(check(lake, sources, root / "spill", rank=lineups).suspects)


@pytest.mark.parametrize(("fault", "kind", "name"), [("no_read_burst", "no_read", "station=CAM-02"), pytest.param("print_degradation", "low_grade", "printer=P2", marks=pytest.mark.slow)])
def test_the_device_behind_a_simulated_fault_is_the_supported_suspect(tmp_path: Path, fault: str, kind: str, name: str) -> None:
    lot, found = lineups_of(tmp_path, fault, 3)
    one = next(lineup for lineup in found if (lineup.lot, lineup.kind) == (lot, kind))
    assert one.supported and one.supported[0].names[0] == name
    assert one.supported[0].began is not None and one.supported[0].q < 0.01
    assert [row.question for row in one.supported[0].table] == ["what", "where", "when", "extent"]


def test_a_lot_whose_upload_was_cut_short_has_no_device_to_suspect(tmp_path: Path) -> None:
    _, found = lineups_of(tmp_path, "truncated_upload", 5)
    assert found and not any(lineup.supported for lineup in found)


def lineup() -> Lineup:
    rows = [(piece, (printer, "S" + str(station)), 50.0, 9.0 if printer == "P2" and piece >= 10 else 1.0)
            for piece in range(20) for printer in ("P1", "P2") for station in (1, 2)]  # fmt: skip
    cells = cells_of(("printer", "station"), rows)
    begins = tuple(datetime(2026, 3, 9, 6) + timedelta(minutes=piece) for piece in range(20))
    exposure = Exposure(FAILURES[0], cells, None, begins, int(cells.failed.sum()), int(cells.exposed.sum()))
    return Lineup("A1", "no_read", FAILURES[0].what, exposure.failed, exposure.exposed, "the others", 9,
                  tuple(told(one, exposure) for one in scan(cells, None).suspects))  # fmt: skip


def test_a_suspect_in_words() -> None:
    one = lineup().supported[0]
    assert one.names[0] == "printer=P2" and one.began == "2026-03-09T06:10:00.000Z"
    assert one.swap == "One at a time: let another printer print on the lane of P2, and P2 on another lane; the failures must follow or end."
    assert one.ratio_text.startswith("ratio 9 (")
    where, when, extent = one.table[1:]
    assert where.is_ == "printer=P2" and where.is_not == "printer=P1 (20 failed, 100.0 expected)"
    assert when.is_ == "from 2026-03-09T06:10:00.000Z on" and when.is_not == "before, since 2026-03-09T06:00:00.000Z"
    assert extent.is_ == "180 of 1,000 packs, 100.0 expected" and extent.is_not == "60 failures elsewhere among 3,000 packs"


def test_aliases_are_told_with_the_test_that_separates_them() -> None:
    line, printer = (("line", ("L2",)),), (("printer", ("P3",)),)
    assert swap_test((line, printer)) == (
        "The data cannot tell line=L2 from printer=P3. One at a time: run the same product on another line; let another printer print on the "
        "lane of P3, and P3 on another lane; the failures follow the one that matters."
    )
    assert named((("printer", ("P1", "P2")), ("shift", ("late",)))) == "printer=P1 or P2 and shift=late"


def test_documents_hold_no_number_that_json_or_canonical_json_cannot() -> None:
    made = lineup()
    record = json.dumps(made.as_record())
    assert json.loads(json.dumps(made.as_json(), allow_nan=False))["suspects"][0]["table"][1]["is_not"].startswith("printer=P1")
    assert not any(isinstance(value, float) for value in json.loads(record)["suspects"][0].values())

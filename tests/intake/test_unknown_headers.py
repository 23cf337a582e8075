"""One header after the other under a word that nobody knows: the column is told by its values, asked for, or left; never another kind."""

from __future__ import annotations

import itertools
import tempfile
from functools import cache
from pathlib import Path

import pytest
from intake_helper import take_texts

from lotproof.intake.match import KNOWN_HEADERS, Samples, match_header
from lotproof.intake.problem import SourceProblem
from lotproof.intake.text.header import LOOK, find_header
from lotproof.intake.text.rows import TextTable
from lotproof.simulate import DIALECTS, SiteSpec, simulate

WORD = "Zebra"
NOTE = "All local times Europe/Berlin.\n"
Table = tuple[tuple[str, ...], Samples]


@cache
def _tables(dialect: str) -> tuple[Table, ...]:
    """(header, samples) of the texts that a simulated site hands over."""
    site = simulate(SiteSpec(seed=5, units=300, neighbours=1, dialect=dialect))
    read = (_read(content) for name, content in site.files.items() if name.endswith((".csv", ".txt", ".tsv")))
    return tuple(table for table in read if table is not None)


def _read(content: bytes) -> Table | None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        first = list(itertools.islice(TextTable(Path(file.name)).rows(), LOOK))
    header = find_header(first, KNOWN_HEADERS)
    if header is None:
        return None
    body = first[header.index + 1 :]
    return header.cells, {index: [row.cells[index] for row in body if len(row.cells) > index] for index in range(len(header.cells))}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_header_that_is_lost_makes_a_file_another_kind(dialect: str) -> None:
    wrong = []
    for header, samples in _tables(dialect):
        kind = match_header(header, "export.csv", {}, None, samples).kind.name
        for index, cell in enumerate(header):
            try:
                found = match_header((*header[:index], WORD, *header[index + 1 :]), "export.csv", {}, None, samples)
            except SourceProblem as problem:
                assert f'"{WORD}"' in str(problem) or "as well as" in str(problem), problem
            else:
                wrong += [(kind, cell, found.kind.name)] if found.kind.name != kind else []
    assert len(_tables(dialect)) > 5
    assert wrong == []


def _rows(header: str, row: str) -> str:
    """A table of twenty rows; <N> is the number of the row, <M> changes between few values."""
    made = (row.replace("<N>", f"{n:02d}").replace("<M>", ["101", "601", "101", "331"][n % 4]) for n in range(20))
    return "\n".join([header, *made]) + "\n"


MOVED = "490000<N>;47;LX12;WH01;<M>;<M>0;EA;09.03.2026"
TOLD = {
    "types of movements": ("movements", "movement", _rows("MBLNR;MATNR;CHARG;LGORT;Zebra;MENGE;MEINS;BUDAT", MOVED)),
    "quantities": ("movements", "quantity", _rows("MBLNR;MATNR;CHARG;LGORT;BWART;Zebra;MEINS;BUDAT", MOVED)),
    "a printer": ("printer", "device", _rows("Zeit;Auftrag;Zebra;SNR;Rolle", "19.03.2026 06:00:<N>;47;HEAD <M>;A1<N>XZ99;R1")),
    "serials, one of them without a figure": ("numbers", "code", _rows("OrderNo;GTIN;Zebra;AllocatedAt;RequestId",
        "47;09521234000013;WF<N>JVPUB;2026-03-09T06:00:<N>Z;R1").replace("WF07JVPUB", "WFASJVPUB")),
    "when it was sent": ("messages", "sent", _rows("MessageNo;Lot;Zebra;AckTime;Response", "1<N>;LX12;2026-03-09T06:00:<N>Z;2026-03-09T06:01:<N>Z;OK")),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_column_that_the_kind_must_have_is_told_by_its_values(name: str, tmp_path: Path) -> None:
    kind, field, text = TOLD[name]
    receipt = take_texts(tmp_path, {"export.csv": text, "README.txt": NOTE})["export.csv"]
    assert (receipt.kind, receipt.quarantined, receipt.problems) == (kind, 0, ())
    assert f"Zebra was read as {field}, by its words and values" in receipt.notes


ASKED = {
    "receipts of pallets under numbers of their own are no serials": (
        _rows("Eingangszeit;Zebra;Anzahl Kartons;Charge;Benutzer", "12.03.2026 06:45:<N>;LPN00341<N>;4;LX12;U388"),
        'nothing says which column holds the pallet of a warehouse receipts; if it is "Zebra"'),
    "movements of no lot are no camera log": (
        _rows("MBLNR;MATNR;Zebra;LGORT;BWART;MENGE;MEINS;BUDAT", MOVED), 'nothing says which column holds the lot of a ERP goods movements'),
    "quantities that two columns may be": (
        _rows("MBLNR;MATNR;CHARG;LGORT;BWART;Zebra;Quagga;BUDAT", "490000<N>;47;LX12;WH01;<M>;<M>0;<M>;09.03.2026"),
        'nothing says which column holds the quantity of a ERP goods movements; if it is "Zebra"'),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_a_column_that_no_value_tells_is_asked_for(name: str, tmp_path: Path) -> None:
    text, sentence = ASKED[name]
    taken = take_texts(tmp_path, {"export.csv": text, "README.txt": NOTE})
    assert taken["export.csv"].observations == 0
    assert sentence in taken["export.csv"].problems[0]


def test_a_number_of_a_case_among_quantities_is_put_aside(tmp_path: Path) -> None:
    text = _rows("ReceiptTime;Pallet;Cases;Lot", "2026-03-09T06:45:<N>Z;0952123000000000<N>;12;LX12").replace(";12;", ";340512340000195874;", 1)
    taken = take_texts(tmp_path, {"export.csv": text})
    assert taken.only.quarantined == 1
    assert taken.column("quarantine", "reason") == ['column "Cases": "340512340000195874" has more figures than a quantity']

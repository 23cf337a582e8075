"""Exports of vendors that nobody here has seen: small files that were once misread."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from intake_helper import take_texts

from lotproof.lake.expiry import EXPIRY_MACROS

GTIN = "09521234000013"
CASE = "095212300000000074"
NOTE = "All local times Europe/Berlin.\n"


def _event(serial: str) -> str:
    return (
        "<ObjectEvent><eventTime>2026-03-09T06:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset><epcList>"
        f"<epc>urn:epc:id:sgtin:9521234.000001.{serial}</epc></epcList><action>ADD</action>"
        "<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep></ObjectEvent>"
    )


def _document(*serials: str) -> str:
    events = "\n".join(map(_event, serials))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2">'
        f"<EPCISBody><EventList>\n{events}\n</EventList></EPCISBody></epcis:EPCISDocument>\n"
    )


def test_documents_that_follow_each_other_in_one_file_are_all_read_each_event_at_its_byte(tmp_path: Path) -> None:
    text = _document("A1", "A2") + _document("A3") + _document("A4", "A5")
    taken = take_texts(tmp_path, {"dump.xml": text})
    receipt = taken.only
    assert (receipt.kind, receipt.rows, receipt.stored, receipt.quarantined, receipt.problems) == ("epcis-xml", 5, 5, 0, ())
    places = [place for _, place in sorted(taken.rows("observation", "serial position", "dump.xml"))]
    assert [text[place:].startswith("<ObjectEvent>") for place in places] == [True] * 5
    assert places == sorted(set(places))


def test_a_list_of_containers_named_no_closer_says_nothing_of_their_level(tmp_path: Path) -> None:
    text = f"Count Date/Time;LPN;Lot #;Counted Qty;Bin\n2026-03-10T06:00:00Z;{CASE};LX12;24;A-1\n"
    taken = take_texts(tmp_path, {"count.csv": text})
    assert taken.only.kind == "inventory"
    assert taken.rows("observation", "level step", "count.csv") == [("container", "counted")]


def test_containers_that_arrived_with_packs_are_receipts(tmp_path: Path) -> None:
    text = f"received_at,hu_epc_uri,batch_id,received_qty,bin_code\n2026-03-10T06:00:00Z,{CASE},LX12,24,A-1\n"
    taken = take_texts(tmp_path, {"r.csv": text})
    assert taken.only.kind == "receipts"
    assert taken.rows("observation", "level step", "r.csv") == [("container", "received")]


def test_a_column_of_serials_under_an_unknown_word_is_told_by_its_values(tmp_path: Path) -> None:
    rows = "".join(f"urn:epc:id:sgtin:9521234.000001.A{n};GOOD;2026-03-10T06:00:0{n}Z\n" for n in range(9))
    taken = take_texts(tmp_path, {"x.csv": "Zebra;Status;PrintTime\n" + rows})
    receipt = taken.only
    assert (receipt.kind, receipt.stored) == ("line", 9)
    assert "Zebra was read as code, by its words and values" in receipt.notes


def test_two_columns_of_serials_under_unknown_words_are_asked_about(tmp_path: Path) -> None:
    row = "urn:epc:id:sgtin:9521234.000001.A1;urn:epc:id:sgtin:9521234.000001.A1;GOOD;2026-03-10T06:00:00Z\n"
    taken = take_texts(tmp_path, {"x.csv": "Zebra;Yak;Status;PrintTime\n" + row})
    assert "nothing says which column holds the code" in taken.only.problems[0]


def test_a_product_code_that_is_no_trade_item_number_does_not_cost_the_row(tmp_path: Path) -> None:
    text = "movement_type,product_code,batch_id,quantity,uom\n101,4711234,LX12,60,EA\n101,4711234,LX12,40,EA\n"
    taken = take_texts(tmp_path, {"m.csv": text})
    assert (taken.only.kind, taken.only.stored, taken.only.quarantined) == ("movements", 2, 0)


def test_a_comma_groups_no_digits_where_dates_have_points(tmp_path: Path) -> None:
    text = "Matbeleg;BwArt;Charge;Menge;ME;Buch.dat.\n5001;101;LX12;120,000;ST;17.03.2026\n5002;101;LX12;36,000;ST;17.03.2026\n"
    taken = take_texts(tmp_path, {"mb51.csv": text})
    assert taken.rows("claim", "quantity", "mb51.csv") == [(120.0,), (36.0,)]


def test_a_point_stays_doubtful_whatever_the_dates_say(tmp_path: Path) -> None:
    text = "Matbeleg;BwArt;Charge;Menge;ME;Buch.dat.\n5001;101;LX12;1.200;ST;17.03.2026\n"
    taken = take_texts(tmp_path, {"mb51.csv": text})
    assert "numbers such as 1,234 can be read in two ways" in taken.only.problems[0]


def test_a_carton_beside_shippers_is_a_pack(tmp_path: Path) -> None:
    text = (
        "SerialisedCode;PackType;FinalState;ParentCode;PrintedTime\n"
        f"(01){GTIN}(21)A1;Carton;Packed;(00){CASE};2026-03-10T06:00:00Z\n(00){CASE};Shipper;Packed;;2026-03-10T06:00:01Z\n"
    )
    taken = take_texts(tmp_path, {"l.csv": text})
    levels = taken.rows("observation", "serial level step", "l.csv")
    assert ("A1", "unit", "commissioned") in levels


def test_packs_in_a_nested_report_do_not_take_the_level_of_their_case(tmp_path: Path) -> None:
    items = "".join(f'<Item Serial="A{n}" Status="Good" Timestamp="2026-03-10T06:00:0{n}Z"/>' for n in range(4))
    text = (
        f'<?xml version="1.0"?><Report><Batch LotNumber="LX12" GTIN="{GTIN}"><Container Level="Case" SSCC="{CASE}" Quantity="4">'
        f"{items}</Container></Batch></Report>"
    )
    taken = take_texts(tmp_path, {"r.xml": text})
    assert {row[0] for row in taken.rows("observation", "level serial", "r.xml")} == {"unit"}


@pytest.mark.parametrize(("text", "day"), [("28-Sep-2028", "20280928"), ("SEP 2028", "202809--"), ("31-JUL-28", "20280731"),
                                           ("28 août 2028", "20280828"), ("Dez 2028", "202812--"), ("juil. 2028", "202807--"),
                                           ("giu 2028", "202806--"), ("never", None)])  # fmt: skip
def test_an_expiry_with_a_month_name_is_a_day(text: str, day: str | None) -> None:
    connection = duckdb.connect()
    connection.execute(EXPIRY_MACROS)
    assert connection.execute("SELECT day_of_expiry(?)", [text]).fetchone() == (day,)

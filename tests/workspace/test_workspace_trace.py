"""The life of an item, on deliveries made for the purpose."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_site import ACT, Site, json_of

GTIN = "09512345678901"
CASE, OTHER, PALLET = "395123456789012340", "395123456789012357", "395123456789012364"
LINE = "OrderNo;Lot;GTIN;Level;SerialNumber;Status;ParentSSCC;PackTime\n"


def _urn(sscc: str) -> str:
    return f"urn:epc:id:sscc:{sscc[1:8]}.{sscc[0]}{sscc[8:17]}"


def _event(action: str, time: str, parent: str, children: list[str]) -> str:
    listed = "".join(f"<epc>{child}</epc>" for child in children)
    return f"""<AggregationEvent><eventTime>{time}</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
      <parentID>{parent}</parentID><childEPCs>{listed}</childEPCs><action>{action}</action>
      <bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep></AggregationEvent>"""


def _epcis(*events: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" creationDate="2026-03-09T12:00:00Z">
<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody></epcis:EPCISDocument>"""


def _sgtin(serial: str) -> str:
    return f"urn:epc:id:sgtin:9512345.067890.{serial}"


def _object(time: str, *epcs: str, step: str = "commissioning") -> str:
    listed = "".join(f"<epc>{epc}</epc>" for epc in epcs)
    return f"""<ObjectEvent><eventTime>{time}</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
      <epcList>{listed}</epcList><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:{step}</bizStep></ObjectEvent>"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A pack S1 that the hub moves from one case to another, and that the line says is in the first all the time."""
    export = tmp_path / "in"
    export.mkdir()
    (export / "hub.xml").write_text(_epcis(
        _object("2026-03-09T08:00:00Z", _sgtin("S1"), _sgtin("S2")),
        _event("ADD", "2026-03-09T09:00:00Z", _urn(CASE), [_sgtin("S1"), _sgtin("S2")]),
        _event("ADD", "2026-03-09T09:30:00Z", _urn(PALLET), [_urn(CASE)]),
        _event("DELETE", "2026-03-09T10:00:00Z", _urn(CASE), [_sgtin("S1")]),
        _event("ADD", "2026-03-09T11:00:00Z", _urn(OTHER), [_sgtin("S1")]),
    ))  # fmt: skip
    line = "".join(f"1;LOT-1;{GTIN};EA;{serial};Good;{CASE};2026-03-09T08:5{n}:00Z\n" for n, serial in enumerate(("S1", "S2")))
    (export / "line.csv").write_text(LINE + line)
    json_of("add", export, "--workspace", tmp_path / "w", "--zone", "UTC", *ACT)
    return tmp_path / "w"


def test_containers_over_time_with_both_sources_where_they_disagree(home: Path) -> None:
    life = json_of("trace", f"(01){GTIN}(21)S1", "--workspace", home)
    spans = {(s["container"], s["from"] and s["from"][11:16], s["until"] and s["until"][11:16], s["said_by"].split("-")[0])
             for s in life["containers"] if s["child"] == life["item"]}  # fmt: skip
    assert spans == {
        (f"(00){CASE}", "09:00", "10:00", "epcis"), (f"(00){OTHER}", "11:00", None, "epcis"), (f"(00){CASE}", "08:50", None, "line"),
    }  # fmt: skip


def test_containers_of_containers_are_followed(home: Path) -> None:
    life = json_of("trace", f"(01){GTIN}(21)S2", "--workspace", home)
    assert {(s["child"], s["container"]) for s in life["containers"]} >= {
        (f"(01){GTIN}(21)S2", f"(00){CASE}"), (f"(00){CASE}", f"(00){PALLET}"),
    }  # fmt: skip
    assert {step["item"] for step in life["container_steps"]} >= {f"(00){CASE}"}


def test_steps_stand_in_the_order_of_time_each_with_its_place(home: Path) -> None:
    life = json_of("trace", f"(01){GTIN}(21)S1", "--workspace", home)
    times = [step["at"] for step in life["steps"]]
    assert times == sorted(times) and len(times) >= 5
    export = home.parent / "in"
    for step in life["steps"]:
        text = (export / step["source"]).read_bytes()
        if step["source"] == "line.csv":
            assert b";S1;" in text.splitlines()[step["position"] - 1]
        else:
            assert b"S1<" in text[step["position"] :][:700]
            assert text[step["position"] :].startswith(b"<")


def test_a_container_alone_has_a_life_too(home: Path) -> None:
    life = json_of("trace", CASE, "--workspace", home)
    assert life["item"] == f"(00){CASE}"
    assert {(s["child"], s["container"]) for s in life["containers"]} == {(f"(00){CASE}", f"(00){PALLET}")}


def test_rows_that_differ_in_format_only_are_shown_and_marked(tmp_path: Path) -> None:
    export = tmp_path / "in"
    export.mkdir()
    spelled = {"00ABYZ": None, "ABYZ": "zeros", "00abyz": "case", "00ABZY": "keyboard"}
    rows = "".join(f"1;LOT-1;{GTIN};{serial};2026-03-09T05:00:0{n}Z\n" for n, serial in enumerate(spelled))
    (export / "numbers.csv").write_text("OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n" + rows)
    json_of("add", export, "--workspace", tmp_path / "w", *ACT)
    life = json_of("trace", f"(01){GTIN}(21)00ABYZ", "--workspace", tmp_path / "w")
    assert {step["item"].split("(21)")[1]: step["details"].get("same_after") for step in life["steps"]} == spelled


def test_a_row_without_trade_item_is_shown_and_marked(tmp_path: Path) -> None:
    export = tmp_path / "in"
    export.mkdir()
    (export / "numbers.csv").write_text(f"OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n1;LOT-1;{GTIN};S1;2026-03-09T05:00:00Z\n")
    (export / "loose.csv").write_text("OrderNo;Lot;SerialNumber;AllocatedAt\n1;LOT-1;S1;2026-03-09T05:00:01Z\n")
    json_of("add", export, "--workspace", tmp_path / "w", *ACT)
    life = json_of("trace", f"(01){GTIN}(21)S1", "--workspace", tmp_path / "w")
    assert {step["source"]: step["details"].get("same_after") for step in life["steps"]} == {
        "numbers.csv": None, "loose.csv": "gtin_not_stated",
    }  # fmt: skip
    assert {step["source"] for step in json_of("trace", "S1", "--workspace", tmp_path / "w")["steps"]} == {"numbers.csv", "loose.csv"}


def test_a_serial_with_a_quote_is_looked_up_like_any_other(tmp_path: Path) -> None:
    export = tmp_path / "in"
    export.mkdir()
    (export / "numbers.csv").write_text(f"OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n1;LOT-1;{GTIN};A'B%C;2026-03-09T05:00:00Z\n")
    json_of("add", export, "--workspace", tmp_path / "w", *ACT)
    for text in ("A'B%C", f"(01){GTIN}(21)A'B%C", f"https://id.gs1.org/01/{GTIN}/21/A%27B%25C"):
        assert len(json_of("trace", text, "--workspace", tmp_path / "w")["steps"]) == 1


def test_findings_of_the_last_run_stand_on_the_item(site: Site) -> None:
    for code in ("SN-03", "AGG-01", "SN-09", "SN-01"):
        item = site.finding(code)["items"][0]
        assert code in {found["code"] for found in json_of("trace", item, "--workspace", site.home)["findings"]}


def test_an_item_without_finding_has_none(site: Site) -> None:
    named = {item for found in site.document["findings"] for item in found["items"]}
    good = (site.pack / "data" / "reconciliation" / site.lot / "good.csv").read_text().splitlines()[1:]
    item = next(row.split(",")[0] for row in good if row.split(",")[0] not in named)
    life = json_of("trace", item, "--workspace", site.home)
    assert [found for found in life["findings"] if found["item"] == item] == []


def test_an_item_in_a_workspace_without_run_has_steps_and_no_findings(home: Path) -> None:
    life = json_of("trace", f"(01){GTIN}(21)S1", "--workspace", home)
    assert life["steps"] and life["findings"] == []

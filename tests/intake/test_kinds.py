"""Each kind of table, in English, German and SAP's technical headers: the same facts give the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import take_texts

from lotproof.intake.kinds import KINDS

GTIN = "04012345678901"
CASE = "004012345000000012"
PALLET = "004012345000000029"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Story:
    """One kind in several languages."""

    kind: str
    headers: dict[str, str]
    rows: dict[str, list[str]]
    """Rows by language; a language without rows has those of the first."""
    table: str
    columns: str
    expected: list[tuple[object, ...]]


STORIES = (
    Story(
        "line",
        {
            "en": "OrderNo;Lot;GTIN;Level;SerialNumber;Status;RejectReason;ParentSSCC;ChildCount;Partial;Expiry;PrintTime;VerifyTime;PackTime;Station;Operator",
            "de": "Auftrag;Charge;GTIN;Ebene;Seriennummer;Zustand;Ausschussgrund;Elternnummer;Anzahl Kinder;Anbruch;Verfall;Druckzeit;Prüfzeit;Packzeit;Linie;Bediener",
            "sap": "AUFNR;CHARG;EAN11;HUTYP;SERNR;STATUS;GRUND;SSCC;ANZ;TEILM;VFDAT;PRINT_TS;VERIFY_TS;PACK_TS;ARBPL;USNAM",
        },
        {
            "en": [
                f"O1;L1;{GTIN};EA;A1;Good;;{CASE};;;281231;2026-03-01T09:59:58Z;2026-03-01T10:00:00Z;2026-03-01T10:00:05Z;ST1;OP1",
                f"O1;L1;{GTIN};EA;A2;Rejected;GRADE;;;;281231;2026-03-01T10:00:01Z;2026-03-01T10:00:02Z;;ST1;OP1",
                f"O1;L1;{GTIN};CSE;{CASE};Good;;;1;Y;281231;;;2026-03-01T10:00:06Z;ST1;OP1",
            ],
            "de": [
                f"O1;L1;{GTIN};ST;A1;Gut;;{CASE};;;281231;2026-03-01T09:59:58Z;2026-03-01T10:00:00Z;2026-03-01T10:00:05Z;ST1;OP1",
                f"O1;L1;{GTIN};ST;A2;Ausschuss;GRADE;;;;281231;2026-03-01T10:00:01Z;2026-03-01T10:00:02Z;;ST1;OP1",
                f"O1;L1;{GTIN};KAR;{CASE};Gut;;;1;J;281231;;;2026-03-01T10:00:06Z;ST1;OP1",
            ],
            "sap": [
                f"O1;L1;{GTIN};EA;A1;Commissioned;;{CASE};;;281231;2026-03-01T09:59:58Z;2026-03-01T10:00:00Z;2026-03-01T10:00:05Z;ST1;OP1",
                f"O1;L1;{GTIN};EA;A2;LabelScrapped;GRADE;;;;281231;2026-03-01T10:00:01Z;2026-03-01T10:00:02Z;;ST1;OP1",
                f"O1;L1;{GTIN};CS;{CASE};Commissioned;;;1;X;281231;;;2026-03-01T10:00:06Z;ST1;OP1",
            ],
        },
        "observation",
        "position step gtin serial sscc level at_utc parent_text lot expiry order_no device actor reason quantity partial",
        [
            (2, "aggregated", GTIN, "A1", None, "unit", at("2026-03-01T10:00:05"), f"(00){CASE}", "L1", None, "O1", "ST1", "OP1", None, None, None),
            (2, "commissioned", GTIN, "A1", None, "unit", at("2026-03-01T10:00:00"), None, "L1", "281231", "O1", "ST1", "OP1", None, None, None),
            (3, "label_scrapped", GTIN, "A2", None, "unit", at("2026-03-01T10:00:02"), None, "L1", "281231", "O1", "ST1", "OP1", "GRADE", None, None),
            (4, "commissioned", GTIN, None, CASE, "case", at("2026-03-01T10:00:06"), None, "L1", "281231", "O1", "ST1", "OP1", None, 1.0, True),
        ],
    ),
    Story(
        "numbers",
        {"en": "OrderNo;GTIN;SerialNumber;AllocatedAt;RequestId", "de": "Auftragsnummer;GTIN;Seriennummer;Zugeteilt am;Anforderung",
         "sap": "AUFNR;EAN11;SERNR;ALLOC_TS;REQ_ID"},
        {"en": [f"O1;{GTIN};0A1;2026-02-28 08:00:00+01:00;R7", f"O1;{GTIN};0A2;2026-02-28 08:00:00+01:00;R7"]},
        "observation", "position step gtin serial level at_utc at_text zone_offset order_no reference",
        [
            (2, "allocated", GTIN, "0A1", "unit", at("2026-02-28T07:00"), "2026-02-28 08:00:00+01:00", "+01:00", "O1", "R7"),
            (3, "allocated", GTIN, "0A2", "unit", at("2026-02-28T07:00"), "2026-02-28 08:00:00+01:00", "+01:00", "O1", "R7"),
        ],
    ),
    Story(
        "printer",
        {"en": "Timestamp;PrinterId;JobId;Serial;EncoderCount;RollLot;Result", "de": "Zeitpunkt;Drucker;Auftragsnummer;Seriennummer;Geberwert;Rollencharge;Ergebnis",
         "sap": "PRINT_TS;DEVICE;AUFNR;SERNR;ENC_COUNT;ROLL_CHARG;RESULT"},
        {
            "en": ["2026-03-01T09:00:00Z;P1;O1;A1;1001;ROLL9;OK", "2026-03-01T09:00:01Z;P1;O1;A2;1002;ROLL9;SETUP", "2026-03-01T09:00:02Z;P1;O1;A3;1003;ROLL9;FAILED"],
            "de": ["2026-03-01T09:00:00Z;P1;O1;A1;1001;ROLL9;i.O.", "2026-03-01T09:00:01Z;P1;O1;A2;1002;ROLL9;Einrichten", "2026-03-01T09:00:02Z;P1;O1;A3;1003;ROLL9;Fehler"],
        },
        "observation", "position step serial level at_utc order_no device counter reference result",
        [
            (2, "encoded", "A1", "unit", at("2026-03-01T09:00:00"), "O1", "P1", "1001", "ROLL9", "ok"),
            (3, "setup_print", "A2", "unit", at("2026-03-01T09:00:01"), "O1", "P1", "1002", "ROLL9", "setup"),
            (4, "observed", "A3", "unit", at("2026-03-01T09:00:02"), "O1", "P1", "1003", "ROLL9", "failed"),
        ],
    ),
    Story(
        "camera",
        {
            "en": "Timestamp;StationId;Result;ExpectedString;ReadString;OCR_Lot;OCR_Exp;OverallGrade;SC;MOD;RM;FPD;ANU;GNU;UEC;Operator;ImageRef",
            "de": "Lesezeit;Kamera;Bewertung;Erwarteter Code;Gelesener Code;OCR Charge;OCR Verfall;Gesamtnote;Kontrast;Modulation;Reflexionsabstand;Festmuster;"
            "Axiale Ungleichmaessigkeit;Gitterungleichmaessigkeit;Fehlerkorrekturreserve;Benutzer;Bilddatei",
        },
        {
            "en": [
                f"2026-03-01T10:00:00Z;C1;PASS;01{GTIN}21A1\x1d17281231\x1d10L1;01{GTIN}21A1\x1d17281231\x1d10L1;L1;281231;4.0;4.0;3.5;4.0;4.0;4.0;4.0;4.0;OP1;a.jpg",
                f"2026-03-01T10:00:01Z;C1;FAIL;01{GTIN}21A2;01{GTIN}21A9;L1;281231;1.5;2.0;2.0;2.0;2.0;2.0;2.0;2.0;OP1;b.jpg",
                f"2026-03-01T10:00:02Z;C1;NOREAD;01{GTIN}21A3;;;;0.0;0.0;0.0;0.0;0.0;0.0;0.0;0.0;OP1;c.jpg",
                "2026-03-01T10:00:03Z;C1;NOREAD;;;;;;;;;;;;;OP1;d.jpg",
            ],
            "de": [
                f"2026-03-01T10:00:00Z;C1;i.O.;01{GTIN}21A1\x1d17281231\x1d10L1;01{GTIN}21A1\x1d17281231\x1d10L1;L1;281231;4,0;4,0;3,5;4,0;4,0;4,0;4,0;4,0;OP1;a.jpg",
                f"2026-03-01T10:00:01Z;C1;n.i.O.;01{GTIN}21A2;01{GTIN}21A9;L1;281231;1,5;2,0;2,0;2,0;2,0;2,0;2,0;2,0;OP1;b.jpg",
                f"2026-03-01T10:00:02Z;C1;Nicht gelesen;01{GTIN}21A3;;;;0,0;0,0;0,0;0,0;0,0;0,0;0,0;0,0;OP1;c.jpg",
                "2026-03-01T10:00:03Z;C1;UNLESBAR;;;;;;;;;;;;;OP1;d.jpg",
            ],
        },
        "observation", "position step gtin serial level at_utc lot expiry device actor reason grade image result",
        [
            (2, "verified", GTIN, "A1", "unit", at("2026-03-01T10:00:00"), "L1", "281231", "C1", "OP1", None, 3.5, "a.jpg", "pass"),
            (3, "rejected", GTIN, "A9", "unit", at("2026-03-01T10:00:01"), None, None, "C1", "OP1", "FAIL", 1.5, "b.jpg", "fail"),
            (4, "no_read", GTIN, "A3", "unit", at("2026-03-01T10:00:02"), None, None, "C1", "OP1", None, None, "c.jpg", "no_read"),
            (5, "no_read", None, None, "unit", at("2026-03-01T10:00:03"), None, None, "C1", "OP1", None, None, "d.jpg", "no_read"),
        ],
    ),
    Story(
        "orders",
        {"en": "OrderNo;Line;Material;Description;GTIN;Batch;Expiry;PlannedQty;UnitsPerCase;CasesPerPallet;Start;End",
         "de": "Auftragsnummer;Linie;Material;Bezeichnung;GTIN;Charge;Verfalldatum;Sollmenge;Packungen je Karton;Kartons je Palette;Start;Ende",
         "sap": "AUFNR;ARBPL;MATNR;MAKTX;EAN11;CHARG;VFDAT;GAMNG;UMREZ_KAR;UMREZ_PAL;GSTRI;GLTRI"},
        {"en": [f"O1;LINE3;M100;Pain relief 20 mg;{GTIN};L1;2028-12-31;1200;24;12;2026-03-01T08:00:00Z;2026-03-01T12:30:00Z"]},
        "order_master", "position order_no line material description gtin lot expiry planned units_per_case cases_per_pallet started ended",
        [(2, "O1", "LINE3", "M100", "Pain relief 20 mg", GTIN, "L1", "2028-12-31", 1200.0, 24.0, 12.0, at("2026-03-01T08:00"), at("2026-03-01T12:30"))],
    ),
    Story(
        "movements",
        {"en": "Material Document;Item;Movement Type;Material;Batch;Plant;Storage Location;Quantity;Unit of Entry;Posting Date;Entry Date;Time of Entry;User Name;Reference",
         "de": "Materialbeleg;Position;Bewegungsart;Material;Charge;Werk;Lagerort;Menge;Erfassungsmengeneinheit;Buchungsdatum;Erfassungsdatum;Erfassungszeit;Benutzername;Referenz",
         "sap": "MBLNR;ZEILE;BWART;MATNR;CHARG;WERKS;LGORT;MENGE;MEINS;BUDAT;CPUDT;CPUTM;USNAM;XBLNR"},
        {"en": [
            "500001;1;101;M100;L1;DE10;FG01;480;EA;02.03.2026;02.03.2026;06:10:00;U1;D1",
            "500002;1;102;M100;L1;DE10;FG01;24-;EA;02.03.2026;02.03.2026;06:12:00;U1;D2",
            "500003;1;601;M100;L1;DE10;FG01;240-;EA;03.03.2026;03.03.2026;07:00:00;U1;D3",
            "500004;1;331;M100;L1;DE10;QC01;2;EA;03.03.2026;03.03.2026;07:30:00;U1;",
            "500005;1;344;M100;L1;DE10;QC01;5;EA;03.03.2026;03.03.2026;07:31:00;U1;",
        ]},
        "claim", "position claim lot material quantity unit at_text place reference",
        [
            (2, "goods_receipt", "L1", "M100", 480.0, "EA", "02.03.2026 06:10:00", "FG01", "500001 1 101 D1"),
            (3, "goods_receipt", "L1", "M100", -24.0, "EA", "02.03.2026 06:12:00", "FG01", "500002 1 102 D2"),
            (4, "goods_issue", "L1", "M100", 240.0, "EA", "03.03.2026 07:00:00", "FG01", "500003 1 601 D3"),
            (5, "sampled", "L1", "M100", 2.0, "EA", "03.03.2026 07:30:00", "QC01", "500004 1 331"),
            (6, "movement_344", "L1", "M100", 5.0, "EA", "03.03.2026 07:31:00", "QC01", "500005 1 344"),
        ],
    ),
    Story(
        "stock",
        {"en": "Material;Plant;Storage Location;Batch;Base Unit;Unrestricted;In Quality Insp.;Blocked",
         "de": "Material;Werk;Lagerort;Charge;ME;Frei verwendbar;In Qualitätsprüfung;Gesperrt",
         "sap": "MATNR;WERKS;LGORT;CHARG;MEINS;LABST;INSME;SPEME"},
        {"en": ["M100;DE10;FG01;L1;EA;216;24;0"]},
        "claim", "position claim lot material quantity unit place reference",
        [(2, "stock", "L1", "M100", 240.0, "EA", "FG01", "DE10 FG01")],
    ),
    Story(
        "receipts",
        {"en": "ScanTime;PalletSSCC;Cases;Lot;User", "de": "Eingangszeit;Paletten-SSCC;Anzahl Kartons;Charge;Bediener", "sap": "SCAN_TS;EXIDV;ANZ_KAR;CHARG;USNAM"},
        {"en": [f"2026-03-02T06:00:00Z;00{PALLET};12;L1;U1"]},
        "observation", "position step sscc level at_utc lot actor quantity",
        [(2, "received", PALLET, "pallet", at("2026-03-02T06:00"), "L1", "U1", 12.0)],
    ),
    Story(
        "inventory",
        {"en": "ScanTime;Location;PalletSSCC;CaseSSCC;GTIN;Lot;Qty;User", "de": "Zählzeit;Lagerplatz;Paletten-SSCC;Karton-SSCC;GTIN;Charge;Menge;Bediener",
         "sap": "SCAN_TS;LGPLA;EXIDV_PAL;EXIDV;EAN11;CHARG;MENGE;USNAM"},
        {"en": [f"2026-03-04T06:00:00Z;A-01;{PALLET};{CASE};{GTIN};L1;24;U1"]},
        "observation", "position step gtin sscc level at_utc parent_text lot place actor quantity",
        [(2, "counted", GTIN, CASE, "case", at("2026-03-04T06:00"), f"(00){PALLET}", "L1", "A-01", "U1", 24.0)],
    ),
    Story(
        "issues",
        {"en": "ScanTime;Delivery;Level;SSCC;Customer;User", "de": "Verladezeit;Lieferung;Ebene;SSCC;Kunde;Bediener", "sap": "SCAN_TS;VBELN;HUTYP;EXIDV;KUNNR;USNAM"},
        {"en": [f"2026-03-05T06:00:00Z;80001;PAL;{PALLET};C9;U1", f"2026-03-05T06:01:00Z;80001;CSE;{CASE};C9;U1"],
         "de": [f"2026-03-05T06:00:00Z;80001;Palette;{PALLET};C9;U1", f"2026-03-05T06:01:00Z;80001;Karton;{CASE};C9;U1"]},
        "observation", "position step sscc level at_utc place actor reference",
        [
            (2, "shipped", PALLET, "pallet", at("2026-03-05T06:00"), "C9", "U1", "80001"),
            (3, "shipped", CASE, "case", at("2026-03-05T06:01"), "C9", "U1", "80001"),
        ],
    ),
    Story(
        "audit",
        {"en": "ScanTime;CaseSSCC;ScannedCode;User", "de": "Prüfzeit;Karton-SSCC;Gescannter Code;Prüfer", "sap": "SCAN_TS;EXIDV;SCAN_CODE;USNAM"},
        {"en": [f"2026-03-06T06:00:00Z;{CASE};]d201{GTIN}21A1\x1d17281231\x1d10L1;U1", f"2026-03-06T06:00:01Z;{CASE};A2;U1"]},
        "observation", "position step gtin serial level at_utc parent_text lot expiry actor transform",
        [
            (2, "inspected", GTIN, "A1", "unit", at("2026-03-06T06:00"), f"(00){CASE}", "L1", "281231", "U1", "symbology_id gs_after_fixed"),
            (3, "inspected", None, "A2", "unit", at("2026-03-06T06:00:01"), f"(00){CASE}", None, None, "U1", None),
        ],
    ),
    Story(
        "messages",
        {"en": "Seq;Batch;MessageType;SentAt;AckAt;Result", "de": "Laufnummer;Charge;Nachrichtenart;Gesendet am;Quittiert am;Ergebnis", "sap": "MSGNR;CHARG;MSGTYP;SENT_TS;ACK_TS;STATUS"},
        {"en": ["7;L1;COMMISSION;2026-03-01T12:00:00Z;2026-03-01T12:00:04Z;OK", "8;L1;AGGREGATE;2026-03-01T12:01:00Z;;TIMEOUT"]},
        "record", "position record key started ended lot category state",
        [
            (2, "message", "7", at("2026-03-01T12:00"), at("2026-03-01T12:00:04"), "L1", "COMMISSION", "OK"),
            (3, "message", "8", at("2026-03-01T12:01"), None, "L1", "AGGREGATE", "TIMEOUT"),
        ],
    ),
    Story(
        "downtime",
        {"en": "Start;End;Equipment;Type;Cause;WorkOrder;ReportedBy", "de": "Beginn;Ende;Anlage;Art;Ursache;Meldung;Gemeldet von"},
        {"en": ["2026-03-01T10:30:00Z;2026-03-01T10:42:00Z;Case packer;Stop;Jam at infeed;W1;OP1"]},
        "record", "position record key started ended subject category text",
        [(2, "downtime", "W1", at("2026-03-01T10:30"), at("2026-03-01T10:42"), "Case packer", "Stop", "Jam at infeed")],
    ),
    Story(
        "calibration",
        {"en": "Equipment;LastDone;Due;Result", "de": "Gerät;Kalibriert am;Nächste Fälligkeit;Ergebnis"},
        {"en": ["Camera 1;2026-01-15;2027-01-15;passed"]},
        "record", "position record subject at_text text state",
        [(2, "calibration", "Camera 1", "2026-01-15", "2027-01-15", "passed")],
    ),
    Story(
        "training",
        {"en": "Person;SOP;Version;Date", "de": "Mitarbeiter;Anweisung;Version;Geschult am"},
        {"en": ["OP1;SOP-12;3;2026-01-10"]},
        "record", "position record subject key category at_text",
        [(2, "training", "OP1", "SOP-12", "3", "2026-01-10")],
    ),
    Story(
        "roster",
        {"en": "From;To;Shift;Station;Operator", "de": "Von;Bis;Schicht;Arbeitsplatz;Bediener"},
        {"en": ["2026-03-01T05:00:00Z;2026-03-01T13:00:00Z;Early;ST1;OP1"]},
        "record", "position record started ended subject category text",
        [(2, "shift", at("2026-03-01T05:00"), at("2026-03-01T13:00"), "OP1", "Early", "ST1")],
    ),
    Story(
        "deviations",
        {"en": "DeviationNo;Opened;Line;Lot;Description;RootCause;CAPA;Status", "de": "Nummer;Eröffnet;Linie;Charge;Beschreibung;Ursache;Maßnahme;Status"},
        {"en": ["DEV-1;2026-02-01;LINE3;L0;Labels mixed;Clearance;CAPA-9;closed"]},
        "record", "position record key at_text subject lot text state",
        [(2, "deviation", "DEV-1", "2026-02-01", "LINE3", "L0", "Labels mixed; Clearance; CAPA-9", "closed")],
    ),
    Story(
        "alerts",
        {"en": "AlertTime;AlertCode;Message;AlertId;PC;SN;Batch;Expiry;Market;Status", "de": "Alarmzeit;Alarmcode;Meldung;Alarm-ID;Produktcode;Seriennummer;Charge;Verfall;Markt;Status"},
        {"en": [f"2026-03-09T10:00:00Z;A7;Pack already inactive;DE-1;{GTIN};A1;L1;281231;DE;open"]},
        "observation", "position step gtin serial level at_utc lot expiry place reason reference",
        [(2, "alerted", GTIN, "A1", "unit", at("2026-03-09T10:00"), "L1", "281231", "DE", "A7", "DE-1")],
    ),
    Story(
        "holds",
        {"en": "HoldId;PlacedAt;ReleasedAt;SSCC;Lot;Reason;PlacedBy;Status", "de": "Sperrnummer;Gesperrt ab;Freigegeben;NVE;Charge;Sperrgrund;Gesperrt von;Status"},
        {"en": [f"H1;2026-03-03T08:00:00Z;;{CASE};L1;Suspect label;QA1;open"]},
        "observation", "position step sscc level at_utc lot actor reason reference",
        [(2, "held", CASE, "container", at("2026-03-03T08:00"), "L1", "QA1", "Suspect label", "H1")],
    ),
    Story(
        "openscs",
        {"en": "SerialNumber;GTIN;Lot;LineId;OpenScsState;StateValue;SourceTimestamp;AssociatedPoolID"},
        {"en": [f"A1;{GTIN};L1;line2;Allocated;2;2026-03-09T10:00:00Z;POOL-7", f"(01){GTIN}(21)A2;;L1;line2;Commissioned;7;2026-03-09T10:00:00Z;POOL-7",
                f"{CASE};;L1;line2;Commissioned;7;2026-03-09T10:00:00Z;POOL-7"]},
        "observation", "position step gtin serial sscc level at_utc lot device reference",
        [(2, "allocated", GTIN, "A1", None, "unit", at("2026-03-09T10:00"), "L1", "line2", "POOL-7"),
         (3, "commissioned", GTIN, "A2", None, "unit", at("2026-03-09T10:00"), "L1", "line2", "POOL-7"),
         (4, "commissioned", None, None, CASE, "container", at("2026-03-09T10:00"), "L1", "line2", "POOL-7")],
    ),
)  # fmt: skip
CASES = [pytest.param(story, language, id=f"{story.kind}-{language}") for story in STORIES for language in story.headers]


@pytest.mark.parametrize(("story", "language"), CASES)
def test_a_kind_reads_the_same_facts_in_every_language(story: Story, language: str, tmp_path: Path) -> None:
    rows = story.rows.get(language, next(iter(story.rows.values())))
    taken = take_texts(tmp_path, {"x.csv": "\n".join([story.headers[language], *rows]) + "\n"})
    assert (taken.only.kind, taken.only.problems) == (story.kind, ())
    assert (taken.only.rows, taken.only.stored, taken.only.no_data) == (len(rows) + 1, len(rows), 1)
    found = taken.rows(story.table, story.columns)
    assert sorted(found, key=str) == sorted(story.expected, key=str)
    assert set(taken.column(story.table, "source")) == {taken.only.sha256}


def test_every_kind_has_its_story() -> None:
    assert {story.kind for story in STORIES} == {kind.name for kind in KINDS}


def test_a_receipt_states_the_cases_of_its_pallet(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": f"ScanTime;PalletSSCC;Cases;Lot;User\n2026-03-02T06:00:00Z;{PALLET};12;L1;U1\n"})
    assert taken.rows("claim", "position claim lot sscc quantity unit") == [(2, "pallet_cases", "L1", PALLET, 12.0, "case")]


def test_alerts_and_holds_are_kept_as_records_too(tmp_path: Path) -> None:
    alert = f"AlertTime;AlertCode;Message;AlertId;PC;SN;Batch;Expiry;Market;Status\n2026-03-09T10:00:00Z;A7;Inactive;DE-1;{GTIN};A1;L1;281231;DE;open\n"
    hold = f"HoldId;PlacedAt;ReleasedAt;SSCC;Lot;Reason;PlacedBy;Status\nH1;2026-03-03T08:00:00Z;2026-03-04T08:00:00Z;{CASE};L1;Suspect;QA1;released\n"
    taken = take_texts(tmp_path, {"a.csv": alert, "h.csv": hold})
    assert taken.rows("record", "record key started serial state text", "a.csv") == [("alert", "DE-1", at("2026-03-09T10:00"), "A1", "open", "Inactive")]
    assert taken.rows("record", "record key started ended sscc text", "h.csv") == [
        ("hold", "H1", at("2026-03-03T08:00"), at("2026-03-04T08:00"), CASE, "Suspect")
    ]


def test_a_case_without_an_sscc_keeps_its_own_number(tmp_path: Path) -> None:
    """A site's own case number is an item like any other; the row is not dropped on the way."""
    inventory = f"ScanTime;Location;PalletSSCC;CaseSSCC;GTIN;Lot;Qty;User\n2026-03-04T06:00:00Z;A-01;;K-0001;{GTIN};L1;24;U1\n"
    receipt = "ScanTime;PalletSSCC;Cases;Lot;User\n2026-03-02T06:00:00Z;P-77;12;L1;U1\n"
    numbers = f"OrderNo;GTIN;SerialNumber;AllocatedAt;RequestId;Level\nO1;{GTIN};K-0001;2026-02-28T08:00:00Z;R7;CSE\n"
    taken = take_texts(tmp_path, {"i.csv": inventory, "r.csv": receipt, "n.csv": numbers})
    assert taken.rows("observation", "step serial sscc level", "i.csv") == [("counted", "K-0001", None, "case")]
    assert taken.rows("observation", "step serial sscc level", "r.csv") == [("received", "P-77", None, "pallet")]
    assert taken.rows("observation", "step serial sscc level", "n.csv") == [("allocated", "K-0001", None, "case")]

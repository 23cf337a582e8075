"""Header words of every table, in at least three variants each: English, German, SAP technical names.

All variants of a table name the same columns in the same order. The words are those that site exports use for these
columns; which variant a file takes is drawn with the file's form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _variants(**lines: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name[:2] if name[:2] != "sa" else "sap", tuple(words.split("|"))) for name, words in lines.items())


HEADERS: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "numbers": _variants(
        en="OrderNo|GTIN|SerialNumber|AllocatedAt|RequestId",
        en2="PO|ProductCode|SN|ReservedAt|BatchOfNumbers",
        en3="Work Order|GTIN|Serial No|Provisioned|Pool",
        de="Auftragsnummer|GTIN|Seriennummer|Zugeteilt am|Anforderung",
        de2="Fertigungsauftrag|NTIN|Serialnummer|Zuteilungszeit|Nummernkreis",
        de3="Auftrag|Produktcode|Seriennr|Zuteilung|Anforderung",
        sap="AUFNR|EAN11|SERNR|ALLOC_TS|REQ_ID",
    ),
    "line": _variants(
        en="OrderNo|Lot|GTIN|Level|SerialNumber|Status|RejectReason|ParentSerial|ChildCount|Partial|Expiry|PrintTime"
        "|VerifyTime|PackTime|Station|Operator",
        en2="WorkOrder|Batch|ProductCode|UOM|SN|State|Reject Reason|SSCC|Children|PartialFlag|ExpiryDate|Printed At"
        "|Verified At|Packed At|LineId|User",
        en3="PO|Batch|GTIN|Packaging Level|Serial|Disposition|Reason|Parent|Child Count|Is Partial|Exp Date|Print Time"
        "|Inspection Time|Aggregation Time|Device|Operator",
        de="Auftrag|Charge|GTIN|Ebene|Seriennummer|Status|Ausschussgrund|Elternnummer|Inhalt|Teilmenge|Verfall"
        "|Druckzeit|Pruefzeit|Packzeit|Station|Bediener",
        de2="Auftragsnummer|Chargennummer|NTIN|Packebene|Serialnummer|Zustand|Grund|Uebergeordnet|Anzahl Kinder"
        "|Anbruch|Verfalldatum|Gedruckt|Geprüft|Verpackt|Platz|Benutzer",
        sap="AUFNR|CHARG|EAN11|HUTYP|SERNR|STATUS|GRUND|SSCC|ANZAHL|TEILM|VFDAT|PRINT_TS|VERIFY_TS|PACK_TS|ARBPL|USNAM",
    ),
    "printer": _variants(
        en="Timestamp|PrinterId|JobId|Serial|EncoderCount|RollLot|Result",
        en2="PrintTime|Printer|OrderNo|SerialNumber|Encoder|LabelRoll|Status",
        en3="Date Time|Print Head|WorkOrder|SN|Pulse Count|Material Lot|Print Result",
        de="Zeitpunkt|Drucker|Auftragsnummer|Seriennummer|Encoder|Rollencharge|Ergebnis",
        de2="Druckzeit|Druckkopf|Auftrag|Serialnummer|Geberstand|Etikettenrolle|Resultat",
        en4="Printed At|PrinterNo|Order|Serial Number|Encoder Count|Roll|Print Status",
        sap="PRINT_TS|DEVICE|AUFNR|SERNR|ENC_COUNT|ROLL_CHARG|RESULT",
    ),
    "camera": _variants(
        en="Timestamp|StationId|Result|ExpectedString|ReadString|OCR_Lot|OCR_Exp|OverallGrade|SC|MOD|RM|FPD|ANU|GNU"
        "|UEC|Operator|ImageRef",
        en2="ReadAt|Device|Verdict|Expected Code|Read Code|OCR Batch|OCR Expiry|Symbol Grade|Symbol Contrast|Modulation"
        "|Reflectance Margin|Fixed Pattern Damage|Axial Nonuniformity|Grid Nonuniformity|Unused Error Correction|User"
        "|Image",
        en3="Inspection Time|CameraId|Status|Expected|Decoded|LotText|ExpiryText|Grade|SC|MOD|RM|FPD|ANU|GNU|UEC"
        "|OperatorId|ImageFile",
        de="Zeitstempel|Station|Ergebnis|Solltext|Lesetext|Klartext_Charge|Klartext_Verfall|Gesamtnote|SC|MOD|RM|FPD"
        "|ANU|GNU|UEC|Bediener|Bild",
        de2="Lesezeit|Kamera|Bewertung|Erwarteter Code|Gelesener Code|OCR Charge|OCR Verfall|Note|Kontrast|Modulation"
        "|Reflexionsabstand|Festmuster|Axiale Ungleichmaessigkeit|Gitterungleichmaessigkeit|Fehlerkorrekturreserve"
        "|Benutzer|Bilddatei",
    ),
    "movements": _variants(
        en="Material Document|Item|Movement Type|Material|Batch|Plant|Storage Location|Quantity|Unit of Entry"
        "|Posting Date|Entry Date|Time of Entry|User Name|Reference",
        de="Materialbeleg|Position|Bewegungsart|Material|Charge|Werk|Lagerort|Menge|Erfassungsmengeneinheit"
        "|Buchungsdatum|Erfassungsdatum|Erfassungszeit|Benutzername|Referenz",
        sap="MBLNR|ZEILE|BWART|MATNR|CHARG|WERKS|LGORT|MENGE|MEINS|BUDAT|CPUDT|CPUTM|USNAM|XBLNR",
    ),
    "stock": _variants(
        en="Material|Plant|Storage Location|Batch|Base Unit|Unrestricted|In Quality Insp.|Blocked",
        en2="Material Number|Plant|SLoc|Lot|UOM|Unrestricted Stock|Quality Inspection|Blocked Stock",
        de="Material|Werk|Lagerort|Charge|Basismengeneinheit|Frei verwendbar|In Qualitätsprüfung|Gesperrt",
        sap="MATNR|WERKS|LGORT|CHARG|MEINS|LABST|INSME|SPEME",
    ),
    "orders": _variants(
        en="OrderNo|Line|Material|Description|GTIN|Batch|Expiry|PlannedQty|UnitsPerCase|CasesPerPallet|Start|End",
        en2="WorkOrder|LineId|Material Number|Product Name|ProductCode|Lot|Expiry Date|Target Quantity|Packs per Case"
        "|Cases per Pallet|Started|Finished",
        de="Auftragsnummer|Linie|Material|Bezeichnung|GTIN|Charge|Verfalldatum|Sollmenge|Packungen je Karton"
        "|Kartons je Palette|Start|Ende",
        sap="AUFNR|ARBPL|MATNR|MAKTX|EAN11|CHARG|VFDAT|GAMNG|UMREZ_KAR|UMREZ_PAL|GSTRI|GLTRI",
    ),
    "receipts": _variants(
        en="ScanTime|PalletSSCC|Cases|Lot|User",
        en2="ReceivedAt|Pallet|CaseCount|Batch|Operator",
        de2="Scanzeit|Palette|Kartons|Chargennummer|Benutzer",
        de="Eingangszeit|Paletten-SSCC|Anzahl Kartons|Charge|Bediener",
        sap="SCAN_TS|EXIDV|ANZ_KAR|CHARG|USNAM",
    ),
    "inventory": _variants(
        en="ScanTime|Location|PalletSSCC|CaseSSCC|GTIN|Lot|Qty|User",
        en2="CountedAt|Bin|Pallet|Case|ProductCode|Batch|Quantity|Operator",
        de="Zaehlzeit|Lagerplatz|Paletten-SSCC|Karton-SSCC|GTIN|Charge|Menge|Bediener",
        de2="Scanzeit|Stellplatz|Palette|Karton|NTIN|Chargennummer|Anzahl|Benutzer",
        sap="SCAN_TS|LGPLA|EXIDV_PAL|EXIDV|EAN11|CHARG|MENGE|USNAM",
    ),
    "dock": _variants(
        en="ScanTime|Delivery|Level|SSCC|Customer|User",
        en2="ShippedAt|DeliveryNo|UOM|SSCC|ShipTo|Operator",
        de="Verladezeit|Lieferung|Ebene|SSCC|Kunde|Bediener",
        de2="Scanzeit|Liefernummer|Packebene|NVE|Warenempfänger|Benutzer",
        sap="SCAN_TS|VBELN|HUTYP|EXIDV|KUNNR|USNAM",
    ),
    "audit": _variants(
        en="ScanTime|CaseSSCC|ScannedCode|User",
        en2="OpenedAt|Case|PackCode|Auditor",
        de="Pruefzeit|Karton-SSCC|Gescannter Code|Pruefer",
        de2="Geoeffnet|Karton|Packungscode|Bediener",
        sap="SCAN_TS|EXIDV|SCAN_CODE|USNAM",
    ),
    "upload": _variants(
        en="Seq|Batch|MessageType|SentAt|AckAt|Result",
        en2="MessageNo|Lot|Type|Sent|Acknowledged|Status",
        de2="Nachrichtennummer|Chargennummer|Nachrichtentyp|Gesendet|Quittiert|Status",
        de="Laufnummer|Charge|Nachrichtenart|Gesendet am|Quittiert am|Ergebnis",
        sap="MSGNR|CHARG|MSGTYP|SENT_TS|ACK_TS|STATUS",
    ),
    "downtime": _variants(
        en="Start|End|Equipment|Type|Cause|WorkOrder|ReportedBy",
        en2="Stopped|Restarted|Machine|Category|Reason|Ticket|Operator",
        de="Beginn|Ende|Anlage|Art|Ursache|Meldung|Gemeldet von",
    ),
    "calibration": _variants(
        en="Equipment|LastDone|Due|Result",
        en2="Asset|CalibratedOn|NextDue|Status",
        de="Gerät|Kalibriert am|Nächste Fälligkeit|Ergebnis",
    ),
    "training": _variants(
        en="Person|SOP|Version|Date",
        en2="Employee|Document|Rev|TrainedOn",
        de="Mitarbeiter|Anweisung|Version|Geschult am",
    ),
    "roster": _variants(
        en="From|To|Shift|Station|Operator",
        en2="Start|End|ShiftName|Workplace|Employee",
        de="Von|Bis|Schicht|Arbeitsplatz|Bediener",
    ),
    "deviations": _variants(
        en="DeviationNo|Opened|Line|Lot|Description|RootCause|CAPA|Status",
        en2="ID|Date|Area|Batch|Title|Cause|Action|State",
        de="Nummer|Eröffnet|Linie|Charge|Beschreibung|Ursache|Maßnahme|Status",
    ),
    "alerts": _variants(
        en="AlertTime|AlertCode|Message|AlertId|PC|SN|Batch|Expiry|Market|Status",
        en2="Timestamp|Code|Alert Message|UPRC|ProductCode|SerialNumber|Lot|ExpiryDate|Market|State",
        de="Alarmzeit|Alarmcode|Meldung|Alarm-ID|Produktcode|Seriennummer|Charge|Verfall|Markt|Status",
    ),
    "holds": _variants(
        en="HoldId|HoldTime|Level|SSCC|Lot|Reason|PlacedBy|ReleasedAt|Status",
        en2="HoldNo|PlacedAt|UOM|Item|Batch|HoldReason|HeldBy|Released|State",
        de="Sperrnummer|Gesperrt ab|Ebene|NVE|Charge|Sperrgrund|Gesperrt von|Freigegeben|Status",
    ),
}
"""Table to its header variants: language (en, de, sap) and the words."""

FILE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "numbers": ("number_pool_{order}.csv", "SNR_Zuteilung_{order}.csv", "allocated_numbers_{order}.txt"),
    "line": ("line_export_{order}.csv", "SerialReport_{order}.csv", "Linienexport_{order}.csv", "L2_batch_{lot}.txt"),
    "printer": ("print_log.csv", "printer_events.csv", "Druckprotokoll.csv"),
    "camera": ("camera_reads.csv", "vision_log.csv", "Kameraprotokoll.csv"),
    "movements": ("MB51_export.csv", "goods_movements.csv", "Materialbewegungen.txt"),
    "stock": ("MB52_stock.csv", "batch_stock.csv", "Bestandsliste.csv"),
    "orders": ("orders.csv", "order_list.csv", "Auftragsliste.csv"),
    "receipts": ("goods_receipts.csv", "wms_putaway.csv", "Wareneingaenge.csv"),
    "inventory": ("stock_count_{day}.csv", "wms_inventory_{day}.csv", "Inventur_{day}.csv"),
    "dock": ("goods_issue_{day}.csv", "dock_log_{day}.csv", "Warenausgang_{day}.csv"),
    "audit": ("opened_cases.csv", "case_audit.csv", "Kartonaudit.csv"),
    "upload": ("hub_messages.csv", "upload_log.csv", "Meldungen_Hub.csv"),
    "downtime": ("stops.csv", "line_downtime.csv", "Stillstandsliste.csv"),
    "calibration": ("calibrations.csv", "equipment_calibration.csv", "Kalibrierliste.csv"),
    "training": ("training_records.csv", "lms_training.csv", "Schulungsnachweise.csv"),
    "roster": ("roster.csv", "shift_plan.csv", "Dienstplan.csv"),
    "deviations": ("deviations.csv", "qms_deviations.csv", "Abweichungsliste.csv"),
    "alerts": ("emvs_alert_list.csv", "alerts.csv", "Alarmliste.csv"),
    "holds": ("hold_list.csv", "quarantine_log.csv", "Sperrliste.csv"),
}
"""Table to names that its file may have; the folder is drawn with the site's layout."""

MEANINGS: Final = (
    "verified and on product",
    "rejected at print or verification, label destroyed, never commissioned",
    "taken as sample after commissioning",
    "destroyed after commissioning",
    "inactive, kept but not for sale",
    "never printed, returned to the pool",
    "number invalidated, never printed",
    "label retained as set-up sample, no product",
)
"""What the eight status words mean, as README_export.txt says it; the first five follow the states of a run."""

STATUS_WORDS: Final = (
    ("Good", "Rejected", "Sampled", "Scrapped", "Inactive", "Unused", "Deactivated", "LabelSampled"),
    ("Gut", "Ausschuss", "Muster", "Vernichtet", "Inaktiv", "Unbenutzt", "Ungültig", "Etikettenmuster"),
    ("Commissioned", "LabelScrapped", "Sampled", "Destroyed", "Inactive", "Unallocated", "SNInvalid", "LabelSampled"),
    ("Verified", "Ejected", "Sample", "Destroyed", "Decommissioned", "Returned", "Void", "Setup Sample"),
    ("Verwendet", "Ausgeschleust", "Probe", "Zerstört", "Stillgelegt", "Nicht verwendet", "Entwertet", "Einrichtmuster"),
    ("APPLIED", "LABEL_SCRAP", "SMPL", "DSTR", "INACT", "FREE", "VOIDED", "LBL_SMPL"),
    ("i.O.", "n.i.O.", "Bemustert", "Verschrottet", "Gesperrt", "Frei", "Deaktiviert", "Rückstelletikett"),
)
"""Sets of status words of line controllers, in the sequence of MEANINGS."""

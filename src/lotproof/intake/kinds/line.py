"""Line controller export: each number, pack, case and pallet with its last state and its parent."""

from __future__ import annotations

from lotproof.intake import fields as f

_T = """(SELECT * REPLACE (if(level = 'case' AND lower(level_raw) = 'carton'
           AND (SELECT count(DISTINCT lower(level_raw)) > 1 FROM t WHERE level = 'case'), 'unit', level) AS level) FROM t)"""
"""The rows. A carton is a case, except beside shippers and cases: there it is the folding box of one pack."""

KIND = f.Kind(
    name="line",
    title="line controller export",
    fields=(
        f.text("order_no", *f.ORDER_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.gtin(),
        f.word("level", "level", "HUTYP", "Packebene", "Verpackungsebene", "Level", "UOM", "Ebene", "PackLevel",
               "UnitOfMeasure", "Packstufe", "Packaging Level",
               "MEINS", "Hierarchy", "HierarchyLevel", "Unit", "Packmittelebene", "Packungsebene", "Aggregation Level", "Pack Type", "Stufe", "EPC Level", "Tier", "LVL"),
        f.code("code", *f.SERIAL_WORDS, "Code", "EPC", "Item", "ItemId", "UnitId", needed=True),
        f.word("state", "state", "Status", "State", "Zustand", "SNState", "ItemState", "SerialStatus", "SNStatus",
               "Statuswort", "Disposition", "STATU", "SerialState", "Serial State", "UnitStatus", "Unit Status", "CodeStatus", "CodeState",
               "Lifecycle", "LifecycleState", "Bewertung", "Quality", "Verdict", "Event Type", "Final State", "OBJSTAT", "STS", "Final Status", "Endstatus", "SN-Status", "Serienstatus", needed=True),
        f.text("reason", "RejectReason", "Reject Cause", "Status Reason", "Fehlergrund", "Reason", "Grund", "Ausschussgrund", "Ausschleusgrund", "Auswurfgrund", "Discard Cause", "Discard Reason", "Eject Reason", "ReasonCode", "Reject Code", "GRUND", "Cause"),
        f.code("parent", "Elternnummer", "Elterncode", "ParentSerial", "Parent", "SSCC", "Elternkennung", "ParentSSCC",
               "ParentId", "Übergeordnet", "NVE", "Case SSCC", "Parent Serial Number", "Aggregated Into", "Eltern-NVE",
               "Container", "ContainerId", "Container Code", "Übergeordnete Einheit", "Superior Unit", "ParentCode", "EXIDV", "AggregatedTo", "Karton", "Parent SN", "Elternelement", "Parent EPC URI", "Packed Into", "PAR"),
        f.number("children", "Anzahl Kinder", "ANZ", "ChildCount", "Children", "Anzahl", "AnzahlKinder", "Count",
                 "Contents", "Qty", "ChildQty",
                 "Inhalt", "Contained Qty", "Contained Quantity", "NumChildren", "Quantity", "Menge"),
        f.word("partial", "flag", "TEILM", "Partial", "Anbruch", "IsPartial", "PartialFlag", "Teilmenge", "Partly",
               "Teilbefüllt", "Incomplete", "Teilkarton", "Unvollständig",
               "Angebrochen"),
        f.Field("expiry", f.Type.DATE, f.EXPIRY_WORDS),
        f.time("printed", "PrintTime", "Druckzeit", "Druck", "Printed At", "Encoded", "Encoded At", "PrintedAt", "Printed", "EncodeTime", "Gedruckt", "Print Timestamp", "Gedruckt um", "Marked At", "PRTIM"),
        f.time("checked", "VerifyTime", "Pruefzeit", "Prüfzeit", "VerifiedAt", "Verified", "CheckTime", "InspectTime",
               "Geprueft", "VerificationTime", "CommissionTime", "Inspected", "Inspected At", "Commissioned", "Commissioned At", "Prüfung", "Pruefung",
               "Verifiziert", "Lesezeit", "Inspection Time", "Geprüft am", "Geprüft um", "VFTIM"),
        f.time("packed", "PackTime", "Packzeit", "PackedAt", "Packed", "AggregationTime", "AggTime", "Verpackt", "Packung", "Aggregated", "Aggregated At", "Aggregiert", "Aggregation", "Verpackt um", "PKTIM"),
        f.time("time", *f.SCAN_TIME_WORDS, "EventTime", "LastChange", "Changed", "StatusTime"),
        f.text("device", "Station", "LineId", "Linie", "StationId", "Line", "Arbeitsplatz", "ARBPL", "Machine", "Platz",
               "Equipment", "Anlage", "WorkCentre", "Device", "Kamera"),
        f.text("actor", *f.USER_WORDS),
        f.text("image", "ImageRef", "Image", "Bild", "Bildreferenz"),
        f.text("made", "MfgDate", "Herstelldatum", "ManufacturingDate"),
    ),
    requires=(("code",), ("state",), ("level", "parent", "printed", "checked", "packed")),
    passed=("image", "reason", "made"),
    emits=(
        ("observation", f"""
            SELECT coalesce(code_gtin, gtin) AS gtin, unit_serial AS serial, unit_sscc AS sscc, unit_level AS level,
                   state AS step, coalesce(checked, printed, packed, time) AS at_utc,
                   coalesce(checked_text, printed_text, packed_text, time_text) AS at_text,
                   coalesce(checked_offset, printed_offset, packed_offset, time_offset) AS zone_offset,
                   coalesce(lot, code_lot) AS lot, expiry, order_no, device, actor, reason, image,
                   children AS quantity, partial = 'true' AS partial, position AS ordinal,
                   code_transform AS transform, position
            FROM (SELECT *, coalesce(level, if(code_sscc IS NULL, 'unit', 'container')) AS unit_level,
                         if(coalesce(level, 'x') IN ('unit', 'bundle'), NULL, code_sscc) AS unit_sscc,
                         if(coalesce(level, 'x') IN ('unit', 'bundle'), coalesce(code_serial, code_raw),
                            if(code_sscc IS NULL, code_serial, NULL)) AS unit_serial FROM {_T})"""),
        ("observation", f"""
            SELECT coalesce(code_gtin, gtin) AS gtin,
                   if(coalesce(level, 'x') IN ('unit', 'bundle'), coalesce(code_serial, code_raw),
                      if(code_sscc IS NULL, code_serial, NULL)) AS serial,
                   if(coalesce(level, 'x') IN ('unit', 'bundle'), NULL, code_sscc) AS sscc,
                   coalesce(level, if(code_sscc IS NULL, 'unit', 'container')) AS level, 'aggregated' AS step,
                   coalesce(packed, checked, printed, time) AS at_utc,
                   coalesce(packed_text, checked_text, printed_text, time_text) AS at_text,
                   coalesce(packed_offset, checked_offset, printed_offset, time_offset) AS zone_offset,
                   item_text(coalesce(parent_gtin, gtin), parent_serial, parent_sscc) AS parent_text,
                   coalesce(lot, code_lot) AS lot, order_no, device, actor, position AS ordinal, position
            FROM {_T} WHERE coalesce(parent_sscc, parent_serial) IS NOT NULL"""),
    ),
)  # fmt: skip

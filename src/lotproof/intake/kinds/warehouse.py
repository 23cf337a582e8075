"""Warehouse scans: receipts of pallets, inventory by case, goods issue, opened cases."""

from __future__ import annotations

from lotproof.intake import fields as f

PALLET_WORDS = (
    "EXIDV_PAL", "Paletten-SSCC", "PalletSSCC", "Palette", "Pallet", "PaletteSSCC", "PalletId", "LPN Pallet",
    "HU Palette", "NVE Palette", "Paletten-SSCC", "SSCC Pallet",
    "Paletten-NVE", "Pallet Id", "Top HU", "PLT",
)  # fmt: skip
CASE_WORDS = (
    "Karton-SSCC", "EXIDV", "EXIDV_KAR", "CaseSSCC", "Karton", "Case", "KartonSSCC", "CaseId", "Carton", "CartonSSCC",
    "NVE Karton", "SSCC Case", "HU Karton",
    "Shipper", "Karton-NVE", "Case Id", "Parent", "ParentSSCC", "Container", "Versandkarton", "ShipperSSCC", "OpenedCase", "Case EPC URI", "Shipper Code", "Box",
)  # fmt: skip

RECEIPTS = f.Kind(
    name="receipts",
    title="warehouse receipts",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "PostedAt"),
        f.time("arrived", "ReceiptTime", "Receipt Date/Time", "ReceivedAt", "Received At", "Received Time", "Received", "Eingang", "Einlagerzeit", "Wareneingang", "GR time",
               "GR Date", "Arrival", "Receiving Time", "WE-Zeit", "Eingangszeit", "Einlagerungszeit", "Einlagerung am", "QDATU", "Putaway Confirmed"),
        f.code("pallet", *PALLET_WORDS, "SSCC", "NVE", "HU", "EXIDV", "LPN", "HU EPC URI", needed=True),
        f.number("packs", "Qty Received", "Received Qty", "Received Quantity", "Quantity", "Qty", "Menge", "VSOLM"),
        f.number("cases", "Cases", "ANZ_KAR", "Kartons", "CaseCount", "Anzahl Kartons", "CaseQty", "KartonAnzahl",
                 "NoOfCases", "Anzahl",
                 "Cartons", "Count", "Kartonanzahl"),
        f.text("lot", *f.LOT_WORDS),
        f.text("place", "Location", "Lagerplatz", "Bin", "Platz", "LGPLA", "StorageBin"),
        f.text("actor", *f.USER_WORDS),
    ),
    # A list of containers with their packs is one of receipts only if it says when they arrived.
    requires=(("pallet",), ("cases", "arrived")),
    forbids=("case", "delivery"),
    emits=(
        ("observation", """
            SELECT if(pallet_sscc IS NULL, pallet_serial, NULL) AS serial, pallet_sscc AS sscc, if(cases IS NULL, 'container', 'pallet') AS level,
                   'received' AS step, coalesce(arrived, time) AS at_utc, coalesce(arrived_text, time_text) AS at_text,
                   coalesce(arrived_offset, time_offset) AS zone_offset, lot,
                   place, actor, cases AS quantity, position AS ordinal,
                   pallet_transform AS transform, position FROM t"""),
        ("claim", """
            SELECT 'pallet_cases' AS claim, lot, pallet_sscc AS sscc, cases AS quantity, 'case' AS unit, coalesce(arrived, time) AS at_utc,
                   coalesce(arrived_text, time_text) AS at_text, position FROM t WHERE cases IS NOT NULL"""),
    ),
)  # fmt: skip

INVENTORY = f.Kind(
    name="inventory",
    title="warehouse inventory by case",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "CountedAt", "Zaehlzeit", "OpenedAt", "Pruefzeit", "Geoeffnet", "Putaway Time", "Counted", "Stock Time", "Count Date/Time", "Counted At", "Counted Time", "Zählzeit", "ZDATU"),
        f.text("place", "Location", "Lagerplatz", "Bin", "Platz", "LGPLA", "StorageBin", "Storage Bin", "Lagerort",
               "Stellplatz"),
        f.code("pallet", *PALLET_WORDS),
        f.code("case", *CASE_WORDS),
        f.code("container", "SSCC", "NVE", "LPN", "HU", "EXIDV", "HU EPC URI", "Handling Unit", "License Plate"),
        f.gtin(),
        f.text("lot", *f.LOT_WORDS),
        f.number("quantity", "Counted Qty", "Counted Quantity", "Counted", "Packs", "Packungen", "Pack Count", "Zählmenge", "GESME", "Qty", "Menge", "Quantity", "Units", "Anzahl", "Bestand", "Stück", "Count", "Stk"),
        f.text("actor", *f.USER_WORDS),
    ),
    requires=(("case", "container", "pallet"), ("quantity",), ("pallet", "place")),
    forbids=("delivery", "state"),
    passed=("place",),
    emits=(
        ("observation", """
            SELECT gtin, if(sscc IS NULL, unit, NULL) AS serial, sscc, level, 'counted' AS step, time AS at_utc, time_text AS at_text,
                   time_offset AS zone_offset,
                   if(level = 'case', item_text(pallet_gtin, pallet_serial, pallet_sscc), NULL) AS parent_text, lot, place, actor, quantity,
                   position AS ordinal, coalesce(case_transform, container_transform) AS transform, position
            FROM (SELECT *, coalesce(case_sscc, container_sscc, if(named, NULL, pallet_sscc)) AS sscc,
                         coalesce(case_serial, container_serial, if(named, NULL, pallet_serial)) AS unit,
                         -- "SSCC" alone may head cases as well as pallets; beside a column of pallets it heads cases.
                         CASE WHEN NOT named THEN 'pallet' WHEN coalesce(case_raw, pallet_raw) IS NULL THEN 'container' ELSE 'case' END AS level
                  FROM (SELECT *, coalesce(case_raw, container_raw) IS NOT NULL AS named FROM t))
            WHERE coalesce(sscc, unit) IS NOT NULL"""),
    ),
)  # fmt: skip

ISSUES = f.Kind(
    name="issues",
    title="goods issue scans",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "IssueTime", "ShipTime", "ShippedAt", "Versandzeit", "Versandt", "Shipped", "Dispatched", "Dispatch Time", "Departure", "Loaded At", "Warenausgang", "LoadTime", "Verladezeit", "Despatch Time", "Ship Date/Time", "WADAT", "Verladen am", "Verladung"),
        f.text("delivery", "Delivery", "Lieferung", "VBELN", "DeliveryNo", "Shipment", "Lieferschein", "ASN",
               "DeliveryNumber",
               "Transport", "Liefernummer", "Delivery Id", "Despatch Note", "BL", "N° BL", "Consignment", "LS-Nr", "LS Nr.", "Lieferschein-Nr", "Delivery Note", "Despatch Advice", "Outbound Delivery",
               "Shipment No", "Dispatch No", "Versandnummer"),
        f.word("level", "level", "Level", "Ebene", "UOM", "HUTYP", "HU Type", "Typ", "Type"),
        f.code("code", "SSCC", "NVE", "Code", "HU", "EXIDV", "ScannedCode", "Scan", "Barcode", "HandlingUnit", "LPN", "HU EPC URI",
               *PALLET_WORDS, *f.SERIAL_WORDS, needed=True),
        f.gtin(),
        f.text("lot", *f.LOT_WORDS),
        f.text("partner", "Customer", "Kunde", "ShipTo", "KUNNR", "Warenempfänger", "Consignee", "Ship-to", "Receiver",
               "Empfaenger", "SoldTo"),
        f.text("actor", *f.USER_WORDS),
    ),
    requires=(("code",), ("delivery",)),
    forbids=("case", "state"),
    passed=("delivery", "partner"),
    emits=(
        ("observation", """
            SELECT coalesce(code_gtin, gtin) AS gtin, if(code_sscc IS NULL, code_serial, NULL) AS serial, code_sscc AS sscc,
                   coalesce(level, if(code_sscc IS NULL, 'unit', 'container')) AS level, 'shipped' AS step, time AS at_utc,
                   time_text AS at_text, time_offset AS zone_offset, lot, partner AS place, actor, delivery AS reference,
                   position AS ordinal, code_transform AS transform, position FROM t"""),
    ),
)  # fmt: skip

AUDIT = f.Kind(
    name="audit",
    title="opened cases, every pack scanned",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "CountedAt", "Zaehlzeit", "OpenedAt", "Pruefzeit", "Geoeffnet"),
        f.code("case", *CASE_WORDS, "SSCC", "NVE", needed=True),
        f.code("code", "UnitScan", "Packung", "PackCode", "Gescannter Code", "SCAN_CODE", "ScannedCode", "Scan", "Code",
               "PackScan", "Unit", "Barcode", "Child", "Einzelscan",
               "ScannedUnit", "Scanned Data", "SCANSTR", "Pack", "Packungscode", "Gescannt", "DataMatrix", "UnitCode", "ScanCode",
               "2D", *f.SERIAL_WORDS,
               needed=True),
        f.gtin(),
        f.text("lot", *f.LOT_WORDS),
        f.text("actor", *f.USER_WORDS),
    ),
    requires=(("case",), ("code",)),
    forbids=("quantity", "state", "delivery", "result", "order_no"),
    passed=(),
    emits=(
        ("observation", """
            SELECT coalesce(code_gtin, gtin) AS gtin, if(code_sscc IS NULL, coalesce(code_serial, code_raw), NULL) AS serial,
                   code_sscc AS sscc, if(code_sscc IS NULL, 'unit', 'case') AS level, 'inspected' AS step, time AS at_utc,
                   time_text AS at_text, time_offset AS zone_offset,
                   item_text(case_gtin, case_serial, case_sscc) AS parent_text, coalesce(lot, code_lot) AS lot,
                   code_expiry AS expiry, actor, position AS ordinal, code_transform AS transform, position FROM t"""),
    ),
)  # fmt: skip

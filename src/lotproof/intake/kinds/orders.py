"""Order master with pack sizes."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="orders",
    title="order master",
    fields=(
        f.Field("order_no", f.Type.TEXT, f.ORDER_WORDS, needed=True),
        f.text("line", "Line", "Linie", "WorkCentre", "ARBPL", "LineId", "Work Center", "Arbeitsplatz", "PackagingLine",
               "Verpackungslinie", "Anlage"),
        f.text("material", "Material", "MATNR", "Materialnummer", "MaterialNo", "Item", "MaterialNumber", "Artikel",
               "Artikelnummer"),
        f.text("description", "Description", "Bezeichnung", "MAKTX", "MaterialDescription", "Text", "Product", "ProductName",
               "Produkt", "Artikelbezeichnung", "Materialkurztext", "Kurztext"),
        f.gtin(),
        f.Field("lot", f.Type.TEXT, f.LOT_WORDS, needed=True),
        f.Field("expiry", f.Type.DATE, f.EXPIRY_WORDS),
        f.number("planned", "PlannedQty", "Sollmenge", "GAMNG", "OrderQty", "Quantity", "Planned", "Menge", "TargetQty",
                 "Auftragsmenge", "Planmenge", "Planned Units", "Qty Ordered", "Order Quantity", "TGT", "Target", "Qty", "Target Quantity"),
        f.number("units_per_case", "Packungen je Karton", "UMREZ_KAR", "UnitsPerCase", "Stk_je_Karton", "PackQty1",
                 "CaseQty", "Units/Case", "StueckProKarton",
                 "PackSize1", "Stk/Karton", "Packs per case", "EA per CSE", "Inhalt Karton", "UnitsCase", "Eaches per Case", "Qty per Case", "Packungen/Karton", "Cartons per Shipper", "Units per Box", "UMREZ_CS", "U/C"),
        f.number("cases_per_pallet", "Kartons je Palette", "UMREZ_PAL", "CasesPerPallet", "Karton_je_Palette",
                 "PackQty2", "PalletQty", "Cases/Pallet",
                 "KartonProPalette", "PackSize2", "Karton/Palette", "CSE per PAL", "Inhalt Palette", "CasesPallet", "Kartons/Palette", "Shippers per Pallet", "Boxes per Pallet", "C/P"),
        f.time("started", "Start", "Beginn", "GSTRI", "StartTime", "ActualStart", "Iststart", "Ist-Start", "Start Ist", "StartedAt", "Begin",
               "Starttermin"),
        f.time("ended", "Finished", "Beendet", "End", "Ende", "GLTRI", "EndTime", "ActualEnd", "Istende", "Ist-Ende", "GETRI", "Ende Ist", "Actual Finish", "Finish",
               "EndedAt", "Endtermin"),
    ),
    requires=(("order_no",), ("lot",), ("planned", "units_per_case", "cases_per_pallet")),
    forbids=("movement",),
    emits=(
        ("order_master", """
            SELECT order_no, line, material, description, gtin, lot, expiry, planned, units_per_case, cases_per_pallet,
                   started, ended, position FROM t"""),
    ),
)  # fmt: skip

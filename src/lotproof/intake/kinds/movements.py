"""ERP goods movements (SAP MB51 and its kin): receipts, issues, samples, scrap."""

from __future__ import annotations

from lotproof.intake import fields as f

_CLAIMS = {
    "goods_receipt": ("101", "102", "131", "132", "521", "531"),
    "goods_issue": ("601", "602", "641", "643", "645"),
    "sampled": ("331", "332", "333", "334"),
    "scrapped": ("551", "552", "555", "556"),
}
"""What a movement says of a lot -> its types."""
_OTHERS = (
    "103", "104", "105", "106", "122", "123", "201", "202", "261", "262", "301", "302", "303", "305", "309", "311", "312", "321", "322",
    "325", "326", "341", "342", "343", "344", "349", "350", "411", "412", "501", "502", "522", "541", "561", "562", "642", "651", "653",
    "701", "702", "711", "712",
)  # fmt: skip
"""Further types that sites use: they are kept and say nothing of what a lot's equation asks."""
_TYPES = frozenset(kind for kinds in (*_CLAIMS.values(), _OTHERS) for kind in kinds)
_CASE = " ".join(f"WHEN movement IN {kinds} THEN '{claim}'" for claim, kinds in _CLAIMS.items())

KIND = f.Kind(
    name="movements",
    title="ERP goods movements",
    fields=(
        f.text("document", "Material Document", "MBLNR", "Materialbeleg", "DocNo", "Document", "Mat. Doc.", "Belegnummer",
               "Beleg", "Doc", "Materialbelegnr", "DocumentNo"),
        f.text("item_no", "Item", "ZEILE", "Position", "Pos", "Line", "DocItem", "Pos."),
        f.Field("movement", f.Type.TEXT, ("Movement Type", "BWART", "Bewegungsart", "MvT", "BwA", "Mvmt", "MovementType",
                "Mvt Type", "Bew.Art", "Movement Code", "Transaction Type"), needed=True, known=_TYPES),
        f.text("material", "Material", "MATNR", "Materialnummer", "MaterialNo"),
        f.Field("lot", f.Type.TEXT, f.LOT_WORDS, needed=True),
        f.gtin("GTIN", "EAN11", "NTIN"),
        f.text("plant", "Plant", "WERKS", "Werk"),
        f.text("place", "Storage Location", "LGORT", "Lagerort", "SLoc", "StorageLocation", "LOrt", "Lager"),
        f.number("quantity", "Quantity", "MENGE", "Qty", "Menge in ErfassME", "Qty in Un. of Entry", "Transaction Qty", "Transaction Quantity", "Amount", needed=True),
        f.text("unit", "Erfassungsmengeneinheit", "Unit of Entry", "MEINS", "Unit", "UoM", "Base Unit", "ME",
               "ErfassME", "Mengeneinheit", "BUn", "EUn"),
        f.Field("posted", f.Type.DATE, ("Posting Date", "BUDAT", "Buchungsdatum", "PostingDate", "Buch.dat.", "Posted")),
        f.Field("entry_date", f.Type.DATE, ("Entry Date", "CPUDT", "Erfassungsdatum", "EntryDate", "Erf.dat.",
                "Entered On")),
        f.Field("entry_time", f.Type.DATE, ("Time of Entry", "CPUTM", "Erfassungsuhrzeit", "EntryTime", "Uhrzeit", "Time",
                "Erfassungszeit")),
        f.text("actor", *f.USER_WORDS),
        f.text("reference", "Reference", "XBLNR", "Referenz", "Ref", "Text", "Reference Document"),
        f.text("order_no", *f.ORDER_WORDS),
    ),
    requires=(("movement",), ("quantity",), ("lot",)),
    emits=(
        ("claim", f"""
            SELECT CASE {_CASE}
                        ELSE 'movement_' || movement END AS claim,
                   lot, gtin, material, order_no,
                   abs(quantity) * if(movement IN ('102', '132', '522', '602', '332', '334', '552', '556'), -1, 1) AS quantity,
                   unit, concat_ws(' ', coalesce(entry_date, posted), entry_time) AS at_text, place,
                   concat_ws(' ', document, item_no, movement, reference) AS reference, position FROM t"""),
    ),
)  # fmt: skip

"""ERP stock overview by batch (SAP MB52 and its kin)."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="stock",
    title="ERP stock overview",
    fields=(
        f.text("material", "Material", "MATNR", "Materialnummer", "MaterialNo"),
        f.gtin("GTIN", "EAN11", "NTIN"),
        f.text("plant", "Plant", "WERKS", "Werk"),
        f.text("place", "Storage Location", "LGORT", "Lagerort", "SLoc", "StorageLocation", "LOrt", "Lager", "Location"),
        f.Field("lot", f.Type.TEXT, f.LOT_WORDS, needed=True),
        f.text("unit", "Base Unit", "ME", "MEINS", "Unit", "UoM", "BME", "Basismengeneinheit", "BUn", "Mengeneinheit"),
        f.number("unrestricted", "Unrestricted", "Frei verwendbar", "LABST", "CLABS", "Unrestricted Stock", "Freier Bestand",
                 "Unrestr.", "Frei", "Unrestricted-use", "Verfügbar", "Bestand", "Stock", "OnHand", "On Hand Available", "Available", "Frei verw.", "Qty Unrestricted", "UNR", needed=True),
        f.number("quality", "In Quality Insp.", "In Qualitaetspruefung", "INSME", "CINSM", "Quality Inspection", "QualInsp",
                 "Quality", "Q-Bestand", "In Quality Inspection", "QI Stock", "In Qualitätsprüfung", "QualPrüf.", "Qualitätsprüfung", "In Inspection", "Qty Inspection", "Quarantine", "QI"),
        f.number("blocked", "Blocked", "Gesperrt", "SPEME", "CSPEM", "Blocked Stock", "Sperrbestand", "On Hold", "Qty Blocked", "BLK"),
        f.number("restricted", "Restricted", "EINME", "CEINM", "Restricted-Use", "Nicht frei"),
        f.number("transfer", "In Transfer", "UMLME", "CUMLM", "Transit", "Stock in Transfer", "Umlagerung"),
    ),
    requires=(("lot",), ("unrestricted",)),
    forbids=("movement",),
    emits=(
        ("claim", """
            SELECT 'stock' AS claim, lot, gtin, material,
                   coalesce(unrestricted, 0) + coalesce(quality, 0) + coalesce(blocked, 0) + coalesce(restricted, 0)
                     + coalesce(transfer, 0) AS quantity,
                   unit, place, concat_ws(' ', plant, place) AS reference, position FROM t"""),
    ),
)  # fmt: skip

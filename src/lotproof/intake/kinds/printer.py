"""Printer log: every print with its head, encoder count and roll lot."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="printer",
    title="printer log",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "PrintTime", "Druckzeit", "PrintedAt", "Gedruckt", "Druckzeitpunkt", "Marked At"),
        f.text("device", "PrinterId", "Drucker", "Printer", "Head", "Druckkopf", "PrintHead", "Device", "DruckerId",
               "PrinterName", "Kopf", "Head No", "Kopf-Nr", "Print Unit", "Druckeinheit", "Marker", "PRNTR", "PH"),
        f.text("order_no", *f.ORDER_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.gtin(),
        f.code("code", *f.SERIAL_WORDS, "Code", "PrintedSerial", "Printed Code", "Content", "Inhalt", "Data", needed=True),
        f.text("counter", "Geberstand", "Pulse Count", "ENC_COUNT", "EncoderCount", "Geberwert", "Encoder", "Counter",
               "EncoderPos", "Zaehler", "EncoderValue", "Geber",
               "EncoderPosition", "Impulse", "Geberimpulse", "Pulse", "Encoder Pulse", "PRNCNT", "CNT", "Drehgeber", "PrintCount", "Count"),
        f.text("material", "ROLL_CHARG", "RollLot", "Rollencharge", "LabelRoll", "RollId", "Ribbon", "MaterialLot",
               "LabelLot", "Rolle",
               "RibbonLot", "Etikettenrolle", "FoilLot", "Faltschachtelcharge", "Rollennummer", "Reel", "Reel Lot", "ReelId", "Materialcharge", "Roll"),
        f.word("result", "print", "Result", "Ergebnis", "Status", "PrintResult", "Resultat", "State", "Outcome", "Job State", "RES", "RC"),
        f.text("actor", *f.USER_WORDS),
    ),
    requires=(("code",), ("device",), ("counter", "material", "result", "time")),
    forbids=("read", "expected"),
    passed=("counter", "material"),
    emits=(
        ("observation", """
            SELECT coalesce(code_gtin, gtin) AS gtin, coalesce(code_serial, code_raw) AS serial, 'unit' AS level,
                   CASE coalesce(result, 'ok') WHEN 'ok' THEN 'encoded' WHEN 'setup' THEN 'setup_print'
                        ELSE 'observed' END AS step,
                   time AS at_utc, time_text AS at_text, time_offset AS zone_offset, coalesce(lot, code_lot) AS lot,
                   order_no, device, actor, material AS reference, counter, result, position AS ordinal,
                   code_transform AS transform, position FROM t"""),
    ),
)  # fmt: skip

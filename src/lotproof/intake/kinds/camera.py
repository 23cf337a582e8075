"""Camera or verification log: expected and read string, verdict, OCR text, symbol grades (ISO/IEC 15415)."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="camera",
    title="camera or verification log",
    fields=(
        f.time("time", *f.SCAN_TIME_WORDS, "VerifyTime", "InspectionTime", "Inspected At", "Inspected", "Pruefzeit", "Prüfzeitpunkt", "Lesezeit", "ReadAt"),
        f.text("device", "StationId", "Kamera", "Camera", "Station", "CameraId", "Device", "Lesestation", "KameraId", "Cam", "CamId",
               "Verifier", "InspectionStation"),
        f.word("result", "read", "Result", "Ergebnis", "Verdict", "Status", "Decision", "Bewertung", "PassFail", "Urteil",
               "Resultat", "ReadResult", "Pruefergebnis", "Outcome", "Is Good", "RES", needed=True),
        f.code("expected", "Erwarteter Code", "Erwartet", "Expected Code", "ExpectedString", "Sollwert", "Expected",
               "Soll", "ExpectedData", "SollString", "ExpectedCode",
               "Solltext", "Sollinhalt", "Expected Symbol", "EXPSTR", "EXPD", "Want", "Target", "Reference", "Sollcode"),
        f.code("read", "Gelesener Code", "Lesetext", "Lesecode", "ReadString", "Istwert", "Decoded", "Ist", "ReadData",
               "DecodedString", "Decoded Data", "Decoded Symbol", "Gelesener Inhalt", "READSTR", "Got", "Read", "IstString", "Actual",
               "Code", "Gelesen", "Isttext", "ReadCode", "Istcode", *f.SERIAL_WORDS),
        f.text("order_no", *f.ORDER_WORDS),
        f.text("ocr_lot", "LotText", "Klartext_Charge", "OCR_Lot", "OCR_Charge", "OcrBatch", "OCRLot",
               "OCR Los", "OCV Lot", "OCV Charge", "OCV Batch", "Read Lot", *f.LOT_WORDS),
        f.text("ocr_expiry", "ExpiryText", "Klartext_Verfall", "OCR_Exp", "OCR_Verfall", "OcrExpiry",
               "OCRExp", "OCV Exp", "OCV Expiry", "OCV Verfall", "Read Expiry", *f.EXPIRY_WORDS),
        f.number("grade", "OverallGrade", "Gesamtnote", "Grade", "Note", "Overall", "SymbolGrade", "ISO_Grade", "Symbolnote",
                 "Gesamtgrad", "Gesamtgüte", "Gesamtklasse", "Klasse", "ISO 15415 Overall", "Print Grade", "Quality Grade", "GRD"),
        f.number("sc", "SC", "SymbolContrast", "Kontrast", "Symbolkontrast", "Contrast"),
        f.number("modulation", "MOD", "Modulation"),
        f.number("rm", "Reflexionsabstand", "RM", "RefMargin", "ReflectanceMargin", "Reflexionsreserve"),
        f.number("fpd", "FPD", "FixedPattern", "FixedPatternDamage", "Festmuster", "Suchmuster"),
        f.number("anu", "ANU", "AxialNU", "AxialNonuniformity", "AxialeUngleichmaessigkeit", "Axial"),
        f.number("gnu", "Gitterungleichmaessigkeit", "GNU", "GridNU", "GridNonuniformity", "Gitter", "Grid"),
        f.number("uec", "Fehlerkorrekturreserve", "UEC", "UnusedEC", "UnusedErrorCorrection", "Fehlerkorrektur",
                 "FehlerkorrekturReserve"),
        f.text("actor", *f.USER_WORDS),
        f.text("image", "ImageRef", "Bild", "Image", "ImageFile", "Bildreferenz", "Bilddatei", "Picture", "Img"),
        f.text("reason", "RejectReason", "Grund", "Reason", "Fehlergrund", "FailReason"),
        f.text("counter", "EncoderCount", "Geberwert", "Encoder"),
    ),
    requires=(("result",), ("read", "expected"), ("expected", "grade", "image", "ocr_lot")),
    passed=("image", "counter", "reason"),
    least=(("symbol_grade", ("grade", "sc", "modulation", "rm", "fpd", "anu", "gnu", "uec")),),
    emits=(
        ("observation", """
            SELECT coalesce(expected_gtin, read_gtin) AS gtin,
                   CASE WHEN result = 'no_read' THEN coalesce(expected_serial, read_serial)
                        ELSE coalesce(read_serial, expected_serial) END AS serial,
                   coalesce(read_sscc, if(read_serial IS NULL AND expected_serial IS NULL, expected_sscc, NULL)) AS sscc,
                   if(coalesce(read_sscc, expected_sscc) IS NULL, 'unit', 'container') AS level,
                   CASE result WHEN 'pass' THEN 'verified' WHEN 'fail' THEN 'rejected' ELSE 'no_read' END AS step,
                   time AS at_utc, time_text AS at_text, time_offset AS zone_offset,
                   coalesce(expected_lot, read_lot) AS lot, coalesce(expected_expiry, read_expiry) AS expiry, order_no,
                   device, actor, coalesce(reason, if(result = 'fail', 'FAIL', NULL)) AS reason, result,
                   if(result = 'no_read', NULL, symbol_grade) AS grade, image, counter, position AS ordinal,
                   coalesce(read_transform, expected_transform) AS transform, position
            FROM t WHERE coalesce(read_serial, expected_serial, read_sscc, expected_sscc) IS NOT NULL"""),
        ("observation", """
            SELECT expected_gtin AS gtin, expected_serial AS serial, 'unit' AS level, 'misread' AS step, time AS at_utc, time_text AS at_text,
                   time_offset AS zone_offset, order_no, device, actor, image, read_raw AS reference, position AS ordinal, position
            FROM t WHERE result = 'pass' AND expected_serial IS NOT NULL AND read_serial IS NOT NULL
              AND (read_serial <> expected_serial OR coalesce(read_gtin <> expected_gtin, false)
                OR coalesce(read_lot <> expected_lot, false) OR coalesce(read_expiry <> expected_expiry, false))"""),
        ("observation", """
            SELECT coalesce(expected_gtin, read_gtin) AS gtin, coalesce(read_serial, expected_serial) AS serial, 'unit' AS level,
                   'text_read' AS step, time AS at_utc, time_text AS at_text, time_offset AS zone_offset, order_no, device, actor, image,
                   if(ocr_lot <> code_lot, ocr_lot, NULL) AS reference, if(ocr_day <> code_day, ocr_expiry, NULL) AS reason,
                   position AS ordinal, position
            FROM (SELECT *, coalesce(expected_lot, read_lot) AS code_lot, right(regexp_replace(ocr_expiry, '[^0-9]', '', 'g'), 6) AS ocr_day,
                         right(regexp_replace(coalesce(expected_expiry, read_expiry), '[^0-9]', '', 'g'), 6) AS code_day FROM t)
            WHERE coalesce(read_serial, expected_serial) IS NOT NULL AND result <> 'no_read'
              AND (ocr_lot <> code_lot OR (ocr_day <> code_day AND length(ocr_day) = 6 AND length(code_day) = 6))"""),
        ("observation", """
            SELECT NULL AS gtin, 'unit' AS level,
                   CASE result WHEN 'pass' THEN 'verified' WHEN 'fail' THEN 'rejected' ELSE 'no_read' END AS step,
                   time AS at_utc, time_text AS at_text, time_offset AS zone_offset, order_no, device, actor, reason, result,
                   if(result = 'no_read', NULL, symbol_grade) AS grade, image, position AS ordinal, position
            FROM t WHERE coalesce(read_serial, expected_serial, read_sscc, expected_sscc) IS NULL"""),
    ),
)  # fmt: skip

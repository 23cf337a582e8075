"""Records beside the packs: hub messages, stops, calibration, training, roster, deviations, alerts, holds."""

from __future__ import annotations

from lotproof.intake import fields as f

STATUS_WORDS = ("Status", "State", "Zustand", "Stand")

MESSAGES = f.Kind(
    name="messages",
    title="messages sent to the hub, with acknowledgement",
    fields=(
        f.text("key", "Seq", "Nachricht", "MessageNo", "MSGNR", "MessageId", "MsgNo", "Sequence", "Laufnummer",
               "Message", "MsgId", "Nachrichtennummer", "Nachrichten-ID", "Post Id", "MID",
               "Lfd. Nr.", "No", "Id"),
        f.text("lot", *f.LOT_WORDS),
        f.text("category", "MessageType", "Art", "MSGTYP", "Type", "MsgType", "Typ", "Nachrichtentyp", "Nachrichtenart", "Meldungsart", "Meldungstyp",
               "Event"),
        f.time("sent", "SentAt", "Gesendet", "Sent", "SendTime", "Sendezeit", "Transmitted", "SentTime", "Versendet", "Gesendet am", "SNDTIM", "Posted At"),
        f.time("acknowledged", "AckAt", "Quittiert", "Acknowledged", "AckTime", "Ack", "Quittungszeit", "AckedAt", "Bestätigt um", "Bestätigt am", "Bestätigt",
               "Confirmed"),
        f.text("state", "Result", "Quittung", "Response", "Ergebnis", "AckResult", "Antwort", "Reply", "AckStatus", "Delivery Status", "HTTP Status", "MSGST", *STATUS_WORDS),
        f.text("text", "Error", "Fehler", "Fehlertext", "ErrorText", "Text"),
    ),
    requires=(("sent",), ("state", "acknowledged")),
    emits=(("record", """SELECT 'message' AS record, key, sent AS started, acknowledged AS ended, sent_text AS at_text, lot,
                         category, state, text, position FROM t"""),),
)  # fmt: skip

STOPS = f.Kind(
    name="downtime",
    title="stops and maintenance",
    fields=(
        f.time("started", "Start", "From", "Beginn", "Stopped", "Von", "StartTime", "Begin", "Startzeit", "Stop begin", "Stop start", "Störbeginn", "Stoerbeginn", "Störung von", "Störung ab", "Stillstand von", "Stop Time", "Stopped At", "AUSVN",
               "Down", "Down from", "Stop from", "Downtime start", "Event start", needed=True),
        f.time("ended", "End", "To", "Ende", "Bis", "EndTime", "Endzeit", "Restarted", "Finish", "Stop end", "Störende", "Stoerende", "Störung bis", "Stillstand bis", "Up", "Down to",
               "Stop to", "Downtime end", "Event end", "Restart", "Restart Time", "Resumed At", "AUSBS"),
        f.text("subject", "Equipment", "Machine", "Anlage", "EQUNR", "Asset", "Maschine", "Unit", "Equipmentnummer",
               "Aggregat", "Linie", "Line", "Station", "Module", "Modul"),
        f.text("category", "Type", "Category", "Art", "Kategorie", "Typ", "StopType", "Kind"),
        f.text("text", "Cause", "Reason", "Ursache", "Grund", "Störgrund", "Stop Reason", "Why", "FECOD", "Description", "Beschreibung", "Text", "Comment"),
        f.text("key", "WorkOrder", "Ticket", "Meldung", "QMNUM", "Notification", "OrderNo", "Auftrag"),
        f.text("actor", "ReportedBy", "Tech", "Gemeldet", "Technician", "Techniker", "Gemeldet von", *f.USER_WORDS),
    ),
    requires=(("started",), ("subject",), ("text",)),
    forbids=("lot",),
    emits=(("record", """SELECT 'downtime' AS record, key, started, ended, started_text AS at_text, subject, category,
                         text, position FROM t"""),),
)  # fmt: skip

CALIBRATION = f.Kind(
    name="calibration",
    title="calibration list",
    fields=(
        f.text("subject", "Asset", "Geraet", "Gerät", "Instrument", "Device", "Equipment", "EQUNR", "Pruefmittel",
               "Prüfmittel"),
        f.text("done", "Calibrated", "LastDone", "Kalibriert am", "Letzte", "LastCalibration", "Last",
               "LetzteKalibrierung", "Kalibriert", "Calibrated On"),
        f.text("due", "NextDue", "Naechste Faelligkeit", "Faelligkeit", "Faellig", "Fällig", "Due", "DueDate", "Next",
               "Naechste", "NextCalibration", "Next Due Date"),
        f.text("state", "Result", "Ergebnis", "Outcome", "Befund", *STATUS_WORDS),
    ),
    requires=(("subject",), ("due",)),
    emits=(("record", """SELECT 'calibration' AS record, subject, done AS at_text, due AS text, state, position FROM t"""),),
)  # fmt: skip

TRAINING = f.Kind(
    name="training",
    title="training records",
    fields=(
        f.text("subject", "Employee", "Mitarbeiter", "Person", "PERNR", "Trainee", "UserId", "User", "EmployeeId",
               "Operator"),
        f.text("key", "SOP", "Anweisung", "Document", "Procedure", "Dokument", "Course", "Schulung", "Training", "Kurs"),
        f.text("category", "Version", "Rev", "Revision", "Ver", "Stand"),
        f.text("done", "TrainedOn", "Datum", "Date", "Completed", "Abgeschlossen", "CompletedOn", "Geschult am", "Trained"),
        f.text("state", "Result", "Ergebnis", "Status"),
    ),
    requires=(("subject",), ("key",), ("done",)),
    emits=(("record", """SELECT 'training' AS record, key, subject, category, done AS at_text, state, position FROM t"""),),
)  # fmt: skip

ROSTER = f.Kind(
    name="roster",
    title="shift roster",
    fields=(
        f.time("started", "From", "Von", "Start", "Beginn", "StartTime", "Begin", needed=True),
        f.time("ended", "To", "Bis", "End", "Ende", "EndTime"),
        f.text("category", "Shift", "Schicht", "ShiftName", "Schichtname"),
        f.text("text", "Station", "Platz", "Line", "Arbeitsplatz", "Linie", "Workplace", "LineId", "WorkCentre"),
        f.text("subject", *f.USER_WORDS),
    ),
    requires=(("started",), ("subject",), ("category", "text")),
    emits=(("record", """SELECT 'shift' AS record, started, ended, started_text AS at_text, subject, category, text,
                         position FROM t"""),),
)  # fmt: skip

DEVIATIONS = f.Kind(
    name="deviations",
    title="deviation register",
    fields=(
        f.text("key", "DeviationNo", "ID", "Nr", "Number", "Abweichung", "DevNo", "Nummer", "Record", "QMNUM",
               "Abweichungsnummer"),
        f.text("opened", "Opened", "Date", "Datum", "OpenedOn", "Eroeffnet", "Created", "Angelegt"),
        f.text("subject", "Line", "Area", "Linie", "Bereich", "Location", "Anlage"),
        f.text("lot", *f.LOT_WORDS),
        f.text("text", "Description", "Title", "Beschreibung", "Titel", "Text", "Kurztext", "Short Text"),
        f.text("cause", "RootCause", "Cause", "Ursache", "Root Cause", "Grundursache"),
        f.text("action", "CAPA", "Action", "Massnahme", "Maßnahme", "CapaNo", "Massnahmen"),
        f.text("state", *STATUS_WORDS),
    ),
    requires=(("key",), ("text",), ("cause", "action")),
    emits=(("record", """SELECT 'deviation' AS record, key, opened AS at_text, subject, lot,
                         concat_ws('; ', text, cause, action) AS text, state, position FROM t"""),),
)  # fmt: skip

ALERTS = f.Kind(
    name="alerts",
    title="alerts of an authority",
    fields=(
        f.time("time", "AlertTime", "Alarmzeit", "Created", *f.SCAN_TIME_WORDS, "AlertDate", "RaisedAt", "Date", "Alert Timestamp", "Date Raised", "Alarmdatum",
               "Date et heure"),
        f.text("category", "AlertCode", "Code", "Alarmcode", "ErrorCode", "AlertType", "ReturnCode", "Alarm Code", "Fehlercode", "Alarmtyp",
               "Code erreur"),
        f.text("text", "Message", "Text", "Meldung", "Description", "AlertMessage", "Beschreibung", "Alert Description", "Alert Name", "Alarmtext"),
        f.text("key", "AlertId", "UPRC", "AlertUPRC", "Id", "AlarmId", "AlertNo", "Unique Pack Return Code", "Alert Number", "Alarmnummer",
               "Numéro d'alerte", "N° d'alerte"),
        f.gtin(),
        f.code("code", *f.SERIAL_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.Field("expiry", f.Type.DATE, (*f.EXPIRY_WORDS, "Ablaufdatum")),
        f.text("subject", "Market", "Markt", "Country", "Land", "SourceMarket", "Originating Market", "Herkunftsland", "Pays d'origine"),
        f.text("state", *STATUS_WORDS, "AlertStatus", "Alert State", "Workflow State", "Alarmstatus", "Bearbeitungsstatus",
               "Statut de l'alerte"),
    ),
    requires=(("category",), ("key",), ("code",)),
    emits=(
        ("record", """SELECT 'alert' AS record, key, time AS started, time_text AS at_text, lot, gtin,
                      code_serial AS serial, subject, category, text, state, position FROM t"""),
        ("observation",
        """SELECT coalesce(code_gtin, gtin) AS gtin, coalesce(code_serial, code_raw) AS serial, 'unit' AS level,
                           'alerted' AS step, time AS at_utc, time_text AS at_text, time_offset AS zone_offset, lot, expiry,
                           subject AS place, category AS reason, key AS reference, position AS ordinal,
                           code_transform AS transform, position FROM t WHERE coalesce(code_serial, code_raw) IS NOT NULL"""),
    ),
)  # fmt: skip

HOLDS = f.Kind(
    name="holds",
    title="holds and quarantine",
    fields=(
        f.text("key", "HoldId", "HoldNo", "Sperrnummer", "Id", "Nr", "Hold"),
        f.time("started", "HoldTime", "HeldAt", "PlacedAt", "Gesperrt ab", "HoldStart", "Placed", "Sperrzeit", "HoldFrom",
               "QuarantinedAt", "Start", "From", "Von", "Blocked at", "Blocked", "Held since", "On hold since", "Gesperrt am", "Gesperrt", *f.SCAN_TIME_WORDS),
        f.time("ended", "ReleasedAt", "Released", "HoldEnd", "Freigabe", "Freigegeben", "ReleaseTime", "End", "To", "Bis"),
        f.word("level", "level", "Level", "Ebene", "UOM"),
        f.code("code", "SSCC", "NVE", "Item", "Code", "CaseSSCC", "PalletSSCC", "Karton", "Palette", "HU", "LPN", "Handling Unit",
               *f.SERIAL_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.gtin(),
        f.text("text", "Reason", "Grund", "HoldReason", "Sperrgrund", "Cause"),
        f.text("actor", "PlacedBy", "HeldBy", "Gesperrt von", "Blocked by", *f.USER_WORDS),
        f.text("state", *STATUS_WORDS),
    ),
    requires=(("code", "lot"), ("started",), ("text", "state"), ("ended", "state", "key", "actor")),
    forbids=("delivery", "result"),
    emits=(
        ("record",
        """SELECT 'hold' AS record, key, started, ended, started_text AS at_text, lot, gtin, code_serial AS serial,
                      code_sscc AS sscc, text, state, position FROM t"""),
        ("observation",
        """SELECT coalesce(code_gtin, gtin) AS gtin, if(code_sscc IS NULL, coalesce(code_serial, code_raw), NULL)
                           AS serial, code_sscc AS sscc,
                           coalesce(level, if(code_sscc IS NULL, 'unit', 'container')) AS level,
                           'held' AS step, started AS at_utc, started_text AS at_text, lot, actor, text AS reason, key AS reference,
                           position AS ordinal, position FROM t WHERE coalesce(code_serial, code_sscc) IS NOT NULL"""),
    ),
)  # fmt: skip

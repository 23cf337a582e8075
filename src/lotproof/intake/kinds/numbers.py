"""Serial numbers received for an order (L4 to L3)."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="numbers",
    title="numbers received for an order",
    fields=(
        f.text("order_no", *f.ORDER_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.gtin(),
        f.code("code", *f.SERIAL_WORDS, "Number", "Nummer", needed=True),
        f.time("time", "ReservedAt", "Zugeteilt am", "ALLOC_TS", "AllocatedAt", "Zuteilung", "ProvisionTime",
               "ReceivedAt", "Allocated", "Zugeteilt", "AllocationTime",
               "RequestTime", "Received", "Downloaded", "Downloaded At", "Download Time", "Issued", "Issued At", "Imported At", "Importzeit", "Empfangen", "Provisioned", "Bereitstellung", "Zuteilungszeit", "ReceiveTime", "Bereitgestellt", "Bereitgestellt am", "Uitgegeven op", "ERDAT", "Bezogen am", "Bezogen", "Allocation Date"),
        f.text("request", "BatchOfNumbers", "REQ_ID", "RequestId", "Anforderung", "PoolId", "Request", "Pool",
               "RequestNo", "Bestellnummer", "Bestellung", "Anforderungs-Nr", "Anforderungsnummer", "Kontingent", "Quota", "Allocation", "AllocationId", "SN Batch", "Block",
               "NumberRange", "Nummernkreis", "RangeId", "PoolNo", "Range"),
        f.word("level", "level", "Level", "UOM", "Ebene"),
    ),
    requires=(("code",), ("order_no", "lot"), ("time", "request")),
    forbids=("state", "result"),
    passed=("request",),
    emits=(
        ("observation", """
            SELECT coalesce(code_gtin, gtin) AS gtin,
                   if(coalesce(level, 'unit') IN ('unit', 'bundle'), coalesce(code_serial, code_raw),
                      if(code_sscc IS NULL, code_serial, NULL)) AS serial,
                   if(coalesce(level, 'unit') IN ('unit', 'bundle'), NULL, code_sscc) AS sscc,
                   coalesce(level, 'unit') AS level, 'allocated' AS step, time AS at_utc, time_text AS at_text,
                   time_offset AS zone_offset, lot, order_no, request AS reference, position AS ordinal,
                   code_transform AS transform, position FROM t"""),
    ),
)  # fmt: skip

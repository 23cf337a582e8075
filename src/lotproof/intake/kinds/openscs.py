"""Serial number states that an OPC UA server publishes (OPEN-SCS, OPC 30260), as `lotproof line read` writes them down."""

from __future__ import annotations

from lotproof.intake import fields as f

KIND = f.Kind(
    name="openscs",
    title="serial number states of an OPC UA server (OPEN-SCS)",
    fields=(
        f.text("opc_state", "OpenScsState", needed=True),
        f.text("order_no", *f.ORDER_WORDS),
        f.text("lot", *f.LOT_WORDS),
        f.gtin(),
        f.code("code", *f.SERIAL_WORDS, needed=True),
        f.word("level", "level", "Level"),
        f.time("time", "SourceTimestamp"),
        f.text("device", "LineId"),
        f.text("pool", "AssociatedPoolID"),
    ),
    requires=(("code",), ("opc_state",)),
    emits=(
        ("observation", """
            SELECT coalesce(code_gtin, gtin) AS gtin, unit_serial AS serial, unit_sscc AS sscc, unit_level AS level,
                   CASE lower(opc_state) WHEN 'unassigned' THEN 'returned_unused' WHEN 'unallocated' THEN 'returned_unused'
                        WHEN 'allocated' THEN 'allocated' WHEN 'sninvalid' THEN 'invalidated' WHEN 'encoded' THEN 'encoded'
                        WHEN 'labelsampled' THEN 'label_sampled' WHEN 'labelscrapped' THEN 'label_scrapped'
                        WHEN 'commissioned' THEN 'commissioned' WHEN 'sampled' THEN 'sampled' WHEN 'inactive' THEN 'inactivated'
                        WHEN 'destroyed' THEN 'destroyed' WHEN 'released' THEN 'released' ELSE 'observed' END AS step,
                   time AS at_utc, time_text AS at_text, time_offset AS zone_offset, coalesce(lot, code_lot) AS lot, order_no, device,
                   pool AS reference, position AS ordinal, code_transform AS transform, position
            FROM (SELECT *, coalesce(level, if(code_sscc IS NULL, 'unit', 'container')) AS unit_level,
                         if(coalesce(level, 'x') IN ('unit', 'bundle'), NULL, code_sscc) AS unit_sscc,
                         if(code_sscc IS NULL, coalesce(code_serial, code_raw), code_serial) AS unit_serial FROM t)"""),
    ),
)  # fmt: skip

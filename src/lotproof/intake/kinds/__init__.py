"""The kinds of delimited sources, in plain sight. To add one: write its file, add it here."""

from __future__ import annotations

from lotproof.intake.fields import Kind
from lotproof.intake.kinds import camera, line, movements, numbers, openscs, orders, printer, records, stock, warehouse

KINDS: tuple[Kind, ...] = (
    line.KIND,
    numbers.KIND,
    printer.KIND,
    camera.KIND,
    orders.KIND,
    movements.KIND,
    stock.KIND,
    warehouse.RECEIPTS,
    warehouse.INVENTORY,
    warehouse.ISSUES,
    warehouse.AUDIT,
    records.MESSAGES,
    records.STOPS,
    records.CALIBRATION,
    records.TRAINING,
    records.ROSTER,
    records.DEVIATIONS,
    records.ALERTS,
    records.HOLDS,
    openscs.KIND,
)

"""The steps of an ordinary packaging process, their control points, and the finding codes that arise at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lotproof.draw.process_map import Found, ProcessStep

STEPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Order and numbers", "order system, number pool", "", ("IDT-01", "IDT-05", "SN-05", "SN-10")),
    ("Printing", "printer", "CCP 1", ("SN-03", "IDT-06")),
    ("Verification", "camera, rejector", "CCP 2", ("SCN-01", "SCN-02", "SCN-03", "SCN-04", "SN-02", "SN-07")),
    ("Case packing", "line", "CCP 3", ("AGG-01", "AGG-02", "AGG-03", "AGG-04", "AGG-05", "AGG-06", "AGG-07", "AGG-08", "AGG-09", "AGG-10",
                                       "AGG-11", "SN-08", "SN-09", "TIM-03")),
    ("Lot close", "line, order system", "CCP 4", ("QTY-01", "QTY-02", "SN-06", "TIM-01", "TIM-02", "TIM-04")),
    ("Report to the hub", "data systems", "CCP 5", ("SN-01", "SN-04", "IDT-02", "IDT-03", "IDT-04", "DAT-01", "DAT-02", "DAT-03", "RPT-02",
                                                    "INT-01", "INT-02", "INT-03")),
    ("Release and shipping", "QA, warehouse", "CCP 6", ("RPT-01", "PHY-04", "AGG-12")),
    ("Receipt and use", "partners, authority", "", ("PHY-01", "PHY-02", "PHY-03", "QTY-03", "RPT-03")),
)  # fmt: skip
"""Step, where it runs, control point, finding codes that arise there. Codes of local rules stand in the table below the map."""


def mapped(counts: Mapping[str, int], grave: Sequence[str], noun: str = "lot") -> list[ProcessStep]:
    """The steps with their findings: ``counts`` by code, ``grave`` the codes that are critical or major somewhere."""
    return [
        ProcessStep(name, where, control, tuple(Found(_told(one, counts[one], noun), one in grave) for one in codes if one in counts))
        for name, where, control, codes in STEPS
    ]


def _told(code: str, number: int, noun: str) -> str:
    return f"{code}, {number:,} {noun}{'' if number == 1 else 's'}"

"""Every kind of act, in the order of the process."""

from __future__ import annotations

from lotproof.quality.act import ActType
from lotproof.quality.acts import (
    alarms,
    audits,
    capa,
    causes,
    change,
    closing,
    containment,
    gate,
    impact,
    investigating,
    opening,
    procedures,
    sessions,
)

PARTS: dict[str, tuple[ActType, ...]] = {
    "incident": opening.ACTS,
    "containment": containment.ACTS,
    "gate": gate.ACTS,
    "investigation": investigating.ACTS,
    "causes": causes.ACTS,
    "impact": impact.ACTS,
    "capa": capa.ACTS,
    "change": change.ACTS,
    "closing": closing.ACTS,
}
"""Part of the process of an incident -> its acts."""

OTHERS = (procedures.ACTS, audits.ACTS, alarms.ACTS, sessions.ACTS, sessions.IN_INCIDENT)
"""Acts of the other books."""

ACTS = {kind.name: kind for part in (*PARTS.values(), *OTHERS) for kind in part}
"""Name -> kind."""

"""Serial dossiers: the life of affected items and of controls drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.packs.report.values import Dossier
from lotproof.rules.finding import Finding
from lotproof.workspace.trace import Step, lives

AFFECTED = 200
CONTROLS = 20


def make_dossiers(
    lake: Lake, sources: Sequence[Source], findings: Sequence[Finding], controls: Sequence[tuple[str, str]]
) -> list[Dossier]:
    """Dossiers of up to AFFECTED items, every finding in its turn, and of CONTROLS packs that no finding names."""
    named = {item for found in findings for item in found.items}
    chosen = _affected(findings)
    for text, lot in [(text, lot) for text, lot in controls if text not in named][:CONTROLS]:
        chosen.setdefault(text, ("control, drawn at random", lot))
    steps = lives(lake, sources, list(chosen))
    return [Dossier(item, lot, why, [_row(step) for step in steps.get(item, ())]) for item, (why, lot) in chosen.items()]


def _affected(findings: Sequence[Finding]) -> dict[str, tuple[str, str]]:
    """Items by turns of the findings, so that a long finding does not crowd out a short one."""
    codes: dict[str, list[str]] = {}
    lots: dict[str, str] = {}
    longest = max((min(len(found.items), AFFECTED) for found in findings), default=0)
    for rank in range(longest):
        for found in findings:
            if rank >= len(found.items) or not found.items[rank].startswith("("):
                continue
            item = found.items[rank]
            if len(codes) < AFFECTED or item in codes:
                codes.setdefault(item, []).append(found.code)
                lots.setdefault(item, found.lot)
    return {item: (", ".join(dict.fromkeys(names)), lots[item]) for item, names in codes.items()}


def _row(step: Step) -> Mapping[str, Any]:
    details = step.details
    note = details.get("transform") or details.get("result")
    return {
        "at": step.at, "step": step.step, "kind": step.kind, "source": step.source, "sha256": step.sha256, "position": step.position,
        "container": details.get("container"), "device": details.get("device"), "actor": details.get("actor"),
        "reason": details.get("reason"), "note": note,
    }  # fmt: skip

"""Error declarations of EPCIS events: which events of a batch are one, and which steps each takes back."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake.epcis_steps import step_of

ROLES = {"AggregationEvent": ("child",), "AssociationEvent": ("child",), "TransformationEvent": ("input", "output")}
"""Event type -> roles of its items; all others have the role ``epc``."""
ALONE = {"disaggregated": "emptied"}
"""Step of an event that names only its container, beside the step that it has with children."""


def declarations(events: pa.Table) -> pa.Table:
    """The events that bear an errorDeclaration (EPCIS 2.0, 7.4.1.2), with the steps that they take back in the column ``steps``."""
    wrong = pc.or_(pc.is_valid(events.column("error_reason")), pc.is_valid(events.column("error_time")))
    found = events.filter(wrong)
    return found.append_column("steps", pa.array([taken_back(event) for event in found.to_pylist()], pa.string()))


def taken_back(event: dict[str, Any]) -> str:
    """The steps, as words with a space between, that the items of the event would have without its declaration."""
    roles = ROLES.get(event["type"], ("epc",))
    plain = [step_of(event["type"], event["action"], event["biz_step"], event["disposition"], role, False) for role in roles]
    return " ".join(dict.fromkeys([*plain, *(ALONE[step] for step in plain if step in ALONE)]))

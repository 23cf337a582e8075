"""The form of an act, made from its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lotproof.quality.act import ActType, Field

INPUTS = {"time": "datetime-local", "number": "number", "day": "date", "entry": "number"}
"""Kind of a field -> type of its input; the others are texts."""


@dataclass
class Form:
    """What is asked, what was entered, what is wrong with it."""

    kind: ActType
    """The act."""
    data: Mapping[str, Any]
    """What came with the request."""
    problems: dict[str, str] = field(default_factory=dict)
    """Field -> sentence."""
    told: str = ""
    """What is wrong as a whole."""
    seen: int | None = None
    """Entries of the case that the person has seen."""
    totp: bool = False
    """Whether a code is asked for beside the password."""
    offered: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Field -> values to choose from with what they mean, where the case has some."""

    @property
    def given(self) -> dict[str, Any]:
        """What was entered, by field."""
        return {one.name: self.data.get(one.name, "") for one in self.kind.fields}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields as the template shows them."""
        return [self._row(one) for one in self.kind.fields]

    def _row(self, one: Field) -> dict[str, Any]:
        several = one.kind in ("text", "items")
        options = self.offered.get(one.name) or tuple((choice, choice) for choice in one.choices)
        return {
            "field": one,
            "value": self.data.get(one.name, ""),
            "problem": self.problems.get(one.name),
            "options": options,
            "several": several,
            "type": INPUTS.get(one.kind, "text"),
            "id": f"field-{one.name}",
        }

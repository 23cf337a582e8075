"""Conditions as SQL over the index, as far as it knows of them: what they leave out cannot meet the query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lotproof.api.query import Condition
from lotproof.epcis.canonical import canonical
from lotproof.lake.sql import quoted

_COLUMNS = {
    "type": "type", "action": "action", "bizStep": "biz_step", "disposition": "disposition", "readPoint": "read_point",
    "bizLocation": "biz_location",
}  # fmt: skip
_SIGNS = {"GE": ">=", "LT": "<"}
_ROLES = {"eventID": "id", "transformationID": "transformation", "parentID": "parent", "anyEPC": "parent"}


def sql_of(conditions: Iterable[Condition]) -> list[str]:
    """One term for each condition that the table of events knows something of."""
    return [term for condition in conditions if (term := _term(condition))]


def _term(condition: Condition) -> str | None:
    about, how = condition.about, condition.how
    if about in _COLUMNS and how == "EQ":
        return f"{_COLUMNS[about]} IN ({_listed(condition.values)})"
    if about in _COLUMNS and how == "WD":
        terms = (
            f"{_COLUMNS[about]} = {quoted(one)} OR starts_with({_COLUMNS[about]}, {quoted(one + '/254/')})" for one in condition.values
        )
        return f"({' OR '.join(terms)})"
    if how in _SIGNS and about in ("eventTime", "errorDeclarationTime"):
        return f"{'happened' if about == 'eventTime' else 'error_at'} {_SIGNS[how]} TIMESTAMP {quoted(condition.values[0].rstrip('Z'))}"
    if how in _SIGNS and about == "recordTime":
        return _recorded(condition)
    if about in ("errorDeclaration", "errorReason", "correctiveEventID"):
        return "error"
    if about == "free" and how == "EQ" and condition.kind == "ILMD_" and condition.name == "lotNumber":
        return f"lot IN ({_listed(condition.values)})"
    return None


def _recorded(condition: Condition) -> str:
    """Sources are recorded by the second, `2026-03-09T10:00:00Z`."""
    moment = f"TIMESTAMP {quoted(condition.values[0].rstrip('Z'))}"
    return f"recorded::TIMESTAMP {_SIGNS[condition.how]} {moment}"


def named_sql(condition: Condition) -> list[tuple[str, str]] | None:
    """Role and name of what the table of names is asked for; None where it knows nothing of the condition."""
    about = condition.about
    if condition.how == "MATCH" and about.endswith("Class"):
        return [("class", canonical(one)) for one in condition.values] if not any("*" in one for one in condition.values) else None
    if about in _ROLES:
        if any("*" in one for one in condition.values):
            return None if about == "parentID" else []
        return [(_ROLES[about], canonical(one) if _ROLES[about] == "parent" else one) for one in condition.values]
    if about in ("bizTransaction", "source", "destination"):
        return [(f"{about}|{condition.kind}", one) for one in condition.values]
    return None


def _listed(values: Sequence[str]) -> str:
    return ", ".join(map(quoted, values))

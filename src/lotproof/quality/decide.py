"""Whether somebody may do something to a case now. Pure: the case, the act, nothing else."""

from __future__ import annotations

from typing import Any

from lotproof.quality.act import Act, ActType
from lotproof.quality.case import Case
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.roles import Role
from lotproof.quality.times import moment

TOLERANCE = 300
"""Seconds that an event may lie after the server's clock: clocks of tablets are wrong."""


def entry_body(case: Case, act: Act, seen: int | None = None) -> dict[str, Any]:
    """The body of the entry that the act becomes; Refusal with the reason otherwise.

    ``seen`` is the number of entries that the person had seen of the case when they decided.
    """
    kind = ACTS[act.name]
    sentence = _refused(case, act, kind)
    if sentence:
        raise Refusal(sentence)
    if kind.exclusive and seen is not None and seen != case.seq:
        later = next((one for one in reversed(case.acts)), None)
        who = f"{later.actor} did “{ACTS[later.name].button}”" if later else "Somebody acted"
        raise Overtaken(f"{who} since you opened this page, so nothing was written. Look at the trail; what you entered is below.")
    return {"act": act.name, "as": str(act.role), **act.body}


def _refused(case: Case, act: Act, kind: ActType) -> str | None:
    if act.role not in kind.roles:
        return f"“{kind.button}” needs the role {_either(kind)}; {act.actor} has the role {act.role}."
    if case.book not in kind.books:
        return f"“{kind.button}” belongs to {_books(kind)}; {case.number} is of another kind: {case.book.noun}."
    if kind.opens and case.acts:
        return f"{case.number} was opened already."
    if not kind.opens and not case.acts:
        return f"There is no {case.book.noun} {case.number}."
    if case.state not in kind.states:
        states = " or ".join(sorted(kind.states))
        return f"“{kind.button}” is not possible while the {case.book.noun} is {case.state}; it is while it is {states}."
    return _wrong_references(case, act, kind) or _in_future(act) or kind.refuse(case, act)


def _books(kind: ActType) -> str:
    return " or ".join(sorted(f"{book.noun}s" for book in kind.books))


def _either(kind: ActType) -> str:
    return " or ".join(sorted(kind.roles - {Role.PROGRAM} or kind.roles))


def _wrong_references(case: Case, act: Act, kind: ActType) -> str | None:
    """Entries that are named have to be acts of the case that stand."""
    named = [index for field in kind.fields if field.kind == "entries" for index in act.body.get(field.name) or ()]
    standing = {one.index for one in case.acts if not one.withdrawn}
    wrong = [str(index) for index in named if index not in standing]
    return f"{case.number} has no entry {', '.join(wrong)}, or it was withdrawn; the trail lists them." if wrong else None


def _in_future(act: Act) -> str | None:
    stated = act.body.get("event_time")
    if stated and (moment(stated) - moment(act.time)).total_seconds() > TOLERANCE:
        return f"{stated} lies after the server's clock, {act.time}; mend the time."
    return None


def possible(case: Case, role: Role) -> list[ActType]:
    """What somebody of this role could do now, as far as role and state say."""
    return [
        kind for kind in ACTS.values() if case.book in kind.books and not kind.opens and role in kind.roles and case.state in kind.states
    ]


def blocked(case: Case, kind: ActType, actor: str, role: Role, time: str) -> str | None:
    """Why an act without fields of its own is not possible now; None where it is, or where it depends on what is entered."""
    if any(field.required for field in kind.fields):
        return None
    return _refused(case, Act(kind.name, actor, role, time, {}), kind)

"""Who may do what: the roles of the desk (21 CFR 11.10(d), (g))."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role that a person is enrolled with."""

    OPERATOR = "operator"
    INVESTIGATOR = "investigator"
    QA = "QA approver"
    REGULATORY = "regulatory"
    READER = "reader"
    ADMINISTRATOR = "administrator"
    PROGRAM = "program"
    """What the program does by itself; nobody is enrolled with it."""


FLOOR = frozenset({Role.OPERATOR, Role.INVESTIGATOR, Role.QA})
"""Those who act on the floor in the first hour."""
DESK = frozenset({Role.INVESTIGATOR, Role.QA})
"""Those who investigate."""
APPROVERS = frozenset({Role.QA})
"""Those who approve."""
LEGAL = frozenset({Role.QA, Role.REGULATORY})
"""Those who speak with authorities and partners."""


def role_of(text: str) -> Role:
    """The role that an enrolment states; a word that is none gives a reader."""
    folded = text.strip().casefold()
    return next((role for role in Role if role.casefold() == folded and role is not Role.PROGRAM), Role.READER)

"""A session of signing: an enrolled person is authenticated at every signature, and the entry states what was really checked.

21 CFR 11.200(a)(1): at the first signature of a session all components, at each further one the password, which only the person knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lotproof.ledger.entry import parse_entry
from lotproof.ledger.esign import Act
from lotproof.ledger.store import Appended
from lotproof.workspace.credentials import Given, authenticate, components_of
from lotproof.workspace.logbook import take_checkpoint
from lotproof.workspace.people import Person, active
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.signing import append_signature, draft_signature

Ask = Callable[[Person, bool], Given]
"""Asks a person for what is checked; the flag says whether it is the first signature of the session."""


@dataclass(frozen=True)
class Wanted:
    """A signature that is asked for."""

    user_id: str
    """Who signs."""
    meaning: str
    """What it means: authored, reviewed, approved."""
    tz: str | None = None
    """Zone of the person where it is another than the enrolled one."""
    shown: bytes | None = None
    """Exactly what the person was shown, where it is something else than the entry rendered."""


class Session:
    """One person's signatures, one after another."""

    def __init__(self, workspace: Workspace, identifier: str, clock: Callable[[], str], ask: Ask) -> None:
        """Begin; `identifier` is random, `clock` gives UTC as entries spell it."""
        self._workspace, self._identifier, self._clock, self._ask = workspace, identifier, clock, ask
        self._signed_by = ""

    def sign(self, index: int, what: Wanted) -> Appended:
        """Authenticate and sign entry `index`; WorkspaceError where anything is wrong, and then nothing is signed."""
        person = active(what.user_id)
        first = self._signed_by != person.user_id
        draft_signature(index, self._act(person, what, first), self._clock(), what.shown)  # what cannot be signed needs no password
        components = authenticate(self._workspace, person.user_id, self._ask(person, first), first, self._clock())
        assert components == components_of(person, first), "the entry states what was checked"
        made = append_signature(draft_signature(index, self._act(person, what, first), self._clock(), what.shown))
        self._signed_by = person.user_id
        take_checkpoint(self._workspace)  # from now on no history without this signature is this log's
        return made

    def draft(self, index: int, what: Wanted) -> bytes:
        """Give the bytes of a signature for a passkey to sign; nothing is written, and nobody is authenticated yet."""
        person = active(what.user_id)
        return draft_signature(index, self._act(person, what, True), self._clock(), what.shown)

    def complete(self, draft: bytes, assertion: dict[str, str]) -> Appended:
        """Authenticate and write a draft with the assertion of the person's passkey."""
        body: Any = parse_entry(draft).body
        person = active(str(_member(body, "signer", "user_id")))
        stated = (_member(body, "auth", "components"), _member(body, "manifestation", "printed_name"))
        if stated != ([*components_of(person, True)], person.printed_name):
            raise WorkspaceError("The draft states other components or another name than this person has; draft it again.")
        authenticate(self._workspace, person.user_id, self._ask(person, True), True, self._clock())
        made = append_signature(draft, assertion)
        take_checkpoint(self._workspace)
        return made

    def _act(self, person: Person, what: Wanted, first: bool) -> Act:
        zone, components = what.tz or person.tz, components_of(person, first)
        return Act(person.printed_name, what.meaning, zone, person.user_id, person.role, components, self._identifier, first)


def _member(body: Any, part: str, name: str) -> Any:
    inside = body.get(part) if isinstance(body, dict) else None
    return inside.get(name) if isinstance(inside, dict) else None

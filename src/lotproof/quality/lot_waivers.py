"""Waivers of what a lot needs to be shown to an inspector: signed, with a reason, taken back the same way. Entries of the stream `lots`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from lotproof.ledger import store
from lotproof.ledger.entry import EntryError
from lotproof.quality.act import ActType, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.entered import body_of
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.roles import APPROVERS, role_of
from lotproof.quality.shell import Desk, signing_of
from lotproof.workspace.credentials import Given, authenticate
from lotproof.workspace.signing import append_signature, draft_signature

STREAM = "lots"
WAIVABLE = ("record", "verified")
"""Items that can be waived. Findings are explained and incidents closed; holds are released."""
_ITEM = Field("item", "Item", "choice", choices=WAIVABLE)
WAIVE = ActType(
    "lot-waiver", "Waive an item", "{actor} waived {item} for lot {lot}: {why}", APPROVERS, frozenset(), (_ITEM, WHY), meaning="approved",
    help="What this lot does not have, and why an inspector can do without it. What findings and holds ask for cannot be waived.",
)  # fmt: skip
TAKE_BACK = ActType(
    "lot-waiver-ended", "Take a waiver back", "{actor} took back the waiver of {item} for lot {lot}: {why}", APPROVERS, frozenset(),
    (_ITEM, WHY), meaning="approved",
)  # fmt: skip
KINDS = {kind.name: kind for kind in (WAIVE, TAKE_BACK)}


def waivers(before: int | None = None) -> dict[str, dict[str, str]]:
    """Lot -> item -> why it is waived; as the entries ``before`` an index make it, by default all."""
    found: dict[str, dict[str, str]] = {}
    for index, body in store.indexed_bodies("audit", STREAM):
        if before is not None and index >= before:
            break
        if body["act"] == WAIVE.name:
            found.setdefault(body["lot"], {})[body["item"]] = body["why"]
        else:
            found.get(body["lot"], {}).pop(body["item"], None)
    return found


def decide(desk: Desk, lot: str, name: str, given: Mapping[str, Any], secret: Given | None) -> None:
    """Waive an item of a lot, or take a waiver back; signed by the person of the desk.

    Raises Unreadable for fields, Refusal where it is not theirs or changes nothing, WorkspaceError where the signature fails.
    """
    kind, who = KINDS[name], desk.person
    body = {**body_of(kind, given), "lot": lot}
    _refuse(desk, kind, lot, body["item"])
    if secret is None:
        raise Refusal(f"“{kind.button}” is signed: enter your password{' and the code' if who.totp else ''}.")
    authenticate(desk.workspace, who.user_id, secret, True, desk.clock())
    try:
        with transaction.atomic():
            store.lock()
            _refuse(desk, kind, lot, body["item"])
            time = desk.clock()
            made = store.append("audit", STREAM, time, who.user_id, {"act": name, **body})
            append_signature(draft_signature(made.index, signing_of(desk, kind), time))
    except EntryError as error:
        raise Overtaken(str(error)) from error


def _refuse(desk: Desk, kind: ActType, lot: str, item: str) -> None:
    role = role_of(desk.person.role)
    if role not in kind.roles:
        raise Refusal(f"“{kind.button}” needs the role {' or '.join(sorted(kind.roles))}; {desk.person.user_id} has the role {role}.")
    waived = item in waivers().get(lot, {})
    if waived and kind is WAIVE:
        raise Refusal(f"“{item}” of lot {lot} is waived already.")
    if not waived and kind is TAKE_BACK:
        raise Refusal(f"“{item}” of lot {lot} is not waived.")

"""Who signed: judges the signatures of a note by the keys that the verifying person brought along.

Keys that lie in the pack are never used. The log key is the one whose name is the origin of the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.ledger.cosignature import cosignatures
from lotproof.ledger.note import Note, VerifierKey, verify
from lotproof.ledger.policy import Policy
from lotproof.packs.verify.report import UNDETERMINED, Problem

NO_KEY = (
    "The signature was not checked, because no key was given: everything fits together, but anybody could have made "
    "it so. Get the log's key line from the sender by another way than the pack (a call, a letter, an earlier "
    "contract) and verify again with --key."
)
"""What is open without a key, and how to close it."""


def judge(note: Note, keys: Sequence[VerifierKey], origin: str | None, where: str) -> list[Problem]:
    """Say what is wrong or open with the signatures of `note`, which the log `origin` should have made.

    A given key that is named, by a signature line or as the origin, has to have signed: if it did not, that is a
    failure. Signatures by keys that were not given are ignored.
    """
    if not keys:
        return [Problem("no-key", where, NO_KEY, UNDETERMINED)]
    found = verify(note, keys)
    problems = [
        Problem("bad-signature", where, f"The signature by {key.name} in {where} does not match what it signs.") for key in found.invalid
    ]
    signed = {key.name for key in (*found.valid, *found.invalid)}
    named = {line.name for line in note.signatures} | {origin}
    problems += [
        Problem("not-signed", where, f"{where} is not signed by the key given for {name}.")
        for name in dict.fromkeys(key.name for key in keys)
        if name in named and name not in signed
    ]
    trusted = any(key.name == origin for key in found.valid)
    if not trusted and not problems:
        sentence = f"{where} is signed by keys that were not given, so who made it is open; get the key of {origin}."
        problems.append(Problem("unknown-key", where, sentence, UNDETERMINED))
    return problems


def judge_witnesses(note: Note, policy: Policy, where: str) -> list[Problem]:
    """Say what the cosignatures are worth by the policy: one that does not hold fails, too few leave the verdict open."""
    found = cosignatures(note, [witness.key for witness in policy.witnesses.values()])
    problems = [
        Problem("bad-signature", where, f"The cosignature by {key.name} in {where} does not match what it signs.") for key in found.invalid
    ]
    cosigned = {name for name, witness in policy.witnesses.items() if witness.key in found.valid}
    if not policy.satisfied(cosigned):
        who = ", ".join(sorted(cosigned)) or "no witness that the policy knows"
        sentence = f"{where} is cosigned by {who}; the quorum, {policy.quorum}, asks for more. Ask for the cosigned checkpoint."
        problems.append(Problem("no-quorum", where, sentence, UNDETERMINED))
    return problems

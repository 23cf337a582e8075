"""Who signed: judges the signatures of a note by the keys that the verifying person brought along.

Keys that lie in the pack are never used, but for those to which a given key handed over (or which handed over to it) by a signature
of its own. The log key is the one whose name is the origin of the log.
"""

from __future__ import annotations

from lotproof.ledger.cosignature import cosignatures
from lotproof.ledger.handover import Keyring
from lotproof.ledger.note import Note, VerifierKey, verify
from lotproof.ledger.policy import Policy
from lotproof.packs.verify.report import UNDETERMINED, Problem

NO_KEY = (
    "The signature was not checked, because no key was given: everything fits together, but anybody could have made "
    "it so. Get the log's key line from the sender by another way than the pack (a call, a letter, an earlier "
    "contract) and verify again with --key."
)
"""What is open without a key, and how to close it."""


def judge(note: Note, keys: Keyring, origin: str | None, where: str, size: int | None = None) -> list[Problem]:
    """Say what is wrong or open with the signatures of `note`, which the log `origin` should have made at `size` entries.

    A given key that is named, by a signature line or as the origin, has to have signed: if it did not, that is a
    failure, unless a key signed to which it is linked by hand-overs. A key that signs after it was handed over is a failure.
    Signatures by keys that are neither given nor linked are ignored.
    """
    if not keys.given:
        return [Problem("no-key", where, NO_KEY, UNDETERMINED)]
    found = verify(note, keys.known(origin))
    problems = [
        Problem("bad-signature", where, f"The signature by {key.name} in {where} does not match what it signs.") for key in found.invalid
    ]
    problems += _retired(keys, found.valid, where, size)
    signed = {key.name for key in (*found.valid, *found.invalid)}
    named = {line.name for line in note.signatures} | {origin}
    problems += [
        Problem("not-signed", where, f"{where} is not signed by the key given for {name}.")
        for name in dict.fromkeys(key.name for key in keys.given)
        if name in named and name not in signed
    ]
    trusted = any(key.name == origin for key in found.valid)
    if not trusted and not problems:
        sentence = f"{where} is signed by keys that were not given, so who made it is open; get the key of {origin}."
        problems.append(Problem("unknown-key", where, sentence, UNDETERMINED))
    return problems


def _retired(keys: Keyring, signed: tuple[VerifierKey, ...], where: str, size: int | None) -> list[Problem]:
    found = [] if size is None else [one for key in signed if (one := keys.retired(key, size))]
    return [
        Problem("retired-key", where, f"{where} is signed by {one.old.vkey}, which handed over to another key in entry {one.index} of the "
                f"ledger and signs no head of more than {one.index + 1} entries: whoever still has the retired key made this.")
        for one in found
    ]  # fmt: skip


def links(note: Note, keys: Keyring, origin: str | None) -> list[str]:
    """Say, as notes, by which hand-overs a given key leads to one that signed."""
    linked = keys.linked(origin)
    return [
        f"{key.vkey} signed; it is linked to a key that was given by the hand-over in entry {' and '.join(str(one.index) for one in way)}, "
        "which both keys signed."
        for key, way in linked.items()
        if key in verify(note, [key]).valid
    ]


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

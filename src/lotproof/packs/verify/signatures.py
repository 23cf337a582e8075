"""Who signed: judges the signatures of a note by the keys that the verifying person brought along.

Keys that lie in the pack are never used. The log key is the one whose name is the origin of the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.ledger.note import Note, VerifierKey, verify
from lotproof.packs.verify.report import UNDETERMINED, Problem

NO_KEY = (
    "The signature was not checked, because no key was given: everything fits together, but anybody could have made "
    "it so. Get the log's key line from the sender by another way than the pack (a call, a letter, an earlier "
    "contract) and verify again with --key."
)
"""What is open without a key, and how to close it."""


def judge(note: Note, keys: Sequence[VerifierKey], origin: str | None, where: str) -> tuple[bool, list[Problem]]:
    """Say whether the log `origin` signed `note`, and what is wrong or open.

    A given key that is named, by a signature line or as the origin, has to have signed: if it did not, that is a
    failure. Signatures by keys that were not given are ignored.
    """
    if not keys:
        return False, [Problem("no-key", where, NO_KEY, UNDETERMINED)]
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
    return trusted, problems

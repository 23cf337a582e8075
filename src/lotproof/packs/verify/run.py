"""Runs the steps of a verification over one pack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lotproof.ledger.note import NoteError, VerifierKey, parse_vkey
from lotproof.packs.verify.checkpoint import check_checkpoint
from lotproof.packs.verify.fixity import check_fixity
from lotproof.packs.verify.ledger import check_ledger
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.seal import check_seal
from lotproof.packs.verify.source import NotAPack
from lotproof.packs.verify.statements import check_statements

_WORKERS = min(4, os.cpu_count() or 1)


def verify_pack(
    path: Path, keys: Sequence[str] = (), *, allow_unsealed: bool = False, quick: bool = False, workers: int | None = None
) -> Report:
    """Verify the pack at `path`, a folder or a zip.

    `keys` are vkey lines that came by another way than the pack. `allow_unsealed` makes a missing seal undetermined
    instead of failed; `quick` leaves out the SHA-512 of the payload; `workers` files are hashed at a time, by default
    one a core and at most four.
    Every failure is listed; none hides another. Never raises for a bad pack: input that cannot be used gives a report
    with exit code 2.
    """
    try:
        return _verify(path, [parse_vkey(line) for line in keys], allow_unsealed, quick, workers or _WORKERS)
    except NoteError as error:
        return _unusable("bad-key", f"A key that was given cannot be used: {error}")
    except NotAPack as error:
        return _unusable("not-a-pack", str(error))
    except OSError as error:
        return _unusable("unreadable", f"{error.filename or path} cannot be read ({error.strerror or error}).")


def _unusable(code: str, sentence: str) -> Report:
    return Report(None, (Step("open", (Problem(code, None, sentence, UNDETERMINED),)),), unusable=True)


def _verify(path: Path, keys: list[VerifierKey], allow_unsealed: bool, quick: bool, workers: int) -> Report:
    opened, source = open_pack(path)
    sealed, statement = check_seal(source, keys, allow_unsealed)
    if statement is not None and statement.newer:
        return Report(statement.pack, (opened, sealed))
    fixity = check_fixity(source, statement, quick, workers)
    checkpoint, head = check_checkpoint(source, keys, statement)
    ledger = check_ledger(source, head, statement)
    statements = check_statements(source, head)
    pack = statement.pack if statement else None
    return Report(pack, (opened, sealed, fixity, checkpoint, ledger, statements))

"""Runs the steps of a verification over one pack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lotproof.ledger.sandwich import TOLERANCE
from lotproof.packs.verify.anchors import Clocks
from lotproof.packs.verify.checkpoint import check_checkpoint
from lotproof.packs.verify.deep import check_deep
from lotproof.packs.verify.fixity import check_fixity
from lotproof.packs.verify.handovers import handovers_of
from lotproof.packs.verify.ledger import check_ledger
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.seal import check_seal
from lotproof.packs.verify.source import NotAPack
from lotproof.packs.verify.statements import check_statements
from lotproof.packs.verify.trust import Trust, TrustError, read_trust

_WORKERS = min(4, os.cpu_count() or 1)


def verify_pack(
    path: Path, keys: Sequence[str] = (), *, policy: str | None = None, ca: bytes | None = None, at: str | None = None,
    allow_unsealed: bool = False, deep: bool = False, workers: int | None = None, tolerance: int | None = None,
    late_after: int | None = None, crls: Sequence[bytes] = (),
) -> Report:  # fmt: skip
    """Verify the pack at `path`, a folder or a zip.

    Trust comes by another way than the pack: `keys` are vkey lines, `policy` the text of a C2SP tlog-policy, `ca` PEM
    certificates, `crls` lists of revoked ones, `at` the UTC time to judge at, `YYYY-MM-DDTHH:MM:SSZ` (without it, what depends on time
    stays open).
    `allow_unsealed` makes a missing seal undetermined instead of failed; `deep` adds the SHA-512 of the payload, the blocks of
    the bulk files and the PDF; `workers` files are hashed at a time, by default one a core and at most four; clocks may differ
    by `tolerance` seconds, and an entry is late `late_after` seconds after its event (by default as the site set it).
    Every failure is listed; none hides another. Never raises for a bad pack: input that cannot be used gives a report
    with exit code 2.
    """
    try:
        clocks = Clocks(ca or b"", tolerance or TOLERANCE, late_after)
        return _verify(path, read_trust(keys, policy, ca, at, crls), allow_unsealed, deep, workers or _WORKERS, clocks)
    except TrustError as error:
        return _unusable("bad-key", str(error))
    except NotAPack as error:
        return _unusable("not-a-pack", str(error))
    except OSError as error:
        return _unusable("unreadable", f"{error.filename or path} cannot be read ({error.strerror or error}).")


def _unusable(code: str, sentence: str) -> Report:
    return Report(None, (Step("open", (Problem(code, None, sentence, UNDETERMINED),)),), unusable=True)


def _verify(path: Path, trust: Trust, allow_unsealed: bool, deep: bool, workers: int, clocks: Clocks) -> Report:
    opened, source = open_pack(path)
    trust = trust.linked(handovers_of(source))
    sealed, statement, withheld = check_seal(source, trust, allow_unsealed)
    if statement is not None and statement.newer:
        return Report(statement.pack, (opened, sealed))
    fixity = check_fixity(source, statement, withheld, deep, workers)
    checkpoint, head = check_checkpoint(source, trust, statement)
    ledger = check_ledger(source, head, statement, clocks)
    statements = check_statements(source, head, withheld)
    steps = (opened, sealed, fixity, checkpoint, ledger, statements)
    return Report(statement.pack if statement else None, (*steps, check_deep(source, head, statement, trust)) if deep else steps)

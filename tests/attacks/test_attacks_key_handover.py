"""Packs of a log that changed its key: both verifiers follow the hand-overs alike, honest ones and others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic_pack import KEY, ORIGIN, STRANGER, THIEF, Log, both, codes, make_pack

from lotproof.ledger.keys import make_key

handover = pytest.importorskip("lotproof.ledger.handover", reason="this version of the ledger has no hand-overs of its key")

NEW, NEWER = make_key(ORIGIN, bytes([5]) * 32), make_key(ORIGIN, bytes([4]) * 32)
KNOWN = {"old": KEY, "new": NEW, "newer": NEWER, "thief": THIEF, "stranger": STRANGER}
Edit = Callable[[dict[str, Any]], dict[str, Any]]


def pack(folder: Path, *changes: tuple[Any, Any], signer: Any, edit: Edit = lambda body: body) -> Path:
    """A pack of a log whose key changed so, sealed by `signer`."""
    log = Log()
    log.add("key", "log", {"type": "log-key", "vkey": KEY.vkey})
    log.add("record", "INV-1", {"title": "one"})
    for old, new in changes:
        log.add("key", "log", edit(handover.handover_body(old, new, len(log.entries), "yearly change")))
    log.close()
    return make_pack(folder, log, [], signer)


STORIES: dict[str, tuple[tuple[tuple[Any, Any], ...], Any, dict[str, int]]] = {
    "once": (((KEY, NEW),), NEW, {"old": 0, "new": 0, "newer": 1, "thief": 1, "stranger": 3}),
    "twice": (((KEY, NEW), (NEW, NEWER)), NEWER, {"old": 0, "new": 0, "newer": 0, "thief": 1, "stranger": 3}),
    "the retired key signs": (((KEY, NEW),), KEY, {"old": 1, "new": 1, "newer": 1, "thief": 1, "stranger": 3}),
    "a thief hands over": (((THIEF, NEW),), NEW, {"old": 1, "new": 1, "newer": 1, "thief": 1, "stranger": 1}),
    "back to a retired key": (((KEY, NEW), (NEW, KEY)), KEY, {"old": 1, "new": 1, "newer": 1, "thief": 1, "stranger": 1}),
}


@pytest.mark.parametrize("given", KNOWN)
@pytest.mark.parametrize("story", STORIES)
def test_a_log_that_changed_its_key(story, given, tmp_path):
    changes, signer, codes_by_key = STORIES[story]
    assert both(pack(tmp_path / "p", *changes, signer=signer), (KNOWN[given].vkey,))["exit_code"] == codes_by_key[given]


@pytest.mark.parametrize("edit", [lambda body: {**body, "vkey": NEWER.vkey}, lambda body: {**body, "note": "x"}, lambda body: {**body, "retires": 7}])
def test_a_hand_over_that_was_altered_fails(edit, tmp_path):
    made = pack(tmp_path / "p", (KEY, NEW), signer=NEW, edit=edit)
    for key in (KEY, NEW, NEWER):
        assert "bad-handover" in codes(both(made, (key.vkey,)))

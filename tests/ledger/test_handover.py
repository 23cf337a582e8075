"""Hand-overs of the log key: what holds, what does not, and which keys they link."""

from __future__ import annotations

import pytest

from lotproof.ledger.entry import leaf_text, make_entry, parse_entry
from lotproof.ledger.handover import KeyHistory, Keyring, handover_body, read_handover
from lotproof.ledger.keys import make_key
from lotproof.ledger.note import NoteError

ORIGIN = "site.example/log"
FIRST, SECOND, THIRD, THIEF = (make_key(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3, 4))
TIME = "2026-11-22T09:00:00Z"


def entry(index: int, body: dict):
    return parse_entry(make_entry("key", "log", index + 1, None if index == 0 else leaf_text(b"x"), TIME, "x", body))


def history(*steps: dict) -> tuple[KeyHistory, list[str]]:
    """The history over these bodies, and what it said."""
    found = KeyHistory(ORIGIN)
    told = [found.add(index, entry(index, body)) for index, body in enumerate(({"type": "log-key", "vkey": FIRST.vkey}, *steps))]
    return found, [one for one in told if one]


def test_two_hand_overs_link_all_three_keys():
    found, told = history(handover_body(FIRST, SECOND, 1, "yearly"), handover_body(SECOND, THIRD, 2, "yearly"))
    assert (told, found.current) == ([], THIRD.verifier)
    forward = Keyring((FIRST.verifier,), tuple(found.handovers)).linked(ORIGIN)
    assert {key: [one.index for one in way] for key, way in forward.items()} == {SECOND.verifier: [1], THIRD.verifier: [1, 2]}
    backward = Keyring((THIRD.verifier,), tuple(found.handovers)).linked(ORIGIN)
    assert set(backward) == {FIRST.verifier, SECOND.verifier}
    assert Keyring((THIEF.verifier,), tuple(found.handovers)).linked(ORIGIN) == {}


def test_a_key_signs_up_to_the_checkpoint_that_ends_with_its_hand_over():
    ring = Keyring((FIRST.verifier,), tuple(history(handover_body(FIRST, SECOND, 1, "yearly"))[0].handovers))
    assert ring.retired(FIRST.verifier, 2) is None
    assert ring.retired(FIRST.verifier, 3) is not None
    assert ring.retired(SECOND.verifier, 3) is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (handover_body(THIEF, SECOND, 1, ""), f"the key that signed then was {FIRST.vkey}, not {THIEF.vkey}."),
        (handover_body(FIRST, SECOND, 7, ""), "what is signed is another hand-over than the entry states."),
        (handover_body(FIRST, FIRST, 1, ""), "a retired key does not come back."),
        ({**handover_body(FIRST, SECOND, 1, ""), "vkey": THIEF.vkey}, "what is signed is another hand-over than the entry states."),
        ({**handover_body(FIRST, SECOND, 1, ""), "note": "x"}, "The note has no signature block"),
        ({"type": "log-key-handover"}, "'None' is not a log key"),
    ],
)
def test_a_hand_over_that_does_not_hold_gets_a_sentence_and_changes_nothing(body, sentence):
    found, told = history(body)
    assert len(told) == 1 and sentence in told[0]
    assert told[0].startswith("The hand-over of the log key, entry 1, does not hold: ")
    assert (found.handovers, found.current) == ([], FIRST.verifier)


def test_both_keys_have_to_sign_and_be_of_this_log():
    body = handover_body(FIRST, SECOND, 1, "")
    lines = str(body["note"]).splitlines(keepends=True)
    for left_out, who in ((-2, "old"), (-1, "new")):
        note = "".join(line for line in lines if line is not lines[left_out])
        with pytest.raises(NoteError, match=f"it is not signed by the {who} key"):
            read_handover(1, {**body, "note": note}, ORIGIN)
    with pytest.raises(NoteError, match="its keys are not keys of the log"):
        read_handover(1, body, "other.example")

"""C2SP tlog-policy: the example of the specification, and what is refused."""

from __future__ import annotations

import itertools

import pytest

from lotproof.ledger import note
from lotproof.ledger.cosignature import CosignerKey, cosignature_line
from lotproof.ledger.keys import make_key
from lotproof.ledger.policy import parse_policy

LOG = make_key("example.com/log", bytes(range(32)))
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
SIGNERS = {name: make_key(f"witness.example/{name}", bytes([number]) * 32) for number, name in enumerate(NAMES, 1)}


def vkey(name: str) -> str:
    return CosignerKey(SIGNERS[name].name, SIGNERS[name].public).vkey


EXAMPLE = f"""
# The example of the specification.
log {LOG.vkey} https://log.example/

witness X1 {vkey("X1")} https://x1.example/
\twitness\tX2  {vkey("X2")}
witness X3 {vkey("X3")}
group X-witnesses 2 X1 X2 X3

witness Y1 {vkey("Y1")}
witness Y2 {vkey("Y2")}
witness Y3 {vkey("Y3")}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_quorum_is_two_of_x_and_one_of_y():
    policy = parse_policy(EXAMPLE)
    for count in range(7):
        for chosen in itertools.combinations(NAMES, count):
            expected = sum(name[0] == "X" for name in chosen) >= 2 and any(name[0] == "Y" for name in chosen)
            assert policy.satisfied(chosen) is expected, chosen


def test_logs_addresses_and_cosignatures_are_found():
    policy = parse_policy(EXAMPLE)
    assert policy.logs == (LOG.verifier,)
    assert (policy.witnesses["X1"].url, policy.witnesses["X2"].url) == ("https://x1.example/", "")
    text = note.Checkpoint(LOG.name, 1, bytes(32)).text
    signed = note.sign(text, [LOG]) + "".join(cosignature_line(text, SIGNERS[name], 7) for name in ("X1", "X3", "Y2")).encode()
    assert policy.cosigned(note.parse(signed)) == {"X1": 7, "X3": 7, "Y2": 7}
    assert policy.satisfied(policy.cosigned(note.parse(signed)))


def test_a_policy_may_ask_for_nobody_or_for_one():
    assert parse_policy("quorum none").satisfied([])
    one = parse_policy(f"witness a {vkey('X1')}\nquorum a")
    assert one.satisfied(["a"])
    assert not one.satisfied([])


W = f"witness a {vkey('X1')}\nwitness b {vkey('X2')}\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The policy has 0 quorum lines; write exactly one"),
        ("quorum none\nquorum none\n", "The policy has 2 quorum lines"),
        ("quorum a\n", 'Line 1 of the policy, "quorum a", is not log, witness, group or quorum'),
        (W + "group g 3 a b\nquorum g", "Line 3 of the policy: '3' is not all, any or a number from 1 to 2."),
        (W + "group g 0 a b\nquorum g", "'0' is not all, any"),
        (W + "group g 01 a b\nquorum g", "'01' is not all, any"),
        (W + "group g any\nquorum g", "members of a group are defined before it"),
        (W + "group g any a c\nquorum g", "members of a group are defined before it"),
        (W + "group g any a a\nquorum g", "each is in one group only."),
        (W + "group g any a\ngroup h any a b\nquorum h", "Line 4 of the policy: members of a group"),
        (W + "group none any a\nquorum none", "is not log, witness, group or quorum"),
        (W + f"witness a {vkey('X3')}\nquorum a", "Line 3 of the policy"),
        (W + f"witness c {vkey('X1')}\nquorum a", "The policy has the same witness key twice"),
        (f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none", "The policy has the same log key twice"),
        (f"log {vkey('X1')}\nquorum none", "is not an Ed25519 key (33 bytes that begin with 01)"),
        (f"witness a {LOG.vkey}\nquorum a", "is no Ed25519 witness key"),
        ("quorum\x0bnone", "has a control character; only tabs are allowed."),
        ("log a b c d\nquorum none", "Line 1 of the policy"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text, sentence):
    with pytest.raises(note.NoteError) as caught:
        parse_policy(text)
    assert sentence in str(caught.value)

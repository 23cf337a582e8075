"""What a lot lacks can be waived by an approver, with a reason and a signature, and taken back."""

from __future__ import annotations

import json

import pytest
from case_kit import PASSWORD

from lotproof.ledger import store
from lotproof.quality.entered import Unreadable
from lotproof.quality.lot_ready import lots_readiness
from lotproof.quality.lot_waivers import decide, waivers
from lotproof.quality.refusal import Refusal
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import WorkspaceError

SECRET = Given(PASSWORD)


def state(floor, item, lot="L1"):
    return {one.name: (one.state, one.why) for one in lots_readiness(floor.workspace, [lot])[lot]}[item]


@pytest.mark.shows("P11-50a", "P11-70")
def test_a_waiver_is_signed_counts_and_is_taken_back(floor):
    assert state(floor, "verified")[0] == "missing"
    decide(floor.desk("qa-1"), "L1", "lot-waiver", {"item": "verified", "why": "The lot was destroyed before release."}, SECRET)
    assert state(floor, "verified") == ("waived", "The lot was destroyed before release.")
    assert state(floor, "verified", "L2")[0] == "missing"
    act, signature = (json.loads(store.entry(store.size() - back)) for back in (2, 1))
    assert (act["stream"], act["body"]["act"]) == ("lots", "lot-waiver")
    assert (signature["kind"], signature["body"]["signs"]["index"], signature["body"]["manifestation"]["meaning"]) == ("esign", store.size() - 2, "approved")
    decide(floor.desk("qa-2"), "L1", "lot-waiver-ended", {"item": "verified", "why": "It was found again."}, SECRET)
    assert state(floor, "verified")[0] == "missing" and waivers() == {"L1": {}}


@pytest.mark.parametrize(
    ("user", "name", "given", "secret", "error", "sentence"),
    [
        ("op-1", "lot-waiver", {"item": "verified", "why": "x"}, SECRET, Refusal, "“Waive an item” needs the role QA approver; op-1 has the role operator."),
        ("qa-1", "lot-waiver", {"item": "verified", "why": "x"}, None, Refusal, "“Waive an item” is signed: enter your password."),
        ("qa-1", "lot-waiver", {"item": "verified", "why": "x"}, Given("wrong wrong wrong"), WorkspaceError, "is wrong"),
        ("qa-1", "lot-waiver", {"item": "closed", "why": "x"}, SECRET, Unreadable, "“closed” is not among: record, verified."),
        ("qa-1", "lot-waiver", {"item": "verified", "why": " "}, SECRET, Unreadable, "“Reason” is missing"),
        ("qa-1", "lot-waiver-ended", {"item": "verified", "why": "x"}, SECRET, Refusal, "“verified” of lot L1 is not waived."),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_waives_nothing(floor, user, name, given, secret, error, sentence):
    with pytest.raises(error, match=sentence):
        decide(floor.desk(user), "L1", name, given, secret)
    assert waivers() == {} and all(json.loads(data)["stream"] != "lots" for data in store.entries())


def test_what_is_waived_is_not_waived_twice(floor):
    decide(floor.desk("qa-1"), "L1", "lot-waiver", {"item": "record", "why": "No numbers file exists."}, SECRET)
    with pytest.raises(Refusal, match=r"“record” of lot L1 is waived already."):
        decide(floor.desk("qa-2"), "L1", "lot-waiver", {"item": "record", "why": "x"}, SECRET)

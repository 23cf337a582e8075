"""Every plan is assessed as a change, with what triggers it and what is requalified."""

from __future__ import annotations

import pytest
from case_kit import Floor

from lotproof.quality.refusal import Refusal

ASSESSED = {"trigger": "system", "touches": "The hub's gateway.", "decision": "partial requalification", "why": "One parameter."}


@pytest.mark.shows("SEED-8", "A11-10")
def test_a_requalification_has_a_trigger_and_a_protocol_and_no_case_goes_on_without_it(floor: Floor):
    number = floor.acting()
    for action in floor.do(number, "inv-2", "observation", stream="data", what="Limit raised.").all("action"):
        floor.do(number, "inv-2", "action-done", entry=action.index, what="Done.")
    with pytest.raises(Refusal, match="change"):
        floor.do(number, "inv-1", "actions-complete")
    with pytest.raises(Refusal, match=r"A requalification has a protocol; name its number\."):
        floor.do(number, "inv-2", "change", **ASSESSED)
    with pytest.raises(Refusal, match="Nothing is requalified without a trigger"):
        floor.do(number, "inv-2", "change", **{**ASSESSED, "trigger": "none"}, protocols=["OQ-0031"])
    floor.do(number, "inv-2", "change", **ASSESSED, protocols=["OQ-0031"])
    assert floor.do(number, "inv-1", "actions-complete").state == "checking"

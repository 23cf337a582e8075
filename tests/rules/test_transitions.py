"""The table of transitions: one place for replay, state and documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.lake.schema import STEPS
from lotproof.rules.register import RULES
from lotproof.rules.replay import Event, replay
from lotproof.rules.transitions import FLAGS, ITEM_STATES, NUMBER_STATES, TRANSITIONS, WORDS, of, table

PAGE = Path(__file__).parents[2] / "docs" / "state.md"
ITEM = [row for row in TRANSITIONS if row.axis == "item" and row.to]
REACHED_BY = {row.to: row.step for row in reversed(ITEM)}


def test_the_documentation_holds_the_table_as_it_is() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "docs/state.md is out of date: put in what python -m lotproof.rules.transitions prints"


def test_the_table_speaks_of_steps_states_and_rules_that_exist() -> None:
    known = {"number": {"", *NUMBER_STATES}, "item": {"", *ITEM_STATES}, "parent": {"none", "the same", "its container"}}
    for row in TRANSITIONS:
        assert row.step in STEPS
        assert not row.code or row.code in RULES
        if row.axis == "flags":
            assert row.to[1:] in FLAGS
        else:
            assert {row.to, *row.allowed} <= known[row.axis], row
    assert {flag for flag, *_ in WORDS} <= set(FLAGS)


def life(*steps: str) -> list[str]:
    events = [Event(step, None, order, order, False, "f" * 64, order, f"t{order}") for order, step in enumerate(steps, 1)]
    return [violation.code for violation in replay(events).violations]


@pytest.mark.parametrize("state", ITEM_STATES)
@pytest.mark.parametrize("step", [row.step for row in ITEM])
def test_the_replay_reports_exactly_what_the_table_does_not_allow(state: str, step: str) -> None:
    change = of(step, "item")
    assert change is not None
    expected = [] if state in change.allowed or not change.code else [change.code]
    assert life("commissioned", *([REACHED_BY[state]] if state != "commissioned" else []), step) == expected


def test_what_was_supplied_comes_back_before_it_moves_again() -> None:
    assert life("commissioned", "dispensed", "shipped") == ["SN-06"]
    assert life("commissioned", "dispensed", "returned", "received", "shipped") == []

"""A storm of acts, refused ones among them: afterwards every list is the fold of the ledger, and what somebody changed is found."""

from __future__ import annotations

import random
from typing import Any

import pytest
from case_kit import PASSWORD, PEOPLE, START, STEPS

from lotproof.quality.act import ActType, Field
from lotproof.quality.case import Case
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.replay import replay
from lotproof.quality.shell import load, perform, table
from lotproof.quality.signal_shell import explain, take_signals, to_incident
from lotproof.quality.signals import Raised
from lotproof.workspace.credentials import Given


def entered(chance: random.Random, case: Case, kind: ActType) -> dict[str, Any]:
    return {field.name: value(chance, case, field) for field in kind.fields if field.required or chance.random() < 0.5}


def value(chance: random.Random, case: Case, field: Field) -> Any:
    if field.kind == "choice":
        return chance.choice(field.choices)
    if field.kind in ("entry", "entries"):
        index = chance.choice(case.acts).index
        return index if field.kind == "entry" else [index]
    return {"number": chance.choice([1, 50, 1000]), "time": START, "day": "2026-12-01", "items": [f"C-{chance.randrange(9)}"], "person": "inv-2"}.get(
        field.kind, f"word {chance.randrange(99)}"
    )


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.slow), pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.shows("P11-10a", "A11-7")
def test_after_a_storm_every_list_is_the_fold_of_the_ledger(floor, seed):
    chance = random.Random(seed)
    numbers, done, told = [floor.opened(), floor.checking()], 0, 0
    kinds = [kind for name, kind in ACTS.items() if name != "open"]
    for _ in range(250):
        number, kind, user = chance.choice(numbers), chance.choice(kinds), chance.choice(list(PEOPLE))
        floor.wait(1)
        try:
            perform(floor.desk(user), number, kind.name, entered(chance, load(number), kind), None, Given(PASSWORD))
            done += 1
        except (Refusal, Unreadable):
            told += 1
    assert min(done, told) > 20, (done, told)
    assert replay() == []


def test_signals_too(floor):
    found = [Raised(f"finding:SN-0{n}:L1", "finding", "major", "x", f"SN-0{n}", "L1", n) for n in (1, 2, 3)]
    take_signals(found, floor.now, "lotproof", full=True)
    to_incident(floor.desk("inv-1"), "SIG-2026-0001", {})
    explain(floor.desk("inv-1"), "SIG-2026-0002", "Known.")
    take_signals([Raised(**{**found[1].__dict__, "count": 9})], floor.now, "lotproof", full=True)
    rows = {row.number: (row.state, row.count) for row in table("SignalRow").all()}
    assert rows == {"SIG-2026-0001": ("incident", 0), "SIG-2026-0002": ("explained", 2), "SIG-2026-0003": ("new", 0), "SIG-2026-0004": ("new", 9)}
    assert replay() == []


@pytest.mark.shows("P11-10a")
def test_a_row_that_somebody_changed_is_found_and_put_right(floor):
    number = floor.contained()
    table("CaseRow").filter(number=number).update(state="closed")
    table("ClockRow").filter(case=number, name="classify").update(ended=floor.now)
    assert replay() == [f"{number}: the facts of its list differ from its entries.", f"{number}: its clocks differ from its entries."]
    assert len(replay(mend=True)) == 2
    assert replay() == []


def test_steps_are_all_there(floor):
    """The kit and the program name the same five steps."""
    assert ACTS["containment-step"].fields[0].choices == STEPS

"""A storm: people of all roles do anything to records of all books, possible and impossible, and what has to hold holds after each act."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from case_kit import PASSWORD, PEOPLE, START, Floor
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lotproof.ledger import store
from lotproof.quality.act import ActType, Field
from lotproof.quality.book import Book
from lotproof.quality.case import Case, State
from lotproof.quality.decide import possible
from lotproof.quality.entered import Unreadable
from lotproof.quality.projection import KEYS, rows_of
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.replay import replay
from lotproof.quality.roles import Role
from lotproof.quality.shell import load, open_by_program, open_record, perform, table
from lotproof.quality.signal_shell import explain, take_signals, to_incident
from lotproof.quality.signals import Raised
from lotproof.workspace import credentials
from lotproof.workspace.credentials import Given
from lotproof.workspace.people import people
from lotproof.workspace.place import WorkspaceError, open_workspace

REFUSED = (Refusal, Unreadable, WorkspaceError)
NEVER_OWN = {"approve-cause": ("cause",), "approve-plan": ("action",), "close": ("cause", "action", "action-done", "actions-complete", "effectiveness")}
"""Approval -> acts that whoever approves has not done (21 CFR 11.10(g))."""
ODD = st.sampled_from(["", " ", "x" * 501, "=1+1", "<b>", "\x00", "é\u202e", "9" * 30, "-1", "yesterday", "99999", None, [], {}, True])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


def value(case: Case | None, field: Field) -> st.SearchStrategy[Any]:
    """What somebody may well enter in a field."""
    if field.choices:
        return st.sampled_from(field.choices)
    indexes = [one.index for one in case.acts] if case else [0]
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "number": st.sampled_from([0, 1, 50, 1000]),
        "time": st.sampled_from([START, "2026-11-23T12:00:00Z", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"]),
        "day": st.sampled_from(["2026-11-20", "2026-12-01", "2027-10-01"]),
        "items": st.lists(st.sampled_from(["L1", "C-1", "C-2", "O-3"]), min_size=1, max_size=3),
        "person": st.sampled_from(list(PEOPLE)),
        "entry": st.sampled_from(indexes),
        "entries": st.lists(st.sampled_from(indexes), max_size=2),
    }
    return kinds.get(field.kind, WORDS)


def entered(draw: Callable[..., Any], case: Case | None, kind: ActType, wild: bool) -> dict[str, Any]:
    given = {one.name: draw(value(case, one)) for one in kind.fields if one.required or draw(st.booleans())}
    if wild and kind.fields:
        given[draw(st.sampled_from([one.name for one in kind.fields]))] = draw(ODD)
    return given


class Storm(RuleBasedStateMachine):
    """The floor in a storm."""

    folders: Callable[[], Path]

    @initialize(deep=st.sampled_from(["opened", "contained", "approved", "acting", "checking"]))
    def begin(self, deep: str) -> None:
        workspace = open_workspace(self.folders(), START, "administrator")
        for user, (name, role) in PEOPLE.items():
            credentials.enrol(workspace, user, name, role, "Europe/Brussels", PASSWORD, None, START, "administrator")
        self.floor, self.raised = Floor(workspace), 0
        self.numbers = [self.floor.opened(), getattr(self.floor, deep)()]
        self.numbers.append(open_record(self.floor.desk("inv-1"), "procedure", {"title": "SOP-1", "version": "7"}).number)
        self.numbers.append(open_record(self.floor.desk("qa-1"), "audit", {"title": "Line 2", "type": "self-inspection", "due": "2026-12-01", "lead": "qa-1"}).number)
        alarm = {"title": "x", "about": "camera-3", "priority": "high", "condition": "x", "key": "k", "points": ["L1"]}
        self.numbers.append(open_by_program("alarm", alarm, START, "lotproof").number)
        self.cases = {number: load(number) for number in self.numbers}

    def attempt(self, number: str | None, act: Callable[[], Case | None], may_open: bool = False) -> None:
        """Do it; where it is refused the ledger is as before, but for a failed attempt to sign."""
        size, case = store.size(), load(number) if number else None
        try:
            done = act()
        except REFUSED:
            written = list(itertools.islice(store.entries(), size, None))
            assert all(b'"stream":"people"' in one for one in written), written
            assert number is None or load(number) == case, "what is refused writes nothing into the record"
            return
        assert store.size() > size
        if done is not None and done.number not in self.numbers:
            assert may_open
            self.numbers.append(done.number)

    @rule(data=st.data(), user=st.sampled_from(list(PEOPLE)), wild=st.booleans(), fails=st.sampled_from([PASSWORD] * 6 + ["not the right one", ""]))
    def act(self, data: Any, user: str, wild: bool, fails: str) -> None:
        """Any act on any record by anybody, with or without the right password."""
        number = data.draw(st.sampled_from(self.numbers))
        kind = data.draw(st.sampled_from(list(ACTS.values())))
        self._perform(data, number, kind, user, wild, fails)

    @rule(data=st.data())
    def go_on(self, data: Any) -> None:
        """What a role can do now, entered with care: so that records get somewhere."""
        number, user = data.draw(st.sampled_from(self.numbers)), data.draw(st.sampled_from(list(PEOPLE)))
        can = possible(load(number), Role(PEOPLE[user][1]))
        if can:
            self._perform(data, number, data.draw(st.sampled_from(can)), user, False, PASSWORD)

    def _perform(self, data: Any, number: str, kind: ActType, user: str, wild: bool, password: str) -> None:
        case = load(number)
        given = entered(data.draw, case, kind, wild)
        seen = data.draw(st.sampled_from([None, case.seq, case.seq - 1]))
        self.floor.wait(1)
        self.attempt(number, lambda: perform(self.floor.desk(user), number, kind.name, given, seen, Given(password) if password else None))

    @rule(data=st.data(), user=st.sampled_from(list(PEOPLE)), wild=st.booleans())
    def open(self, data: Any, user: str, wild: bool) -> None:
        kind = data.draw(st.sampled_from([one for one in ACTS.values() if one.opens and Book.SESSION not in one.books]))
        given = entered(data.draw, None, kind, wild)
        self.attempt(None, lambda: open_record(self.floor.desk(user), kind.name, given), may_open=True)

    @rule(counts=st.dictionaries(st.sampled_from(["SN-01", "AGG-02", "QTY-01"]), st.integers(1, 5), min_size=1), full=st.booleans())
    def signals(self, counts: dict[str, int], full: bool) -> None:
        found = [Raised(f"finding:{code}:L1", "finding", "major", f"{count} times {code}", code, "L1", count) for code, count in counts.items()]
        self.raised += len(take_signals(found, self.floor.now, "lotproof", full))

    @rule(user=st.sampled_from(list(PEOPLE)), nth=st.integers(1, 6), why=st.sampled_from(["", "Known.", "\x00"]), incident=st.booleans())
    def triage(self, user: str, nth: int, why: str, incident: bool) -> None:
        number, desk = f"SIG-2026-{nth:04d}", self.floor.desk(user)
        if incident:
            self.attempt(None, lambda: to_incident(desk, number, {}), may_open=True)
        else:
            self.attempt(None, lambda: explain(desk, number, why) and None)

    @rule(minutes=st.sampled_from([1, 90, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.floor.wait(minutes)
        for user, person in people().items():
            if person.locked:
                credentials.unlock(self.floor.workspace, user, "storm", self.floor.now, "administrator")

    @invariant()
    def lists_are_the_fold(self) -> None:
        for number in getattr(self, "numbers", ()):
            for name, made in rows_of(load(number)).items():
                kept = [{key: one[key] for key in one if key != "id"} for one in table(name).filter(**{KEYS[name]: number}).order_by("pk").values()]
                assert kept == made, (number, name)

    @invariant()
    def closed_records_stand_still_and_nobody_approves_their_own(self) -> None:
        for number in getattr(self, "numbers", ()):
            before, now = self.cases.get(number), load(number)
            if before is not None:
                assert [one.index for one in now.acts[: len(before.acts)]] == [one.index for one in before.acts], "nothing is removed"
                if before.state is State.CLOSED and now != before:
                    assert {one.name for one in now.acts[len(before.acts) :]} <= {"reopen"}, number
            own_work(now)
            self.cases[number] = now

    def teardown(self) -> None:
        if hasattr(self, "numbers"):
            assert store.problems() == []
            assert replay() == []


def own_work(case: Case) -> None:
    """The rules of segregation, read out of the trail and not out of the code that keeps them."""
    for place, one in enumerate(case.acts):
        before = [other for other in case.acts[:place] if other.stands]
        if one.stands and one.name in NEVER_OWN:
            assert one.actor not in {other.actor for other in before if other.name in NEVER_OWN[one.name]}, one
        if one.stands and one.name == "trail-review":
            assert one.actor not in {other.actor for other in case.acts[:place] if other.name != "trail-review"}, one
        kind = ACTS[one.name]
        assert not one.stands or not kind.meaning or one.actor in one.signed_by, "an act that is signed takes effect by its signature alone"
        if not one.actor.startswith("lotproof"):
            assert Role(PEOPLE[one.actor][1]) in kind.roles, one


def storm(tmp_path: Path, examples: int, steps: int) -> None:
    count = itertools.count()
    Storm.folders = staticmethod(lambda: tmp_path / f"w{next(count)}")
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
        database=None, phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    run_state_machine_as_test(Storm, settings=how)


@pytest.mark.shows("P11-10a", "P11-10e", "P11-10f", "P11-10g", "A11-7", "A11-12")
def test_a_short_storm(tmp_path, django_db_blocker, quick_hashes):
    with django_db_blocker.unblock():
        storm(tmp_path, 4, 25)


@pytest.mark.slow
@pytest.mark.shows("P11-10a", "P11-10g")
def test_a_long_storm(tmp_path, django_db_blocker, quick_hashes):
    with django_db_blocker.unblock():
        storm(tmp_path, 60, 60)


def test_the_rules_of_segregation_would_be_missed_where_they_did_not_hold(floor):
    """The check itself: a trail in which somebody approved their own."""
    case = load(floor.approved())
    own = case.last("approve-cause")
    forged = Case(case.number, case.state, case.seq, tuple(one if one.name != "cause" else type(one)(**{**vars(one), "actor": own.actor}) for one in case.acts))
    with pytest.raises(AssertionError):
        own_work(forged)

"""Replay of one item: transitions of DOMAIN B.2, every violation listed, a wrong clock no crime."""

from __future__ import annotations

import pytest

from lotproof.rules.replay import ENDED, MOVED, Event, Life, replay


def events(*steps: str, recorded: bool = False) -> list[Event]:
    """Events in order; ``aggregated:C1`` names a container, ``destroyed@5`` another place in the order of writing."""
    found = []
    for order, text in enumerate(steps, 1):
        head, _, written = text.partition("@")
        step, _, parent = head.partition(":")
        found.append(Event(step, parent or None, order, int(written or order), recorded, "f" * 64, order, f"t{order}"))
    return found


def codes(life: Life) -> list[str]:
    return [violation.code for violation in life.violations]


def test_an_item_without_events_is_nowhere() -> None:
    assert replay([]) == Life(None, None, ())


def test_the_order_of_the_arguments_does_not_matter() -> None:
    forward = events("commissioned", "aggregated:C1", "disaggregated:C1", "destroyed")
    assert replay(reversed(forward)) == replay(forward) == Life(None, "destroyed", ())


def test_packing_and_unpacking_moves_the_item() -> None:
    assert replay(events("commissioned", "aggregated:C1", "disaggregated:C1", "aggregated:C2")) == Life("C2", None, ())


def test_emptying_a_container_sets_the_item_free_whatever_is_named() -> None:
    assert replay(events("aggregated:C1", "emptied:C1", "aggregated:C2")) == Life("C2", None, ())


def test_emptying_another_container_leaves_the_item_where_it_is() -> None:
    assert replay(events("aggregated:C1", "emptied:C2")) == Life("C1", None, ())


def test_a_disaggregation_that_names_no_container_sets_the_item_free() -> None:
    assert replay(events("aggregated:C1", "disaggregated")) == Life(None, None, ())


def test_the_same_container_again_is_no_second_parent() -> None:
    assert codes(replay(events("aggregated:C1", "aggregated:C1"))) == []


def test_a_second_container_is_a_violation_that_names_the_first() -> None:
    (violation,) = replay(events("aggregated:C1", "aggregated:C2")).violations
    assert (violation.code, violation.event.parent, violation.other) == ("AGG-01", "C2", "C1")
    assert violation.note == "put into a second container at t2 while still in another"


def test_taking_out_of_a_wrong_container_is_a_violation_and_changes_nothing() -> None:
    life = replay(events("aggregated:C1", "disaggregated:C2"))
    assert codes(life) == ["AGG-06"]
    assert life.parent == "C1"
    assert life.violations[0].note == "taken out of a container at t2 while in another container"


def test_taking_out_of_nothing_says_so() -> None:
    assert replay(events("commissioned", "disaggregated:C2")).violations[0].note.endswith("while in no container")


@pytest.mark.parametrize("end", sorted(ENDED))
@pytest.mark.parametrize("move", sorted(MOVED))
def test_what_ended_does_not_move(end: str, move: str) -> None:
    life = replay(events("commissioned", end, move))
    assert codes(life) == ["SN-06"]
    assert life.violations[0].note == f"{move} at t3 after it was {end} at t2"


@pytest.mark.parametrize("end", sorted(ENDED))
def test_what_ended_is_not_packed(end: str) -> None:
    assert codes(replay(events("commissioned", end, "aggregated:C1"))) == ["AGG-03"]


def test_all_violations_are_listed_not_only_the_first() -> None:
    assert codes(replay(events("aggregated:C1", "aggregated:C2", "destroyed", "shipped", "aggregated:C3"))) == ["AGG-01", "SN-06", "AGG-01", "AGG-03"]


@pytest.mark.parametrize("end", ["inactivated", "sampled"])
def test_an_end_short_of_destruction_is_undone_by_commissioning_again(end: str) -> None:
    assert replay(events("commissioned", end, "commissioned", "shipped")) == Life(None, None, ())


@pytest.mark.parametrize("later", ["commissioned", "destroyed"])
def test_destruction_is_for_good(later: str) -> None:
    life = replay(events("commissioned", "destroyed", later))
    assert codes(life) == ["SN-06"]
    assert life.ended == "destroyed"


def test_a_later_lighter_end_does_not_take_destruction_back() -> None:
    life = replay(events("commissioned", "destroyed", "inactivated", "commissioned"))
    assert life.ended == "destroyed"
    assert codes(life) == ["SN-06"]


def test_inactivation_before_destruction_is_the_usual_way() -> None:
    assert replay(events("commissioned", "inactivated", "destroyed")) == Life(None, "destroyed", ())


def test_what_the_order_of_writing_allows_is_no_violation() -> None:
    assert codes(replay(events("commissioned@1", "destroyed@3", "shipped@2"))) == []


def test_a_violation_in_both_orders_stays_one() -> None:
    assert codes(replay(events("commissioned@1", "destroyed@2", "shipped@4", "received@3"))) == ["SN-06", "SN-06"]


def test_of_two_violations_only_the_one_that_both_orders_have_stays() -> None:
    life = replay(events("commissioned@1", "destroyed@3", "shipped@4", "received@2"))
    assert [violation.event.step for violation in life.violations] == ["shipped"]


def test_the_order_with_fewer_violations_gives_the_outcome() -> None:
    life = replay(events("commissioned@1", "disaggregated:C1@3", "aggregated:C1@2"))
    assert life == Life(None, None, ())


def test_record_times_order_the_events_of_several_files() -> None:
    first, second, third = events("commissioned@1", "destroyed@3", "shipped@2", recorded=True)
    other = Event(second.step, None, second.order, second.written, True, "a" * 64, 1, "t2")
    assert codes(replay([first, other, third])) == []


def test_names_of_files_order_nothing() -> None:
    first, second, third = events("commissioned@1", "destroyed@3", "shipped@2")
    other = Event(second.step, None, second.order, second.written, False, "a" * 64, 1, "t2")
    assert codes(replay([first, other, third])) == ["SN-06"]


def test_record_times_that_only_some_events_have_order_nothing() -> None:
    first, second, third = events("commissioned@1", "destroyed@3", "shipped@2")
    stamped = Event(second.step, None, second.order, second.written, True, second.source, second.position, "t2")
    assert codes(replay([first, stamped, third])) == ["SN-06"]

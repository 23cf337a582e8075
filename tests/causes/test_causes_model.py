"""The graph of causes: what is refused, what is asked next, and that nothing is lost between file and graph."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lotproof.causes.check import check, derived_verdict, therefore
from lotproof.causes.document import FORMAT, TOOLS, as_document, read_causes, read_tie, schema, write_causes
from lotproof.causes.human import blames_a_person
from lotproof.causes.model import ANSWERS, AREAS, KINDS, PROBLEM, QUESTIONS, ROLES, VERDICTS, Cause, Evidence, Graph, Row, RowTest, Tool
from lotproof.causes.problem import CausesError
from lotproof.causes.tie import BowTie, as_bow_tie, check_tie, states

FOR = Evidence("finding", "AGG-08 in B7-2231", "23 cases hold what the record says of another one", True)
AGAINST = Evidence("interview", "line lead", "The queue was cleared by hand", False)
LABEL = Cause("label", PROBLEM, "The case label names another case's packs", "machine", "supported", evidence=(FOR,))
QUEUE = Cause("queue", "label", "After the stop the queue was one place off", "machine", "supported", evidence=(FOR,))
RESTART = Cause("restart", "queue", "Nothing compares the first case with its packs after a restart", "method", "supported", "root", True, True,
                (FOR,))  # fmt: skip
GRAPH = Graph("96 units shipped, not received", "B7-2231", ("AGG-08",), Tool("five_why", "One mode stands out."), (LABEL, QUEUE, RESTART))


def codes(graph: Graph) -> set[tuple[str, str]]:
    return {(one.code, one.cause) for one in check(graph)}


def with_cause(**changes: object) -> Graph:
    """The graph with its root cause changed."""
    return replace(GRAPH, causes=(LABEL, QUEUE, replace(RESTART, **changes)))  # type: ignore[arg-type]


def test_a_chain_with_evidence_down_to_a_systemic_cause_stands() -> None:
    assert check(GRAPH) == []


def test_the_chain_is_read_back_with_therefore() -> None:
    assert therefore(GRAPH, RESTART) == [
        "Nothing compares the first case with its packs after a restart",
        "therefore: After the stop the queue was one place off",
        "therefore: The case label names another case's packs",
        "therefore: 96 units shipped, not received",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"evidence": ()}, "no-support"), ({"evidence": (AGAINST,)}, "no-support"), ({"verdict": "untested"}, "role-unproved"),
        ({"verdict": "contradicted"}, "no-contradiction"), ({"verdict": "untested"}, "undecided"), ({"evidence": (FOR, AGAINST)}, "against"),
        ({"systemic": False}, "stopped-early"), ({"controllable": False}, "stopped-early"), ({"explains": "nobody"}, "orphan"),
        ({"role": "excluded"}, "excluded-unproved"), ({"role": ""}, "no-root"), ({"id": "queue"}, "same-id"), ({"id": "problem"}, "same-id"),
    ],
)  # fmt: skip
def test_each_weakness_is_named(changes: dict[str, object], code: str) -> None:
    assert code in {one.code for one in check(with_cause(**changes))}


def test_the_sentence_says_what_is_lacking_and_what_to_do() -> None:
    (found,) = check(with_cause(systemic=False))
    assert (found.level, found.cause) == ("error", "restart")
    assert found.message == "It is named the root cause and is not systemic (it lies in the system, not in one act)."
    assert found.hint == "Ask why once more, or mark it so with the evidence."


def test_a_circle_is_found_at_each_of_its_members_and_nowhere_else() -> None:
    found = replace(GRAPH, causes=(replace(LABEL, explains="queue"), QUEUE, RESTART))
    assert {("circle", "label"), ("circle", "queue")} == {one for one in codes(found) if one[0] == "circle"}
    sentence = next(one.message for one in check(found) if one.cause == "label")
    assert sentence == 'It explains itself: "queue" because "label" because "queue".'


def test_a_root_cause_behind_an_untested_why_is_refused() -> None:
    found = replace(GRAPH, causes=(LABEL, replace(QUEUE, verdict="untested", evidence=()), RESTART))
    assert ("weak-link", "restart") in codes(found)


def test_a_root_cause_with_a_further_why_behind_it_is_asked_about_unless_that_is_ruled_out() -> None:
    deeper = Cause("deeper", "restart", "The change request left the check out", "method", "supported", evidence=(FOR,))
    assert ("root-inside", "restart") in codes(replace(GRAPH, causes=(*GRAPH.causes, deeper)))
    out = replace(deeper, verdict="contradicted", evidence=(AGAINST,))
    assert ("root-inside", "restart") not in codes(replace(GRAPH, causes=(*GRAPH.causes, out)))


def test_a_root_cause_has_to_answer_every_row_of_the_table() -> None:
    rows = (Row("what", "cases of line 2", "cases of line 3"), Row("when", "after the stop", "before it"))
    asked = (RowTest("restart", "what", "explains"), RowTest("restart", "when", "contradicts", "it was so before the stop"))
    graph = replace(GRAPH, table=rows, tests=asked)
    (found,) = (one for one in check(graph) if one.code == "table")
    assert found.message == 'It is named the root cause and contradicts the row "when" of the is/is-not table: it was so before the stop.'
    (left,) = (one for one in check(replace(graph, tests=asked[:1])) if one.code == "table-open")
    assert left.message == "It was not held against these rows of the is/is-not table: when."


@pytest.mark.parametrize(
    "claim",
    ["Human error", "Operator error at set-up", "The operator mixed up the rolls", "Lack of attention of the packer", "Retraining needed",
     "The technician forgot the line clearance", "Bedienfehler", "Menschliches Versagen", "Unachtsamkeit der Mitarbeiterin", "Erreur humaine",
     "Error humano", "Errore umano", "Erro humano", "Błąd ludzki", "Staff did not follow the SOP", "Oversight by QA"],
)  # fmt: skip
def test_a_person_is_no_end_of_the_chain(claim: str) -> None:
    assert blames_a_person(claim)
    found = [one for one in check(with_cause(statement=claim)) if one.code == "human-error"]
    assert [one.message for one in found] == [f'"{claim}" blames a person and ends there; human error is no root cause.']
    assert "interlock" in found[0].hint


@pytest.mark.parametrize(
    "claim",
    ["The station lets a case close without a scan", "The screen shows both rolls alike, so that they can be confused", "The procedure has no line clearance step",
     "The operator panel froze", "The error message names no pack", "Camera 3 missed two triggers", "The personal computer of line 2 lost its clock"],
)  # fmt: skip
def test_a_claim_about_the_system_is_none_about_a_person(claim: str) -> None:
    assert not blames_a_person(claim)


def test_human_error_with_a_why_behind_it_or_ruled_out_is_allowed() -> None:
    slip = Cause("slip", PROBLEM, "The operator exchanged two labels by mistake", "man", "supported", evidence=(FOR,))
    system = replace(RESTART, explains="slip")
    assert "human-error" not in {code for code, _ in codes(Graph("x", causes=(slip, system), tool=GRAPH.tool))}
    out = replace(slip, verdict="contradicted", evidence=(AGAINST,), role="excluded")
    assert "human-error" not in {code for code, _ in codes(Graph("x", causes=(out,), tool=GRAPH.tool))}


def test_the_verdict_follows_from_the_evidence() -> None:
    assert [derived_verdict(replace(LABEL, verdict="untested", evidence=one)) for one in ((), (FOR,), (AGAINST,), (FOR, AGAINST))] == [
        "untested", "supported", "contradicted", "untested",
    ]  # fmt: skip


# --- JSON ------------------------------------------------------------------------------------------------------------------

_text = st.text(st.characters(codec="utf-8"), max_size=12)
_evidence = st.builds(Evidence, st.sampled_from(KINDS), _text, _text, st.booleans(), _text)
_cause = st.builds(
    Cause, _text, _text, _text, st.sampled_from(("", *AREAS)), st.sampled_from(VERDICTS), st.sampled_from(("", *ROLES)), st.booleans(), st.booleans(),
    st.lists(_evidence, max_size=2).map(tuple), _text, _text, st.lists(_text, max_size=2).map(tuple), _text, _text,
)  # fmt: skip
_graph = st.builds(
    Graph, _text, _text, st.lists(_text, max_size=2).map(tuple), st.none() | st.builds(Tool, st.sampled_from(TOOLS), _text),
    st.lists(_cause, max_size=4).map(tuple), st.lists(st.builds(Row, st.sampled_from(QUESTIONS), _text, _text, _text, _text), max_size=2).map(tuple),
    st.lists(st.builds(RowTest, _text, st.sampled_from(QUESTIONS), st.sampled_from(ANSWERS), _text), max_size=2).map(tuple),
)  # fmt: skip


@given(_graph)
def test_nothing_is_lost_between_graph_and_file_and_no_graph_breaks_the_check(graph: Graph) -> None:
    assert read_causes(write_causes(graph).encode(), "x.json") == graph
    Draft202012Validator(schema()).validate(as_document(graph))
    check(graph)
    for end in graph.ends():
        therefore(graph, end)


def refused(change: object) -> str:
    document = json.loads(write_causes(GRAPH))
    document.update(change)  # type: ignore[call-overload]
    with pytest.raises(CausesError) as error:
        read_causes(json.dumps(document).encode(), "causes.json")
    assert not Draft202012Validator(schema()).is_valid(document)
    return str(error.value)


def test_what_is_wrong_in_a_file_is_said_with_its_place() -> None:
    cause = {"id": "a", "explains": "problem", "statement": "s"}
    assert refused({"causes": [{**cause, "verdct": "supported"}]}) == 'causes.json, causes a: there is no field "verdct"; did you mean verdict?'
    assert refused({"causes": [{**cause, "verdict": "proved"}]}) == (
        'causes.json, causes a, verdict: "proved" is none of supported, contradicted, untested.'
    )
    assert refused({"causes": [{"id": "a"}]}) == "causes.json, causes a: the field explains is missing; add it."
    assert refused({"causes": {}}) == "causes.json, causes: {} stands where a list belongs."
    assert refused({"causes": [{**cause, "systemic": "yes"}]}) == 'causes.json, causes a, systemic: "yes" is neither true nor false.'
    assert refused({"lot": 7}) == "causes.json, lot: 7 stands where a text belongs."
    assert refused({"tool": {"name": "guess", "reason": ""}}) == 'causes.json, tool, name: "guess" is none of five_why, fishbone, fault_tree.'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"{", "causes.json, line 1: this is no JSON (Expecting property name enclosed in double quotes); mend it there."),
     (b"\xff\xfe", "causes.json: byte 0 is no UTF-8; save the file as UTF-8."),
     (b"[]", f'causes.json: no file of causes; it must be a JSON object with "format": "{FORMAT}". lotproof causes start writes one.')],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(CausesError) as error:
        read_causes(data, "causes.json")
    assert str(error.value) == sentence


# --- bow-tie ---------------------------------------------------------------------------------------------------------------

TIE = {
    "format": "lotproof-bow-tie/1", "event": "Mismatch shipped",
    "threats": [{"text": "Queue one place off", "event": "QUEUE", "barriers": [{"text": "First case opened", "state": "missing", "evidence": "SOP 12"}]}],
    "consequences": [{"text": "Pallet refused", "barriers": [{"text": "Scan audit"}]}],
}  # fmt: skip


def tie_of(**changes: object) -> BowTie:
    return read_tie(json.dumps({**TIE, **changes}).encode(), "tie.json")


def test_a_bow_tie_is_read_counted_and_drawn() -> None:
    tie = tie_of()
    check_tie(tie, "tie.json", {"QUEUE"})
    assert states(tie) == {"held": 0, "failed": 0, "missing": 1, "untested": 1}
    assert "First case opened (missing)" in as_bow_tie(tie, "x")


def test_a_barrier_whose_state_nothing_shows_and_an_event_that_is_not_in_the_tree_are_refused() -> None:
    bare = [{"text": "Pallet refused", "barriers": [{"text": "Scan audit", "state": "failed"}]}]
    with pytest.raises(CausesError) as error:
        check_tie(tie_of(consequences=bare), "tie.json")
    assert str(error.value) == (
        'tie.json, consequence "Pallet refused", barrier "Scan audit": it is called failed, and nothing shows it; '
        "cite the evidence, or call it untested."
    )
    with pytest.raises(CausesError) as error:
        check_tie(tie_of(), "tie.json", {"QUEUES"})
    assert str(error.value) == 'tie.json, threat "Queue one place off": the fault tree has no event "QUEUE"; did you mean QUEUES?'

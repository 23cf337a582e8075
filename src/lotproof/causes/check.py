"""What is wrong with a graph of causes, each with what to do next. A graph without problems of level "error" may be concluded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lotproof.causes.human import QUESTIONS as ASK_NEXT
from lotproof.causes.human import blames_a_person
from lotproof.causes.model import PROBLEM, Cause, Graph


@dataclass(frozen=True)
class Problem:
    """Something that keeps the graph from standing up to an inspector."""

    level: str
    """error: it must not be concluded so; warning: somebody will ask."""
    code: str
    """Short name, one of SENTENCES."""
    cause: str
    """Id of the cause, '' for the whole graph."""
    message: str
    """What is wrong."""
    hint: str
    """What to do next."""


Told = tuple[str, dict[str, str]]
"""Code of a problem, and what its sentence names."""

SENTENCES = {
    "same-id": ("error", '"{id}" is the name of more than one claim.', 'Give each cause a name of its own; "problem" is taken.'),
    "orphan": ("error", 'It explains "{what}", which is not there.', 'Name the cause that it explains, or "problem".'),
    "circle": ("error", "It explains itself: {path}.", "Take out the why that leads back."),
    "no-support": (
        "error", "It is called supported, and no evidence speaks for it.", "Cite what supports it, or leave it untested."
    ),
    "no-contradiction": (
        "error", "It is called contradicted, and no evidence speaks against it.", "Cite what contradicts it, or leave it untested."
    ),
    "role-unproved": (
        "error", "It is named a {role} cause and is {verdict}.", "A cause that is acted on needs evidence; test it first."
    ),
    "excluded-unproved": ("error", "It is excluded and is {verdict}.", "Cite the evidence that excludes it."),
    "weak-link": (
        "error", 'The chain to the problem runs through "{weak}", which is {verdict}.',
        "Every why between root cause and problem needs evidence.",
    ),
    "human-error": ("error", '"{claim}" blames a person and ends there; human error is no root cause.', "Ask on: {questions}"),
    "stopped-early": (
        "error", "It is named the root cause and is not {lacking}.", "Ask why once more, or mark it so with the evidence."
    ),
    "table": (
        "error", 'It is named the root cause and contradicts the row "{row}" of the is/is-not table: {note}.',
        "A root cause explains every row, or explains it under a stated condition.",
    ),
    "no-root": (
        "warning", "No cause is named the root cause.",
        "Test the open causes, then decide; an inconclusive search is a result too, with what was excluded.",
    ),
    "no-tool": ("warning", "Nobody says which tool was used, and why.", "lotproof causes choose proposes one with its reason."),
    "against": ("warning", "Evidence against it stands unanswered: {told}", "Say in the report why it does not count, or test again."),
    "undecided": ("warning", "It has evidence and no verdict.", "The evidence allows: {verdict}."),
    "root-inside": (
        "warning", "It is named the root cause, and a further why is given behind it.",
        "Move the role to the last supported why, or name this one contributing.",
    ),
    "no-area": (
        "warning", "It stands on no rib of the fishbone.",
        "Give its area: man, machine, material, method, measurement or environment.",
    ),
    "table-open": (
        "warning", "It was not held against these rows of the is/is-not table: {rows}.",
        "Say for each: explains, explains only if, or contradicts.",
    ),
}  # fmt: skip
"""Code to level, message and hint."""


def check(graph: Graph) -> list[Problem]:
    """All problems, those of the whole graph first, then cause by cause in their order."""
    told = [("", *one) for one in _of_graph(graph)]
    told += [(cause.id, *one) for cause in graph.causes for of_cause in OF_CAUSE for one in of_cause(graph, cause)]
    return [_problem(*one) for one in told]


def _problem(cause: str, code: str, names: dict[str, str]) -> Problem:
    level, message, hint = SENTENCES[code]
    return Problem(level, code, cause, message.format(**names), hint.format(**names))


def derived_verdict(cause: Cause) -> str:
    """The verdict that the evidence allows: none, untested; only for, supported; only against, contradicted; both, a person's."""
    against = sum(not one.supports for one in cause.evidence)
    if not cause.evidence:
        return "untested"
    if not against:
        return "supported"
    return "contradicted" if against == len(cause.evidence) else cause.verdict


def therefore(graph: Graph, end: Cause) -> list[str]:
    """The chain read back from its end to the problem, each step with "therefore": a step that sounds wrong is one."""
    chain = list(graph.chain(end))
    read = [one.statement for one in chain] + [graph.statement]
    return [read[0], *(f"therefore: {text}" for text in read[1:])]


def _of_graph(graph: Graph) -> Iterator[Told]:
    seen: set[str] = {PROBLEM}
    for cause in graph.causes:
        if cause.id in seen:
            yield "same-id", {"id": cause.id}
        seen.add(cause.id)
    if graph.causes and not any(cause.role == "root" for cause in graph.causes):
        yield "no-root", {}
    if graph.tool is None:
        yield "no-tool", {}


def _leads_nowhere(graph: Graph, cause: Cause) -> Iterator[Told]:
    if cause.explains != PROBLEM and cause.explains not in graph.by_id:
        yield "orphan", {"what": cause.explains}
        return
    chain = list(graph.chain(cause))
    if chain[-1].explains == cause.id:
        yield "circle", {"path": " because ".join(f'"{one.id}"' for one in [*reversed(chain), chain[-1]])}


def _unproved(graph: Graph, cause: Cause) -> Iterator[Told]:
    against = [one for one in cause.evidence if not one.supports]
    if cause.verdict == "supported" and len(against) == len(cause.evidence):
        yield "no-support", {}
    if cause.verdict == "contradicted" and not against:
        yield "no-contradiction", {}
    if cause.verdict == "supported" and against:
        yield "against", {"told": "; ".join(one.says for one in against)}
    if cause.verdict == "untested" and cause.evidence:
        yield "undecided", {"verdict": derived_verdict(cause)}


def _roles(graph: Graph, cause: Cause) -> Iterator[Told]:
    if cause.role in ("root", "contributing") and cause.verdict != "supported":
        yield "role-unproved", {"role": cause.role, "verdict": cause.verdict}
    if cause.role == "excluded" and cause.verdict != "contradicted":
        yield "excluded-unproved", {"verdict": cause.verdict}


def _root(graph: Graph, cause: Cause) -> Iterator[Told]:
    if cause.role != "root":
        return
    weak = next((one for one in graph.chain(cause) if one.id != cause.id and one.verdict != "supported"), None)
    if weak is not None:
        yield "weak-link", {"weak": weak.id, "verdict": weak.verdict}
    if not _last(graph, cause):
        yield "root-inside", {}
    lacking = ["controllable (the site can change it)"] * (not cause.controllable)
    lacking += ["systemic (it lies in the system, not in one act)"] * (not cause.systemic)
    if lacking:
        yield "stopped-early", {"lacking": " nor ".join(lacking)}


def _last(graph: Graph, cause: Cause) -> bool:
    """Whether no further why stands behind it, but contradicted ones."""
    return all(one.verdict == "contradicted" for one in graph.whys(cause.id))


def _human(graph: Graph, cause: Cause) -> Iterator[Told]:
    ruled_out = cause.verdict == "contradicted" or cause.role == "excluded"
    if not ruled_out and _last(graph, cause) and blames_a_person(cause.statement):
        yield "human-error", {"claim": cause.statement, "questions": " ".join(ASK_NEXT)}


def _rib(graph: Graph, cause: Cause) -> Iterator[Told]:
    if cause.explains == PROBLEM and not cause.area and graph.tool is not None and graph.tool.name == "fishbone":
        yield "no-area", {}


def _rows(graph: Graph, cause: Cause) -> Iterator[Told]:
    if cause.role != "root":
        return
    held = {test.question: test for test in graph.tests if test.cause == cause.id}
    for test in held.values():
        if test.answer == "contradicts":
            yield "table", {"row": test.question, "note": test.note or "no note"}
    left = [row.question for row in graph.table if row.question not in held]
    if left:
        yield "table-open", {"rows": ", ".join(left)}


OF_CAUSE: tuple[Callable[[Graph, Cause], Iterator[Told]], ...] = (_leads_nowhere, _unproved, _roles, _root, _human, _rib, _rows)

"""Step 4, checkpoint: the signed head of the ledger is the one that the statement names."""

from __future__ import annotations

from lotproof.ledger import note
from lotproof.packs.verify.report import Problem, Step
from lotproof.packs.verify.seal import Statement
from lotproof.packs.verify.signatures import judge, judge_witnesses, links
from lotproof.packs.verify.source import Source, Unreadable, read
from lotproof.packs.verify.trust import Trust

CHECKPOINT = "data/ledger/checkpoint"
"""The signed note with origin, size and root (C2SP tlog-checkpoint)."""


def check_checkpoint(source: Source, trust: Trust, statement: Statement | None) -> tuple[Step, note.Checkpoint | None]:
    """Check the checkpoint; give the step and the head of the ledger, None when neither file gives one."""
    try:
        signed = note.parse(read(source, CHECKPOINT))
        head = note.parse_checkpoint(signed.text)
    except Unreadable as error:
        return Step("checkpoint", (error.problem,)), _from_statement(statement)
    except note.NoteError as error:
        problem = Problem("bad-checkpoint", CHECKPOINT, f"{CHECKPOINT} cannot be read: {error}")
        return Step("checkpoint", (problem,)), _from_statement(statement)
    problems = _compare(head, statement) if statement else []
    problems += judge(signed, trust.keys, head.origin, CHECKPOINT, head.size)
    problems += judge_witnesses(signed, trust.policy, CHECKPOINT)
    return Step("checkpoint", tuple(problems), tuple(links(signed, trust.keys, head.origin))), head


def _compare(head: note.Checkpoint, statement: Statement) -> list[Problem]:
    for name in ("origin", "size", "root"):
        here, there = getattr(head, name), getattr(statement.head, name)
        if here != there:
            sentence = f"The {name} in {CHECKPOINT} is {_shown(here)}, in the statement {_shown(there)}."
            return [Problem("checkpoint-differs", CHECKPOINT, sentence)]
    return []


def _shown(value: object) -> str:
    return note.encode64(value) if isinstance(value, bytes) else str(value)


def _from_statement(statement: Statement | None) -> note.Checkpoint | None:
    """Take the head of the ledger from the statement, so that a lost checkpoint does not hide a changed ledger."""
    return statement.head if statement else None

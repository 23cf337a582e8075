"""What a verification says: problems, steps, and the report with its verdict and exit code."""

from __future__ import annotations

from dataclasses import dataclass

PASSED, FAILED, UNDETERMINED = "passed", "failed", "undetermined"

FORMAT = "lotproof-verification/1"
"""Names the shape of the JSON report."""

Where = str | int | None
"""A path in the pack, the index of a ledger entry, the id of a statement, or nothing."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or that could not be decided."""

    code: str
    """A short stable word; SPEC.md in each pack lists them."""
    where: Where
    """The place it was found."""
    sentence: str
    """What is wrong, for a person."""
    status: str = FAILED
    """`failed`, or `undetermined` when trust or knowledge is missing but nothing is known to be wrong."""


@dataclass(frozen=True)
class Step:
    """The outcome of one step."""

    name: str
    """open, seal, fixity, checkpoint, ledger or statements."""
    problems: tuple[Problem, ...] = ()
    """Everything that was found; empty when the step passed."""
    notes: tuple[str, ...] = ()
    """What a reader should know although it changes nothing."""

    @property
    def status(self) -> str:
        """`failed` if anything failed, else `undetermined` if anything is open, else `passed`."""
        found = {problem.status for problem in self.problems}
        return FAILED if FAILED in found else UNDETERMINED if found else PASSED


@dataclass(frozen=True)
class Report:
    """The outcome of a verification."""

    pack: str | None
    """The pack id that the statement gives, None when it gives none."""
    steps: tuple[Step, ...]
    """One for each step that ran, in order."""
    unusable: bool = False
    """True when there was nothing to verify: not a pack, not readable, or keys that are no keys."""

    @property
    def verdict(self) -> str:
        """`TOTAL-PASSED`, `TOTAL-FAILED` or `INDETERMINATE`, in the words of ETSI EN 319 102-1."""
        return {0: "TOTAL-PASSED", 1: "TOTAL-FAILED"}.get(self.exit_code, "INDETERMINATE")

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 2 unusable input, 3 undetermined."""
        if self.unusable:
            return 2
        found = {step.status for step in self.steps}
        return 1 if FAILED in found else 3 if UNDETERMINED in found else 0

    def to_json(self) -> dict[str, object]:
        """Give the report as a JSON document."""
        return {
            "format": FORMAT,
            "pack": self.pack,
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "steps": [_step(step) for step in self.steps],
        }


def _step(step: Step) -> dict[str, object]:
    problems = [{"code": found.code, "status": found.status, "where": found.where, "sentence": found.sentence} for found in step.problems]
    return {"name": step.name, "status": step.status, "problems": problems, "notes": list(step.notes)}

"""Switching between normal, tightened and reduced inspection, as a pure fold over the lots. The new severity holds from the next lot.

MIL-STD-105E (1989): tightened after 2 of 5 or fewer consecutive lots were not accepted; back after 5 accepted; stop after 10
consecutive lots on tightened; reduced after 10 accepted lots whose defects together do not exceed a limit number of its table VIII,
which the caller states. Z1.4-2003: stop after 5 lots not accepted on tightened; the limit number is optional. ISO 2859-1:1999: as
Z1.4, but reduced by a switching score of 30.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.tables import EDITIONS


@dataclass(frozen=True)
class Lot:
    """The result of one lot on original inspection."""

    accepted: bool
    """Whether it was accepted."""
    defects: int = 0
    """Defects found in its sample."""
    accept_number: int = 0
    """Acceptance number of its plan."""
    accepted_tighter: bool | None = None
    """Whether it would have been accepted with an AQL one step tighter (ISO, for acceptance numbers of 2 and more)."""
    steady: bool = True
    """Whether production was steady and reduced inspection is wanted."""
    gap: bool = False
    """Accepted on reduced inspection with more defects than its acceptance number (editions with a gap)."""


@dataclass(frozen=True)
class State:
    """Where inspection stands."""

    severity: str = "normal"
    """normal, tightened, reduced or stopped: for the next lot."""
    recent: tuple[bool, ...] = ()
    """Results since the last change of severity, newest last; no more than are needed."""
    defects: tuple[int, ...] = ()
    """Defects of the same lots."""
    rejected: int = 0
    """Lots not accepted on this stay on tightened inspection."""
    stayed: int = 0
    """Lots on this stay on tightened inspection."""
    score: int = 0
    """Switching score of ISO 2859-1."""
    reason: str = "Inspection begins normal."
    """Why it stands so."""


def step(state: State, lot: Lot, edition: str = "MIL-STD-105E", limit_number: int | None = None) -> State:
    """The state after one lot."""
    if edition not in EDITIONS:
        raise MethodProblem(f'There is no edition "{edition}"; known are {", ".join(EDITIONS)}.')
    if state.severity == "stopped":
        raise MethodProblem("Inspection was stopped: no lot is judged until the cause is mended; begin again on tightened inspection.")
    if state.severity == "tightened":
        return _tightened(state, lot, edition)
    return _reduced(state, lot) if state.severity == "reduced" else _normal(state, lot, edition, limit_number)


def history(lots: Iterable[Lot], edition: str = "MIL-STD-105E", limit_number: int | None = None) -> Sequence[State]:
    """The state before the first lot and after each one."""
    states = [State()]
    for lot in lots:
        states.append(step(states[-1], lot, edition, limit_number))
    return states


def resume() -> State:
    """After a stop, when the cause was mended: tightened inspection."""
    return State("tightened", reason="Inspection begins again tightened after the cause was mended.")


def _normal(state: State, lot: Lot, edition: str, limit_number: int | None) -> State:
    recent, defects = (*state.recent, lot.accepted)[-10:], (*state.defects, lot.defects)[-10:]
    if recent[-5:].count(False) >= 2:
        return State("tightened", reason="2 of 5 or fewer consecutive lots were not accepted.")
    score = _score(state.score, lot)
    if edition.startswith("ISO"):
        ready, why = score >= 30, "The switching score reached 30."
    else:
        few = limit_number is not None and sum(defects) <= limit_number
        ready = len(recent) == 10 and all(recent) and (few or (limit_number is None and edition == "Z1.4-2003"))
        why = "10 consecutive lots were accepted" + (f" with no more than {limit_number} defects." if few else ".")
    if ready and lot.steady:
        return State("reduced", reason=why)
    return State("normal", recent, defects, score=score, reason=state.reason if state.severity == "normal" else "")


def _score(score: int, lot: Lot) -> int:
    if not lot.accepted:
        return 0
    if lot.accept_number <= 1:
        return score + 2
    return score + 3 if lot.accepted_tighter else 0


def _tightened(state: State, lot: Lot, edition: str) -> State:
    recent, rejected, stayed = (*state.recent, lot.accepted)[-5:], state.rejected + (not lot.accepted), state.stayed + 1
    if len(recent) == 5 and all(recent):
        return State("normal", reason="5 consecutive lots were accepted on tightened inspection.")
    if edition == "MIL-STD-105E" and stayed >= 10:
        return State("stopped", reason="10 consecutive lots stayed on tightened inspection.")
    if edition != "MIL-STD-105E" and rejected >= 5:
        return State("stopped", reason="5 lots were not accepted on tightened inspection.")
    return State("tightened", recent, rejected=rejected, stayed=stayed, reason=state.reason)


def _reduced(state: State, lot: Lot) -> State:
    if not lot.accepted:
        return State("normal", reason="A lot was not accepted on reduced inspection.")
    if lot.gap:
        return State("normal", reason="A lot was accepted with more defects than its acceptance number.")
    return state if lot.steady else State("normal", reason="Production became irregular.")

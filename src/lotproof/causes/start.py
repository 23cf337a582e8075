"""A graph to begin with, from what a run found: failure modes that fit, causes of the catalogue behind and beside them, is/is-not rows.

What the data support is a claim with evidence, never a root cause: roles, and the verdict where the data only fail to speak for a
cause, are left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lotproof.causes.catalogue import Starting, catalogue, fitting
from lotproof.causes.choose import choose
from lotproof.causes.model import PROBLEM, Cause, Evidence, Graph, Row
from lotproof.causes.problem import CausesError
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup

MOST = 12
"""Causes of the catalogue without any evidence that are put in."""
GRAVE = ("critical", "major", "minor", "info")


def start(
    findings: Sequence[Finding], hypotheses: Sequence[Hypothesis], lineups: Sequence[Lineup], lot: str, code: str = "",
    known: Mapping[str, Starting] | None = None, by: str = "", at: str = "",
) -> Graph:  # fmt: skip
    """The graph of a lot, or of one finding code in it. CausesError where the run found nothing of the kind.

    ``by`` and ``at`` (ISO 8601 UTC) say who began it and when.
    """
    named = [one for one in findings if one.lot == lot and code in ("", one.code)]
    concerned = sorted(named, key=lambda one: (GRAVE.index(one.severity), -one.count, one.code))
    if not concerned:
        raise CausesError(_nothing(findings, lot, code))
    codes = tuple(dict.fromkeys(one.code for one in concerned))
    here = [one for one in hypotheses if one.lot == lot and set(one.codes) & set(codes)]
    scanned = [one for one in lineups if one.lot == lot]
    causes = [_of_mode(one, scanned, by, at) for one in here]
    causes += _of_catalogue(codes, here, known or catalogue(), by, at)
    table = _table(scanned)
    tool = choose(concerned, here, scanned)
    return Graph(_statement(concerned[0], lot), lot, codes, tool, tuple(_unique(causes)), table)


def _nothing(findings: Sequence[Finding], lot: str, code: str) -> str:
    lots = sorted({one.lot for one in findings if one.lot})
    if lot not in lots:
        return f'The run found nothing in lot "{lot}"; lots with findings: {", ".join(lots) or "none"}.'
    there = sorted({one.code for one in findings if one.lot == lot})
    return f'The run has no {code} in lot "{lot}"; it has {", ".join(there)}.'


def _statement(worst: Finding, lot: str) -> str:
    """The gravest finding without its examples."""
    said = worst.sentence.split(": ")[0].rstrip(".")
    return said if lot in said else f"{said} (lot {lot})"


def _of_mode(found: Hypothesis, lineups: Sequence[Lineup], by: str, at: str) -> Cause:
    """A failure mode that fits, as a claim with its evidence."""
    evidence = [Evidence("hypothesis", f"{found.mode} in {found.lot}", found.sentence, True)]
    evidence += [Evidence("hypothesis", f"{found.mode} in {found.lot}", text, True) for text in found.supports]
    evidence += [Evidence("hypothesis", f"{found.mode} in {found.lot}", text, False) for text in found.against]
    evidence += _of_suspects(found, lineups)
    began = f", since {found.started_at}" if found.started_at else ""
    statement = f"{found.mode.replace('_', ' ').capitalize()}{began}"
    return Cause(found.mode, PROBLEM, statement, _area(found.six_m), "supported", evidence=tuple(evidence), test=found.test,
                 mode=found.mode, codes=found.codes, by=by, at=at)  # fmt: skip


def _of_suspects(found: Hypothesis, lineups: Sequence[Lineup]) -> Iterator[Evidence]:
    """What the scan says of the suspect that the mode names."""
    if found.suspect is None:
        return
    name = f"{found.suspect.field}={found.suspect.value}"
    for lineup in lineups:
        for one in lineup.supported:
            if name in one.names:
                says = f"{name}: {one.failed} failed where {one.expected:,.1f} were expected, {one.ratio_text}, q {one.q:.2g}"
                yield Evidence("suspect", f"{lineup.what} in {lineup.lot}", says, True)
                yield from (Evidence("suspect", f"{lineup.what} in {lineup.lot}", text, False) for text in one.against)


def _area(six_m: str) -> str:
    return {"MATERIALS": "material"}.get(six_m, six_m.lower())


def _of_catalogue(
    codes: Sequence[str], modes: Sequence[Hypothesis], known: Mapping[str, Starting], by: str, at: str
) -> Iterator[Cause]:
    """Why the modes that fit may have come about, then what else would give the findings."""
    left = MOST
    fits = {one.mode for one in modes}
    for one in fitting(codes, known):
        behind = next((mode for mode in one.modes if mode in fits), None)
        evidence: tuple[Evidence, ...] = ()
        if behind is None and one.modes:
            # The data could have shown its failure mode and did not; whether they were enough to, a person has to say.
            says = f"No failure mode {' or '.join(mode.replace('_', ' ') for mode in one.modes)} fits the findings of the lot."
            evidence = (Evidence("search", "diagnosis of this run", says, False),)
        if behind is None:
            left -= 1
            if left < 0:
                continue
        yield Cause(one.id, behind or PROBLEM, one.statement, one.area, evidence=evidence, test=one.test,
                    mode=behind or (one.modes[0] if one.modes else ""), codes=one.codes, by=by, at=at)  # fmt: skip


def _unique(causes: Sequence[Cause]) -> Iterator[Cause]:
    seen: set[str] = set()
    for cause in causes:
        if cause.id not in seen:
            seen.add(cause.id)
            yield cause


def _table(lineups: Sequence[Lineup]) -> tuple[Row, ...]:
    """The is/is-not rows of the strongest supported suspect; a person goes on from there."""
    given = [(one.q, -one.failed, at, one) for at, lineup in enumerate(lineups) for one in lineup.supported]
    if not given:
        return ()
    best = min(given, key=lambda entry: entry[:3])[3]
    return tuple(Row(row.question, row.is_, row.is_not) for row in best.table)

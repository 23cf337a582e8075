"""Attribute agreement of people, scanners or verifiers: with themselves, with each other, with the standard (AIAG MSA, 4th edition)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lotproof.stats.exact import share_interval
from lotproof.stats.measure import kappa
from lotproof.stats.problem import MethodProblem

BOUNDS = {"acceptable": (0.90, 0.02, 0.05), "marginal": (0.80, 0.05, 0.10)}
"""AIAG: effectiveness at least, misses at most, false alarms at most."""


@dataclass(frozen=True)
class Rating:
    """One look at one part."""

    part: str
    """The part."""
    appraiser: str
    """Person or device that looked."""
    answer: str
    """What it said."""
    standard: str = ""
    """What is true of the part; empty where nobody knows."""


@dataclass(frozen=True)
class Share:
    """Parts on which all answers agree."""

    agreed: int
    """Parts."""
    parts: int
    """Of so many."""
    interval: tuple[float, float]
    """Exact 95 % interval of the share (Clopper and Pearson)."""


@dataclass(frozen=True)
class Appraiser:
    """One appraiser. Values against the standard are None where no part has one."""

    name: str
    """The appraiser."""
    within: Share
    """With itself over its trials."""
    fleiss_within: float | None
    """Fleiss' kappa over its trials; None for one trial."""
    gwet_within: float | None
    """AC1 over its trials, which does not break down where nearly all parts are alike."""
    with_standard: Share | None
    """All trials right."""
    fleiss_standard: float | None
    """Mean over trials of Fleiss' kappa of trial and standard."""
    cohen_pooled: float | None
    """Cohen's kappa with the standard, all trials in one table (JASP)."""
    cohen_mean: float | None
    """Mean over trials of Cohen's kappa with the standard (statsmodels, trial by trial)."""
    pabak: float | None
    """Cohen's kappa adjusted for prevalence."""
    miss_rate: float | None
    """Bad parts called good, of all looks at bad parts."""
    false_alarm_rate: float | None
    """Good parts called bad, of all looks at good parts."""
    verdict: str
    """acceptable, marginal, unacceptable (AIAG), or empty without a standard."""


@dataclass(frozen=True)
class Agreement:
    """The study."""

    appraisers: tuple[Appraiser, ...]
    """In the order of the data."""
    between: Share
    """Parts on which all trials of all appraisers agree."""
    fleiss_between: float
    """Fleiss' kappa of all trials of all appraisers."""
    all_with_standard: Share | None
    """Parts on which all trials of all appraisers are right."""
    fleiss_all_standard: float | None
    """Mean of the appraisers' Fleiss kappas with the standard."""
    cohen_all_standard: float | None
    """Cohen's kappa of all looks, in one table, with the standard (pooled)."""
    warnings: tuple[str, ...]
    """What a person should know."""


def agreement(ratings: Sequence[Rating], bad: str = "") -> Agreement:
    """The study of these looks; ``bad`` is the answer that means a bad part (for misses and false alarms)."""
    table = _table(ratings)
    standard = {rating.part: rating.standard for rating in ratings}
    known = standard if all(standard.values()) else None
    if known is not None and bad and bad not in set(known.values()):
        raise MethodProblem(f'No part of the study has the standard "{bad}"; put bad parts in, or name the word for them with --bad.')
    people = tuple(_appraiser(name, looks, known, bad) for name, looks in table.items())
    joined = {part: [answer for looks in table.values() for answer in looks[part]] for part in standard}
    pooled, fleiss_all = None, None
    if known is not None:
        pooled = kappa.cohen(*_pooled(joined, known))
        fleiss_all = _mean([person.fleiss_standard for person in people if person.fleiss_standard is not None])
    return Agreement(
        people,
        _share(joined),
        kappa.fleiss(list(joined.values())),
        _share(joined, known) if known else None,
        fleiss_all,
        pooled,
        _warnings(known, standard),
    )


def _appraiser(name: str, looks: dict[str, list[str]], standard: dict[str, str] | None, bad: str) -> Appraiser:
    rows = list(looks.values())
    trials = len(rows[0])
    fleiss_within, gwet_within = (kappa.fleiss(rows), kappa.gwet(rows)) if trials > 1 else (None, None)
    plain = Appraiser(name, _share(looks), fleiss_within, gwet_within, None, None, None, None, None, None, None, "")
    if standard is None:
        return plain
    truth = [standard[part] for part in looks]
    by_trial = [[row[trial] for row in rows] for trial in range(trials)]
    said, true = _pooled(looks, standard)
    misses, alarms = _errors(said, true, bad)
    right = _share(looks, standard)
    return replace(
        plain,
        with_standard=right,
        fleiss_standard=_mean([kappa.fleiss(list(zip(answers, truth, strict=True))) for answers in by_trial]),
        cohen_pooled=kappa.cohen(said, true),
        cohen_mean=_mean([kappa.cohen(answers, truth) for answers in by_trial]),
        pabak=kappa.pabak(said, true),
        miss_rate=misses,
        false_alarm_rate=alarms,
        verdict=_verdict(right.agreed / right.parts, misses, alarms),
    )


def _table(ratings: Sequence[Rating]) -> dict[str, dict[str, list[str]]]:
    """Appraiser -> part -> answers; refused where someone looked at something less often."""
    table: dict[str, dict[str, list[str]]] = {}
    truth: dict[str, str] = {}
    for rating in ratings:
        table.setdefault(rating.appraiser, {}).setdefault(rating.part, []).append(rating.answer)
        if truth.setdefault(rating.part, rating.standard) != rating.standard:
            raise MethodProblem(
                f'The part {rating.part} has two standards, "{truth[rating.part]}" and "{rating.standard}"; it can have one.'
            )
    if not table:
        raise MethodProblem("The study has no rating.")
    trials = max(len(answers) for looks in table.values() for answers in looks.values())
    for name, looks in table.items():
        for part in truth:
            if len(looks.get(part, [])) != trials:
                raise MethodProblem(
                    f"{name} rated the part {part} {len(looks.get(part, []))} times, others {trials} times; complete the study."
                )
    return table


def _share(looks: dict[str, list[str]], standard: dict[str, str] | None = None) -> Share:
    agreed = sum(all(a == b for a, b in pairwise(row)) and (standard is None or row[0] == standard[part]) for part, row in looks.items())
    return Share(agreed, len(looks), share_interval(agreed, len(looks)))


def _pooled(looks: dict[str, list[str]], standard: dict[str, str]) -> tuple[list[str], list[str]]:
    pairs = [(answer, standard[part]) for part, row in looks.items() for answer in row]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _errors(said: list[str], true: list[str], bad: str) -> tuple[float | None, float | None]:
    """Misses of all looks at bad parts, false alarms of all looks at good ones."""
    if not bad:
        return None, None
    on_bad = [answer for answer, truth in zip(said, true, strict=True) if truth == bad]
    on_good = [answer for answer, truth in zip(said, true, strict=True) if truth != bad]
    return (
        sum(answer != bad for answer in on_bad) / len(on_bad) if on_bad else None,
        sum(answer == bad for answer in on_good) / len(on_good) if on_good else None,
    )


def _verdict(effective: float, misses: float | None, alarms: float | None) -> str:
    for verdict, (least, most_misses, most_alarms) in BOUNDS.items():
        if effective >= least and (misses or 0) <= most_misses and (alarms or 0) <= most_alarms:
            return verdict
    return "unacceptable"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _warnings(known: dict[str, str] | None, standard: dict[str, str]) -> tuple[str, ...]:
    if known is None:
        return ("Not every part has a standard: who is right cannot be told, only who agrees.",)
    counts = [list(known.values()).count(word) for word in set(known.values())]
    if len(counts) < 2:
        return ("All parts have the same standard: kappa is not defined; use AC1, and put parts of the other kind in.",)
    rare = min(counts) / len(standard)
    return (
        (f"Only {100 * rare:.0f} % of the parts are of the rarer kind: kappa is low by prevalence alone; see PABAK and AC1.",)
        if rare < 0.2
        else ()
    )

"""Sampling plans as documents, with their curves and their drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from lotproof.control.table import Table
from lotproof.draw.charts_oc import oc_curve
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling import curves, find, tables
from lotproof.stats.sampling.switching import Lot

POINTS = 60
"""Points of a curve."""


def by_table(lot: int, aql: str, level: str, severity: str, edition: str) -> dict[str, Any]:
    """The single plan of the tables; a sample that would be no smaller than the lot is the whole lot."""
    found = tables.single_plan(tables.code_letter(lot, level), aql, severity, edition)
    told: dict[str, Any] = {
        "method": f"single plan of {edition}", "lot_size": lot, "aql": aql, "level": level, "severity": severity, "edition": edition,
        "code_letter": found.code_letter, "plan_letter": found.plan_letter, "n": min(found.n, lot), "accept": found.accept,
        "reject": found.reject, "whole_lot": found.n >= lot, "path": found.path, "law": "binomial", "warnings": list(found.warnings),
    }  # fmt: skip
    told["warnings"].append("An AQL is not the quality of a lot that is accepted: see the curve for what the plan tells.")
    return told


def by_rate(lot: int, rate: float, confidence: float, accept: int) -> dict[str, Any]:
    """The smallest sample of a lot that finds a share, with a confidence; exact (hypergeometric)."""
    n = find.for_max_rate(lot, rate, confidence, accept)
    wrong = find.wrong_in_lot(lot, rate)
    return {
        "method": "smallest sample, hypergeometric, exact", "lot_size": lot, "max_rate": rate, "confidence": confidence,
        "wrong_in_lot": wrong,
        "n": n, "accept": accept, "reject": accept + 1, "law": "hypergeometric", "warnings": [],
        "risk": curves.accepted(n, accept, wrong, "hypergeometric", lot),
    }  # fmt: skip


def by_points(good: float, bad: float, producer: float, consumer: float, law: str, lot: int | None, sequential: bool) -> dict[str, Any]:
    """The smallest single plan that keeps both risks, or Wald's sequential one."""
    if law == "hypergeometric" and lot is None:
        raise MethodProblem("A hypergeometric plan is one of a lot; state --lot-size.")
    told: dict[str, Any] = {"good": good, "bad": bad, "producer_risk": producer, "consumer_risk": consumer}
    told |= {"lot_size": lot, "law": law, "warnings": []}
    if sequential:
        return {"method": "sequential plan (Wald 1947)", **asdict(find.sequential(good, bad, producer, consumer)), **told}
    n, accept = find.two_points(good, 1 - producer, bad, consumer, law, lot)
    return {"method": f"two points, {law}", "n": n, "accept": accept, "reject": accept + 1, **told}


def curves_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Points of the curves from 0 to where hardly a lot is accepted."""
    n, accept, lot, law = told["n"], told["accept"], told["lot_size"], told["law"]
    furthest = next((share for share in np.geomspace(1e-5, 1, 400).tolist() if curves.accepted(n, accept, share) < 0.005), 1.0)
    shares = np.linspace(0, furthest, POINTS + 1).tolist()
    if law == "hypergeometric":
        # a lot has whole units: no point between them
        shares = sorted({round(share * lot) / lot for share in shares})
    return [asdict(point) for point in curves.curve(n, accept, shares, lot, law)]


def drawing(told: dict[str, Any]) -> str:
    """The curve of acceptance as SVG."""
    marks = [(told[name], f"{name.replace('_', ' ')} {100 * told[name]:g} %") for name in ("good", "bad", "max_rate") if told.get(name)]
    if told.get("aql") and float(told["aql"]) <= 10:
        marks.append((float(told["aql"]) / 100, f"AQL {told['aql']} %"))
    title = f"Sample of {told['n']:,}, accepted with {told['accept']} wrong at most"
    shown = [mark for mark in marks if mark[0] <= told["curve"][-1]["share"]]
    return oc_curve(title, [point["share"] for point in told["curve"]], [point["accepted"] for point in told["curve"]], shown)


def plan_lines(told: dict[str, Any]) -> Iterator[str]:
    """The plan for a person."""
    if "n" not in told:
        yield f"{told['method']}: after n units with d wrong accept if d <= {told['slope']:.5f} n - {told['h1']:.4f},"
        yield f"  reject if d >= {told['slope']:.5f} n + {told['h2']:.4f}; ends at {told['longest']:,} units"
        return
    letter = f", code letter {told['code_letter']}" if "code_letter" in told else ""
    yield f"{told['method']}{letter}: look at {told['n']:,}, accept with {told['accept']} wrong at most, reject with {told['reject']}"
    if told.get("plan_letter", told.get("code_letter")) != told.get("code_letter"):
        used = told["plan_letter"]
        yield f"  the arrows lead from {told['code_letter']} to {used}: sample and numbers are those of {used}"
    if told.get("whole_lot"):
        yield "  the sample of the table is no smaller than the lot: inspect all"
    if "risk" in told:
        wrong = f"{told['wrong_in_lot']} wrong ({100 * told['max_rate']:g} %)"
        yield f"  a lot with {wrong} is accepted with a probability of {told['risk']:.4f}"
    for point in told.get("curve", [])[::6]:
        rest = f", outgoing {100 * point['outgoing']:.3f} %, inspected {point['inspected']:,.0f}" if point["outgoing"] is not None else ""
        yield f"  {100 * point['share']:7.3f} % wrong: accepted {point['accepted']:.4f}{rest}"
    for warning in told["warnings"]:
        yield f"  note: {warning}"


def lots_of(table: Table, accepted: str) -> list[Lot]:
    """Lots of a table, for switching."""
    results = table.words("result")
    numbers = {name: table.numbers(name) if table.has(name) else [0.0] * len(results) for name in ("defects", "accept")}
    flags = {
        name: table.words(name) if table.has(name) else (usual,) * len(results)
        for name, usual in (("tighter", "no"), ("steady", "yes"), ("gap", "no"))
    }
    yes = ("yes", "y", "true", "1")
    return [
        Lot(
            word.lower() == accepted.lower(), int(numbers["defects"][at]), int(numbers["accept"][at]), flags["tighter"][at].lower() in yes,
            flags["steady"][at].lower() in yes, flags["gap"][at].lower() in yes,
        )
        for at, word in enumerate(results)
    ]  # fmt: skip

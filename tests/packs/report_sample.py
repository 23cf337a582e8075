"""Report values made by hand: a small site with two lots, and what a hostile one may hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lotproof.causes.check import check
from lotproof.causes.model import PROBLEM, Cause, Evidence, Graph, Row, Tool
from lotproof.control.kpis.budget import told
from lotproof.control.kpis.gather import Gathered
from lotproof.control.kpis.judge import judge
from lotproof.control.kpis.points import points
from lotproof.control.kpis.register import product_kpis
from lotproof.control.similar import Case, Likeness
from lotproof.control.trends import Event, trend
from lotproof.intake.receipt import Receipt
from lotproof.packs.report.values import Control, Dossier, History, LotSummary, Place, Recurrence, ReportValues, Why
from lotproof.rules.finding import Finding, Proof
from lotproof.rules.hypothesis import Hypothesis, Suspect
from lotproof.rules.lineup import IsIsNot, Lineup, RankedSuspect
from lotproof.rules.numbers import Statement, finding_list, safe, statement_id
from lotproof.rules.reconcile import CLASSES, LotBalance
from lotproof.rules.search import Search

GTIN = "09506000134352"
LINE, CAMERA = "line/export B7.csv", "camera/reads.csv"
SHA = {LINE: "1a" * 32, CAMERA: "2b" * 32}


def item(number: int) -> str:
    return f"(01){GTIN}(21)SN{number:05}"


def a_finding(code: str = "SN-01", lot: str = "B7-2231", items: int = 3, severity: str = "major", **changes: Any) -> Finding:
    names = tuple(item(n) for n in range(items))
    proofs = tuple(Proof(name, f"seen at the camera, not in the hub ({n})", SHA[LINE], LINE, 2 + n) for n, name in enumerate(names))
    found = Finding(code, severity, lot, GTIN, items, names, f"{items} packs of lot {lot} are not in the hub", "Check the upload.", proofs)
    return replace(found, **changes)


def a_search(**changes: Any) -> Search:
    fields: dict[str, Any] = {
        "lot": "B7-2231", "mode": "", "question": "Which other lots were made on the line?", "sources": 3, "rows": 4711,
        "hits": ("lot B7-2232 on line 4",), "count": 1, "sql": "SELECT 1",
    }  # fmt: skip
    return Search(**(fields | changes))


def a_hypothesis(**changes: Any) -> Hypothesis:
    fields: dict[str, Any] = {
        "mode": "jam_orphans", "six_m": "MACHINE", "lot": "B7-2231", "confidence": 0.91, "sentence": "3 packs without a container.",
        "test": "Look for a stop.", "codes": ("SN-09",), "started_at": "2026-03-02T09:44:03.000Z",
        "suspect": Suspect("printer", "P2", 1.0, 12.5, ("station=CAM-02",)), "supports": ("the line stopped there",), "against": ("no image",),
    }  # fmt: skip
    return Hypothesis(**(fields | changes))


def a_balance(lot: str = "B7-2231", **counts: int) -> LotBalance:
    numbers = {"received": 1250, **dict.fromkeys(CLASSES, 0), "unused": 100, "good": 1145, "orphans": 2, "unaccounted": 5}
    numbers |= {"gross_variance": 8, "net_variance": -8} | counts
    pair = {"left": "line", "right": "hub", "left_count": 1147, "right_count": 1144, "missing": 3, "extra": 0, "format_only": 1}
    return LotBalance(lot, GTIN, numbers, (pair,))


def a_lot(lot: str = "B7-2231", **changes: Any) -> LotSummary:
    grades = (("F 0.0–0.4", 1), ("D 0.5–1.4", 3), ("C 1.5–2.4", 40), ("B 2.5–3.4", 300), ("A 3.5–4.0", 800))
    camera = {"reads": 1160, "passed": 1147, "failed": 9, "no_reads": 4, "below_limit": 4}
    made = LotSummary(
        lot, GTIN, "4500012", "Examplin 10 mg", 1200, "2026-03-02T06:00:00Z", "2026-03-02T13:45:10Z", {"case": 120, "pallet": 4},
        camera, grades, {"zeros": 7},
    )  # fmt: skip
    return replace(made, **changes)


def a_dossier(number: int = 0, lot: str = "B7-2231", why: str = "SN-01") -> Dossier:
    step = {
        "at": "2026-03-02T08:00:00.250Z", "step": "verified", "kind": "camera", "source": CAMERA, "sha256": SHA[CAMERA], "position": 7,
        "container": None, "device": "CAM3", "actor": "op1", "reason": None, "note": None,
    }  # fmt: skip
    packed = {**step, "at": None, "step": "aggregated", "kind": "line", "source": LINE, "sha256": SHA[LINE], "position": 2 + number,
              "container": "(00)195060001343520017"}  # fmt: skip
    return Dossier(item(number), lot, why, [packed, step])


def a_lineup(supported: bool = True, text: str = "printer=P2") -> Lineup:
    table = (IsIsNot("where", text, "printer=P1 (2 failed, 2.1 expected)"), IsIsNot("when", "from 2026-03-09T06:50:08.000Z on", text))
    one = RankedSuspect(
        (text, "material_lot=ROLL1"), 53, 24.8, 1_400, math.inf, 14.2, math.inf, 0.0002, 0.005, 1.0, "2026-03-09T06:50:08.000Z", None, None,
        supported, (f"with station {text} it is nearly normal",), f"swap {text}", table,
    )  # fmt: skip
    return Lineup("B7-2231", "low_grade", f"codes graded below 1.5 {text}", 55, 4_984, "the other packs", 936, (one,), None)


def the_statements(findings: tuple[Finding, ...], balances: tuple[LotBalance, ...], sources: int) -> list[Statement]:
    made = [
        Statement("run/sources", "sources in scope", sources, "sources.json", 4),
        Statement("run/observations", "observations in scope", 61_204, "sources.json", 4),
        Statement("run/findings", "findings", len(findings), "findings.json", 4),
    ]
    for found in findings:
        name = statement_id("finding", found.code, found.lot, found.gtin)
        made.append(Statement(name, "count", found.count, finding_list(found.code, found.lot, found.gtin), 17))
    for balance in balances:
        made += [
            Statement(statement_id("lot", balance.lot, key), key, number, "reconciliation.json", 18)
            for key, number in balance.counts.items()
        ]
    return made


def a_control(text: str = "B7-2231", kpis: int = 22) -> Control:
    """Every KPI of the product over thirty lots named after ``text``, and a sample of each kind."""
    names = [f"{text}{n}" for n in range(30)]
    judged = []
    for kpi in list(product_kpis().values())[:kpis]:
        times = [datetime(2026, 3, 2) + timedelta(hours=2 * n) for n in range(len(names))]
        made = Gathered(
            [(name, at, "", float(n % 3)) for n, (name, at) in enumerate(zip(names, times, strict=True))],
            [(name, at, "", 1000.0) for name, at in zip(names, times, strict=True)],
            [(name, at, "", [3.0, 2.5 + n % 2]) for n, (name, at) in enumerate(zip(names, times, strict=True))],
        )
        judged.append(judge(points(kpi, made, kpi.by)))
    selection = {"number": 1, "lot": text, "level": "case", "n": 60, "listed": 1200, "plan": text, "accept": 0}
    verdict = {"selection": 1, "verdict": "accepted", "statement": "0 wrong in 60 cases", "consequence": text}
    return Control(judged, told(judged, 1.0), (selection, {**selection, "number": 2, "plan": "", "lot": ""}), (verdict,), 18)


def a_history(text: str = "B7-2231", many: int = 3) -> History:
    """Earlier findings, alerts, deviations and similar cases in which every text is ``text``."""
    again = [Recurrence("SN-01", f"{text}{n}", 3, "2026-01-02T10:00:00Z", 5) for n in range(many)]
    alerts = [Event("alert", text, text, datetime(2026, 3, 2, n), "", text, text, text, text, 3) for n in range(5)]
    deviations = [Event("deviation", text, text, datetime(2026, n, 2), text, "Examplin 10 mg", "", text, LINE, 3) for n in range(1, 6)]
    case = Case(text, text, ("SN-01",), (text,), (text,), text, text, "2025-01-02", text, text, False, text)
    alike = Likeness(case, 0.5, {"words": 0.5}, ((text, 0.1),), ("SN-01",), (text,), (text,), text)
    return History(2, again, alerts, deviations, [trend("alerts", alerts, (), "day")], {text: [alike] * many}, 9)


def a_why(text: str = "The queue was one place off") -> Why:
    """Causes with a root cause that has evidence, one that is ruled out, and an open one, in which every text is ``text``."""
    good, bad = Evidence("finding", text, text, True), Evidence("interview", text, text, False)
    causes = (
        Cause("mode", PROBLEM, text, "machine", "supported", evidence=(good,), test=text),
        Cause("root", "mode", f"Nothing compares the first case after a restart. {text}", "method", "supported", "root", True, True, (good,)),
        Cause("out", PROBLEM, text, "man", "contradicted", "excluded", evidence=(bad,)), Cause("open", PROBLEM, text),
    )  # fmt: skip
    graph = Graph(text, "B7-2231", ("AGG-08",), Tool("fishbone", "Four areas fit."), causes, (Row("what", text, text, text, text),))
    return Why(graph, check(graph), 21)


def class_lists(balances: tuple[LotBalance, ...]) -> Mapping[str, Mapping[str, str]]:
    return {b.lot: {key: f"reconciliation/{safe(b.lot)}/{key}.csv" for key in (*CLASSES, "orphans", "unaccounted")} for b in balances}


def sample(**changes: Any) -> ReportValues:
    """Values of a small site; `changes` replace fields, and the statements follow the findings and balances."""
    receipts = (
        Receipt(CAMERA, SHA[CAMERA], 5_000, "camera", 1161, 1160, 0, 1, 1160),
        Receipt(
            LINE, SHA[LINE], 9_000, "line", 1150, 1147, 2, 1, 1147, ("line 9: the serial is empty; ask the line",), ("encoding utf-8",)
        ),
    )
    fields: dict[str, Any] = {
        "pack": "EP-2026-0042", "created": "2026-11-22T13:00:00Z", "version": "0.1.0", "rule_set": "2026.11", "actor": "qa.silva",
        "origin": "example.org/evidence/ghent", "vkey": "example.org/evidence/ghent+1a2b3c4d+AbCd", "zone": "Europe/Brussels",
            "receipts": receipts,
        "raw": {name: f"raw/{name}" for name in SHA}, "findings": (a_finding(), a_finding("AGG-01", items=1, severity="critical")),
        "diagnosis": (a_hypothesis(),), "suspects": (a_lineup(), a_lineup(supported=False)), "scope": (a_search(), a_search(count=0, hits=())), "balances": (a_balance(), a_balance("B7-2232", orphans=0, unaccounted=0, gross_variance=0, net_variance=0, good=1150)),
        "lots": (a_lot(), a_lot("B7-2232", order_no="", planned=None, first=None, last=None)),
        "dossiers": tuple(a_dossier(n) for n in range(3)) + (a_dossier(900, why="control, drawn at random"),),
        "places": tuple(Place(LINE, 2 + n, f"{item(n)};Good;B7-2231") for n in range(3)) + (Place(CAMERA, 7, f"{item(0)};PASS;3.1"),),
        "control": a_control(), "history": a_history(), "why": a_why(),
        "audit": ({"index": 4, "time": "2026-11-22T12:59:00Z", "actor": "qa.silva", "kind": "record", "stream": "runs", "what": "run"},),
    }  # fmt: skip
    fields |= {key: value for key, value in changes.items() if key not in ("statements", "lists", "class_lists")}
    statements = changes.get("statements", the_statements(fields["findings"], fields["balances"], len(fields["receipts"])))
    fields["statements"], fields["lists"] = statements, {s.id: s.list for s in statements}
    fields["class_lists"] = changes.get("class_lists", class_lists(fields["balances"]))
    return ReportValues(**fields)


HOSTILE = (
    "<script>alert(1)</script>", '"><img src=http://x.example/a onerror=1>', "#import \"@preview/x:1.0.0\"", "{{ 7 * 7 }}",
        "$ x^2 $ @ref <lbl> *b*",
    "abc\u202edcba", "中文批次", "مرحبا", "a\u0301\u200b\ufeff", "\x00\x07\x1d\x1b[31m\r\n\t", "\ud800lone", "😀", "W" * 10_000,
        "\u27e8GS\u27e9",
)  # fmt: skip
"""Texts that data may hold."""


def hostile() -> ReportValues:
    """A site in which every text from data is hostile."""
    findings = tuple(
        a_finding(lot=text, sentence=text, hint=text, gtin=text, severity="major",
                  proofs=(Proof(text, text, SHA[LINE], text, 3), Proof(item(1), text, SHA[LINE], LINE, None)))
        for text in HOSTILE
    )  # fmt: skip
    steps = [{"at": text, "step": text, "kind": text, "source": text, "sha256": "", "position": 3, "container": text, "device": text,
              "actor": text, "reason": text, "note": text} for text in HOSTILE]  # fmt: skip
    return sample(
        suspects=tuple(a_lineup(text=text) for text in HOSTILE),
        why=replace(a_why(), graph=replace(a_why().graph, causes=[one for text in HOSTILE for one in a_why(text).graph.causes])),
        control=replace(a_control(), judged=[one for text in HOSTILE for one in a_control(text, 7).judged]),
        history=replace(
            a_history(), again=[one for text in HOSTILE for one in a_history(text).again],
            deviations=[one for text in HOSTILE for one in a_history(text).deviations],
            similar={text: a_history(text).similar[text] for text in HOSTILE},
        ),
        findings=findings, balances=tuple(a_balance(text) for text in HOSTILE), actor=HOSTILE[0], zone=HOSTILE[1],
        receipts=tuple(Receipt(text, "3c" * 32, 1, "line", 1, 1, problems=(text,), notes=(text,)) for text in HOSTILE),
        raw={text: "raw/" + safe(text) + "#x?%y" for text in HOSTILE},
        lots=tuple(a_lot(text, gtin=text, product=text, order_no=text, transforms={text: 1}, containers={text: 1}) for text in HOSTILE),
        dossiers=tuple(Dossier(text, text, text, steps) for text in HOSTILE), places=tuple(Place(text, 3, text) for text in HOSTILE),
        audit=tuple({"index": 1, "time": text, "actor": text, "kind": text, "stream": text, "what": text} for text in HOSTILE),
    )  # fmt: skip

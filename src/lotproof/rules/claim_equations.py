"""Equations 6 and 7 of a lot (DOMAIN B.3): what ERP, warehouse and label store claim in quantities, against the sets.

A claim names no items, so a residue here is a quantity. Labels are claims ``labels_issued``, ``labels_scrapped``,
``labels_retained`` and ``labels_returned`` (21 CFR 211.125: labels issued, used and returned are reconciled).
"""

from __future__ import annotations

import duckdb

from lotproof.rules.equations import Equation, Residue, Term, until_text

PACK_UNITS = ("EA", "ST", "STK", "PC", "PCE", "EACH", "PK")
"""Units of measure that count packs; a sum of packs and cases is no number of packs."""

# At a moment only claims that carry a time up to it count.
_CLAIMED = f"""
CREATE OR REPLACE TABLE claimed AS
SELECT lot, claim, if(claim = 'pallet_cases', 'case', 'unit') AS level, sum(quantity) AS quantity,
       bool_and(claim = 'pallet_cases' OR coalesce(upper(unit), 'EA') IN {PACK_UNITS}) AS in_packs
FROM claim WHERE lot IN (SELECT lot FROM part_lot) AND ((SELECT moment FROM as_of) IS NULL OR at_utc <= (SELECT moment FROM as_of))
GROUP BY lot, claim
"""
_SETS = """
SELECT f.lot, coalesce(sum(n) FILTER (f.good), 0)::BIGINT, coalesce(sum(n) FILTER (f.good AND NOT f.gone), 0)::BIGINT,
       coalesce(sum(n) FILTER (f.on_product), 0)::BIGINT, count(*) FILTER (f.label_scrapped), count(*) FILTER (f.label_sampled), any_value(f.has_line OR f.has_hub)
FROM facts f WHERE f.level = 'unit' GROUP BY f.lot
"""
_CASES = """
WITH received AS (SELECT subject FROM obs WHERE kind = 'receipts' AND step = 'received')
SELECT f.lot, count(*) FILTER ((good OR orphan) AND subject IN (SELECT i.subject FROM inside i WHERE i.parent IN (SELECT subject FROM received)))
  + coalesce((SELECT sum(s.n) FROM stacked s WHERE s.lot = f.lot AND s.pallet IN (SELECT subject FROM received)), 0)::BIGINT
FROM facts f WHERE f.level = 'case' GROUP BY f.lot
"""
_OUT = {"goods_issue": "issued", "sampled": "sampled", "scrapped": "scrapped"}


def claim_equations(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Equation]]:
    """Equations 6 and 7 of every lot of the partition."""
    connection.execute(_CLAIMED)
    until = until_text(connection)
    claims: dict[str, dict[str, float]] = {}
    mixed: set[tuple[str, str]] = set()
    for lot, claim, quantity, in_packs in connection.execute("SELECT lot, claim, quantity, in_packs FROM claimed").fetchall():
        claims.setdefault(lot, {})[claim] = quantity or 0.0
        if not in_packs:
            mixed.add((lot, claim))
    found: dict[str, list[Equation]] = {}
    for lot, good, on_hand, product, scrapped, retained, known in connection.execute(_SETS).fetchall():
        said = claims.get(lot, {})
        unlike = [claim for (other, claim) in sorted(mixed) if other == lot]
        found[lot] = [_goods(said, good, on_hand, known, unlike, until), _labels(said, product, scrapped, retained, until)]
    for lot, stacked in connection.execute(_CASES).fetchall():
        found.setdefault(lot, []).append(_receipt_of_cases(claims.get(lot, {}), stacked, until))
    return found


def _goods(said: dict[str, float], good: int, on_hand: int, known: bool, unlike: list[str], until: str) -> Equation:
    """Goods received are the good packs; what is on hand is receipts less issues, in serials and in quantity."""
    left, title = Term("G", "good", good), "ERP and warehouse"
    lacking = _lacking(said, known, unlike)
    if lacking:
        return Equation(6, title, "unit", left, (), (), 0, 0, lacking + until)
    received = _whole(said["goods_receipt"])
    right = [Term("GR", "goods received by the ERP", received)]
    residues = _difference("packs of difference between goods received and good packs", received - good)
    net = received - good
    if "stock" in said:
        stock, out = _whole(said["stock"]), sum(_whole(said.get(claim, 0)) for claim in _OUT)
        right += [Term("OH", "on hand by serial", on_hand), Term("ST", "stock of the ERP", stock),
                  *(Term(claim[:2].upper(), f"{word} by the ERP", _whole(said[claim])) for claim, word in _OUT.items() if claim in said)]  # fmt: skip
        residues += _difference("packs of difference between stock and packs on hand by serial", stock - on_hand)
        residues += _difference("packs of difference between stock and receipts less issues", stock - (received - out))
    return Equation(6, title, "unit", left, tuple(right), tuple(residues), net, sum(r.count for r in residues))


def _lacking(said: dict[str, float], known: bool, unlike: list[str]) -> str:
    if "goods_receipt" not in said:
        return "no goods receipt of the ERP delivered"
    if not known:
        return "neither an export of the line controller nor EPCIS events of the hub delivered"
    used = [claim for claim in unlike if claim in ("goods_receipt", "stock", *_OUT)]
    return f"the ERP states {', '.join(used).replace('_', ' ')} in another unit than packs" if used else ""


def _labels(said: dict[str, float], product: int, scrapped: int, retained: int, until: str) -> Equation:
    """Labels issued are those applied, scrapped, retained and returned."""
    title = "label material"
    if "labels_issued" not in said:
        return Equation(7, title, "unit", Term("LI", "labels issued", 0), (), (), 0, 0, f"no record of labels issued delivered{until}")
    issued = _whole(said["labels_issued"])
    right = (
        Term("LA", "applied: commissioned and label scrapped at the line", product + scrapped),
        Term("LW", "scrapped as material", _whole(said.get("labels_scrapped", 0))),
        Term("LR", "retained", _whole(said.get("labels_retained", 0)) or retained),
        Term("LB", "returned to the store", _whole(said.get("labels_returned", 0))),
    )
    net = sum(term.count for term in right) - issued
    residues = tuple(_difference("labels of difference", net))
    return Equation(7, title, "unit", Term("LI", "labels issued", issued), right, residues, net, abs(net))


def _receipt_of_cases(said: dict[str, float], stacked: int, until: str) -> Equation:
    """Cases that the warehouse counted on the pallets it received are those recorded on these pallets."""
    left = Term("G", "cases recorded on the pallets received", stacked)
    if "pallet_cases" not in said:
        return Equation(6, "ERP and warehouse", "case", left, (), (), 0, 0, f"no warehouse receipt delivered{until}")
    counted = _whole(said["pallet_cases"])
    residues = tuple(_difference("cases of difference between warehouse receipt and record", counted - stacked))
    right = (Term("WR", "cases on them by the warehouse receipt", counted),)
    return Equation(6, "ERP and warehouse", "case", left, right, residues, counted - stacked, abs(counted - stacked))


def _difference(name: str, number: int) -> list[Residue]:
    return [Residue(name, abs(number), ())] if number else []


def _whole(quantity: float) -> int:
    return round(quantity)

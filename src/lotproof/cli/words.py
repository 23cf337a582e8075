"""The summary of a run in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lotproof.intake.receipt import Receipt
from lotproof.rules.check import Outcome
from lotproof.rules.reconcile import LotBalance

SHOWN = 12


def receipt_lines(receipts: Sequence[Receipt]) -> Iterator[str]:
    """What was read, and what could not be."""
    rows, stored = sum(r.rows for r in receipts), sum(r.stored for r in receipts)
    quarantined = sum(r.quarantined for r in receipts)
    read = [r for r in receipts if r.stored]
    kept = len(receipts) - len(read)
    others = f"; {kept} further {'file is' if kept == 1 else 'files are'} kept without rows to read" if kept else ""
    headings = f", {rows - stored - quarantined:,} headings or blank" if rows - stored - quarantined else ""
    yield f"Read {stored:,} rows and events from {len(read)} files{others} ({rows:,} rows seen, {quarantined:,} in quarantine{headings})."
    problems = [problem for receipt in receipts for problem in receipt.problems]
    for problem in problems[:SHOWN]:
        yield f"  ! {problem}"
    if len(problems) > SHOWN:
        yield f"  ! and {len(problems) - SHOWN} more; see --json."


ESSENTIAL = {
    "numbers": "numbers received for the orders: no lot equation can be closed",
    "line": "line controller export: states and containers at the line are unknown",
    "epcis": "EPCIS events of the hub: nothing can be compared with what was reported",
}
"""Kinds without which most questions stay open."""


def missing_lines(receipts: Sequence[Receipt]) -> Iterator[str]:
    """What was not delivered and is needed."""
    kinds = {"epcis" if receipt.kind.startswith("epcis") else receipt.kind for receipt in receipts if receipt.stored}
    for kind, without in ESSENTIAL.items():
        if kind not in kinds:
            yield f"  ? not delivered: {without}."


def finding_lines(outcome: Outcome) -> Iterator[str]:
    """What was found."""
    if not outcome.observations:
        yield "Nothing could be judged: not one observation of a pack or container was read."
        return
    if not outcome.findings:
        yield "Found nothing that contradicts."
        return
    yield f"Found {len(outcome.findings)} findings:"
    for found in outcome.findings[: SHOWN * 2]:
        yield f"  {found.severity:<8} {found.code}  {found.sentence}"
    if len(outcome.findings) > SHOWN * 2:
        yield f"  and {len(outcome.findings) - SHOWN * 2} more; see --json."


def diagnosis_lines(outcome: Outcome) -> Iterator[str]:
    """What would explain it."""
    if not outcome.diagnosis:
        if outcome.findings:
            yield "No failure signature fits."
        return
    yield "What the data fit (to be verified, no root cause):"
    for found in outcome.diagnosis[:SHOWN]:
        suspect = f" Suspect: {found.suspect.field.replace('_', ' ')} {found.suspect.value}." if found.suspect else ""
        since = f" Since {found.started_at}." if found.started_at else ""
        yield f"  {found.confidence:.2f}  {found.mode} in lot {found.lot}: {found.sentence}{since}{suspect}"
    if len(outcome.diagnosis) > SHOWN:
        yield f"  and {len(outcome.diagnosis) - SHOWN} more; see --json."


def suspect_lines(outcome: Outcome) -> Iterator[str]:
    """Who is suspected by counts, with aliases, interval, onset and the test; kinds of failure without a supported suspect in one line."""
    if not outcome.suspects:
        return
    yield "Ranked suspects (supported by the data, no root cause; what a suspect shares all packs with cannot be told from it):"
    for lineup in [one for one in outcome.suspects if one.supported][:SHOWN]:
        yield f"  {lineup.what} in lot {lineup.lot}: {lineup.failed:,} of {lineup.exposed:,}."
        for one in lineup.supported:
            also = f" (or {', '.join(one.names[1:4])})" if one.names[1:] else ""
            yield (
                f"    {one.names[0]}{also}: {one.failed:,} failed, {one.expected:,.1f} expected, {one.ratio_text}, "
                f"q {one.q:.2g}, since {one.began}."
            )
            yield f"      {one.swap}"
            yield from (f"      against: {text}" for text in one.against[:3])
    if none := [one for one in outcome.suspects if not one.supported]:
        kinds = ", ".join(dict.fromkeys(one.kind for one in none))
        yield f"  No supported suspect in {len(none)} further {'scan' if len(none) == 1 else 'scans'} ({kinds})."


def scope_lines(outcome: Outcome) -> Iterator[str]:
    """How far it reaches; what was searched for in vain is told as well."""
    if outcome.scope:
        yield "How far it reaches (everything in scope was searched):"
    for search in outcome.scope[: SHOWN * 2]:
        hits = ", ".join(search.hits[:3]) + (f" and {search.count - 3:,} more" if search.count > 3 else "")
        yield f"  {search.question} {hits or 'None'}."
    if len(outcome.scope) > SHOWN * 2:
        yield f"  and {len(outcome.scope) - SHOWN * 2} more questions; see --json."


def balance_lines(balances: Sequence[LotBalance]) -> Iterator[str]:
    """Whether each lot adds up."""
    for balance in balances[: SHOWN * 3]:
        counts = balance.counts
        if balance.verdict == "undecided":
            yield (
                f"Lot {balance.lot} is undecided: the {counts['received']:,} numbers that are known are each in one class, but no list "
                "of the numbers received was delivered, so nothing shows that these are all."
            )
        elif not balance.adds_up and not counts["unaccounted"]:
            yield (
                f"Lot {balance.lot} does not add up: each of {counts['received']:,} numbers is in one class, but line and hub differ by "
                f"{counts['gross_variance']:,} packs (net {counts['net_variance']:,})."
            )
        elif balance.adds_up:
            yield f"Lot {balance.lot} adds up: {counts['received']:,} numbers, each in one class; {counts['good']:,} good packs."
        else:
            yield (
                f"Lot {balance.lot} does not add up: {counts['unaccounted']:,} of {counts['received']:,} numbers unaccounted for "
                f"({counts['orphans']:,} orphans); gross variance {counts['gross_variance']:,}, net {counts['net_variance']:,}."
            )
    if len(balances) > SHOWN * 3:
        short = sum(not balance.adds_up for balance in balances)
        yield f"{len(balances)} lots in all, {short} of them do not add up or are undecided; see --json."

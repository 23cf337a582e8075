"""Sections 9, 10 and 12: code quality, data integrity, timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from lotproof.packs.report import figures
from lotproof.packs.report.blocks import Block, Code, Column, Figure, Heading, Inline, Light, Para, Ref, Table, cut, cut_of, page_of
from lotproof.packs.report.book import Book, below_data, data_ref
from lotproof.packs.report.corrected import register
from lotproof.packs.report.scope import gravest
from lotproof.packs.report.values import LotSummary
from lotproof.packs.report.words import count, utc, when

CAMERA = ("reads", "passed", "failed", "no_reads", "below_limit")
BELOW_LIMIT = 2
"""Classes of the histogram (F, D) that lie below grade 1.5 (ISO/IEC 15415; Regulation 2016/161, Art. 6)."""


def quality(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 9."""
    values, limits = book.values, book.limits
    seen = [lot for lot in values.lots if lot.camera.get("reads")]
    found = [finding for finding in values.findings if finding.code.startswith("SCN-")]
    rows: list[tuple[Inline, ...]] = [(Code(lot.lot), *(lot.camera.get(key, 0) for key in CAMERA)) for lot in seen[: limits.lots]]
    names = ("Reads", "Passed", "Failed", "No-reads", "Grade below 1.5")
    columns = [Column("Lot", 1.5), *(Column(name, right=True) for name in names)]
    blocks: list[Block] = [
        Table("Camera reads", columns, rows, _of(len(rows), len(seen))),
        *_histograms(book, seen),
    ] if seen else [Para("No camera or verification log is among the sources. Packaging would supply it.", note=True)]  # fmt: skip
    blocks.append(Para(("Transforms needed to read identifiers are in ", Ref("section 10", page_of(10)), ".")))
    if not seen:
        return "missing", Light("none", "no camera log"), blocks
    return "filled", gravest(found, "finding"), blocks


def _of(shown: int, total: int) -> str:
    return "" if shown == total else f"Shown are the first {shown:,} of {total:,} lots."


def _histograms(book: Book, seen: Sequence[LotSummary]) -> Iterator[Block]:
    graded = [lot for lot in seen if any(number for _, number in lot.grades)]
    if not graded:
        yield Para("No read carries a grade.", note=True)
        return
    yield Heading("Grades, by the lowest parameter of each read")
    total: Counter[str] = Counter()
    for lot in graded:
        total.update(dict(lot.grades))
    yield _histogram(book, list(total.items()), "All lots")
    for lot in graded[: book.limits.figures] if len(graded) > 1 else ():
        yield _histogram(book, lot.grades, f"Lot {lot.lot}")
    if len(graded) > book.limits.figures:
        yield Para(f"Drawn are the first {book.limits.figures:,} of {len(graded):,} lots.")


def _histogram(book: Book, grades: Sequence[tuple[str, int]], who: str) -> Figure:
    alt = f"{who}: reads by grade: " + ", ".join(f"{name}: {number:,}" for name, number in grades)
    limit = BELOW_LIMIT if len(grades) == 5 else None
    return Figure(figures.histogram(grades, limit, alt, book.limits.show), alt, f"{who}: reads by grade; the limit is 1.5")


def _transforms(book: Book) -> list[Block]:
    rows: list[tuple[Inline, ...]] = [
        (Code(lot.lot), Code(name), number) for lot in book.values.lots for name, number in sorted(lot.transforms.items())
    ]
    shown, more = cut(rows, book.limits.rows, "the observations below data/observations/")
    heading = Heading("Transforms needed to read identifiers")
    if not rows:
        return [heading, Para("Every identifier could be read as written.")]
    return [heading, Table("Transforms", [Column("Lot", 1.5), Column("Transform", 2), Column("Observations", right=True)], shown, more)]


def integrity(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 10."""
    values, limits = book.values, book.limits
    rows: list[tuple[Inline, ...]] = [
        (_original(book, r.name), r.kind, r.rows, r.stored, r.quarantined, r.no_data, r.observations, _holds(r.rows,
            r.stored + r.quarantined + r.no_data),
         Code(r.sha256 if not limits.paper else r.sha256[:16] + "…") if r.sha256 else None)
        for r in values.receipts[: limits.rows]
    ]  # fmt: skip
    columns = [Column("Source", 2.4), Column("Kind", 1), Column("Rows seen", right=True), Column("Stored", right=True),
               Column("Quarantined", 1.1, right=True), Column("No data", right=True), Column("Observations", 1.2, right=True),
               Column("Adds up", 1), Column("SHA-256", 1.9)]  # fmt: skip
    problems = _sentences([(r.name, text) for r in values.receipts for text in r.problems])
    notes = _sentences([(r.name, text) for r in values.receipts for text in r.notes])
    quarantined = sum(r.quarantined for r in values.receipts)
    wrong = sum(r.rows != r.stored + r.quarantined + r.no_data for r in values.receipts)
    blocks: list[Block] = [
        Para("Originals are kept byte for byte. Rows seen = stored + quarantined + no data, for every source."),
        Table("Sources, their hashes and what became of their rows", columns, rows, cut_of(rows, len(values.receipts),
            data_ref("sources.json"))[1]),
        Heading("Problems"), _table_or(book, "Problems met while reading", problems, "No source had a problem."),
        Heading("How the sources were read"), _table_or(book, "Notes on reading", notes, "No source needed a note."),
        *_transforms(book),
        Heading("Clocks"), Para("Offsets between the clocks of the systems are not computed in this version.", note=True),
        *register(book),
    ]  # fmt: skip
    bad = len(problems) + wrong + (quarantined > 0)
    light = (
        Light("act", "row counts do not add up")
        if wrong
        else Light("watch", count(len(problems), "problem") + f", {quarantined:,} rows in quarantine")
    )
    return "partly", light if bad else Light("clear", "every row is accounted for"), blocks


def _original(book: Book, name: str) -> Inline:
    path = book.values.raw.get(name)
    return Ref(name, below_data(path), code=True) if path else Code(name)


def _holds(rows: int, parts: int) -> Light:
    return Light("clear", "yes") if rows == parts else Light("act", f"no, {parts:,}")


def _sentences(pairs: Sequence[tuple[str, str]]) -> list[tuple[Inline, ...]]:
    return [(Code(name), text) for name, text in pairs]


def _table_or(book: Book, caption: str, rows: list[tuple[Inline, ...]], nothing: str) -> Block:
    shown, more = cut(rows, book.limits.rows, data_ref("sources.json"))
    return Table(caption, [Column("Source", 1), Column("Sentence", 3, lines=3)], shown, more) if rows else Para(nothing)


def timeline(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 12."""
    values, limits = book.values, book.limits
    steps, marks = _step_times(book), _finding_times(book)
    bands = [
        figures.Band(lot.lot, first, last, steps.get(lot.lot, []), [t for i, t in marks.items() if values.findings[i].lot == lot.lot])
        for lot in values.lots
        if (first := when(lot.first)) and (last := when(lot.last))
    ]
    if not bands:
        return (
            "missing",
            Light("none", "no times in UTC"),
            [Para("No lot has an observation with a time in UTC. The zone of the exports would place them.", note=True)],
        )
    drawn = bands[: limits.lots if limits.paper else limits.figures]
    alt = "; ".join(f"lot {band.label} from {utc(band.first)} to {utc(band.last)}" for band in drawn)
    rows = sorted(_events(book, marks), key=lambda row: row[0])
    shown, more = cut([(time, what, who) for time, what, who in rows], limits.rows, "the HTML report")
    caption = "Lots from first to last observation; ticks: steps of dossiers; triangles: first row of a finding that has a time"
    return "partly", Light("watch", "without people and machines"), [
        Figure(figures.timeline(drawn, alt, limits.show), alt, caption),
        *([Para(f"Drawn are the first {len(drawn):,} of {len(bands):,} lots.")] if len(bands) > len(drawn) else []),
        Table("Sequence", [Column("Time (UTC)", 1), Column("What", 3), Column("Lot", 1)], shown, more),
        Para("Times of people and of machines (shifts, stops, interventions) are not placed on this line in this version.", note=True),
    ]  # fmt: skip


def _step_times(book: Book) -> dict[str, list[datetime]]:
    times: dict[str, list[datetime]] = {}
    for dossier in book.values.dossiers:
        times.setdefault(dossier.lot, []).extend(moment for step in dossier.steps if (moment := when(step.get("at"))))
    return times


def _finding_times(book: Book) -> dict[int, datetime]:
    """Index of a finding -> the earliest time of a row that proves it, where a dossier holds that row."""
    rows = {(s.get("sha256"), s.get("position")): moment for d in book.values.dossiers for s in d.steps if (moment := when(s.get("at")))}
    times: dict[int, datetime] = {}
    for index, found in enumerate(book.values.findings):
        known = [rows[key] for proof in found.proofs[:2_000] if (key := (proof.source, proof.position)) in rows]
        if known:
            times[index] = min(known)
    return times


def _events(book: Book, marks: dict[int, datetime]) -> Iterator[tuple[str, Inline, Inline]]:
    for lot in book.values.lots:
        for value, text in ((lot.first, "first observation"), (lot.last, "last observation")):
            if value:
                yield utc(value) or "", text, Code(lot.lot)
    for index, moment in marks.items():
        found = book.values.findings[index]
        link = book.finding(index)
        yield utc(moment) or "", ("first row of ", link, " that a dossier places in time"), Code(found.lot) if found.lot else None
    yield utc(book.values.created) or "", "this pack was made", None

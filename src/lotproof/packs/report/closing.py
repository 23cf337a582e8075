"""Sections 24 to 27: completeness, signatures and audit trail, dossiers, annexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lotproof.packs.report.blocks import (
    Block,
    Code,
    Column,
    Facts,
    Heading,
    Inline,
    Light,
    Lines,
    Para,
    Ref,
    Section,
    Table,
    cut,
    cut_of,
    page_of,
)
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.front import STATE_WORDS
from lotproof.packs.report.values import Dossier
from lotproof.packs.report.words import GLOSSARY, count, utc

STATE_LIGHTS = {"filled": "clear", "partly": "watch", "missing": "none"}

MACHINE_FILES = (
    ("findings.json", "every finding with its items"),
    ("diagnosis.json", "failure modes that fit, with evidence for and against"),
    ("causes.json", "what people found: claims with evidence and verdict"),
    ("suspects.json", "ranked suspects with intervals, aliases, swap test and is/is-not table"),
    ("scope.json", "every search for how far it reaches, with its query, also those that found nothing"),
    ("kpis.json", "every indicator with its declaration, points, chart and alarms"),
    ("history.json", "findings of the same codes in earlier runs, alerts, deviations, similar cases"),
    ("reconciliation.json", "lot equations and source matrix"),
    ("statements.json", "every number of this report with its ledger entry"),
    ("sources.json", "receipts of the sources"),
    ("run.json", "version, rule set, zone and mapping profiles of the run"),
    ("audit/audit.ndjson", "audit trail, one entry a line"),
    ("ledger/checkpoint", "signed head of the ledger"),
)
"""Path below data/ -> what it holds."""


def completeness(sections: Sequence[Section], waived: Sequence[tuple[str, str, str]]) -> tuple[str, Light, list[Block]]:
    """Section 24; `sections` are all others but section 1, which is made last and is always partly filled."""
    states = {s.number: (s.title, s.page, s.state, _gap(s)) for s in sections}
    states[1] = ("One-page inspector summary", page_of(1), "partly", "Cause and actions are missing; see sections 15 and 17.")
    states[24] = ("Completeness score", page_of(24), "filled", None)
    tally = {state: sum(s[2] == state for s in states.values()) for state in STATE_WORDS}
    rows: list[tuple[Inline, ...]] = [
        (f"{number}", Ref(title, page), Light(STATE_LIGHTS[state], STATE_WORDS[state]), gap)
        for number, (title, page, state, gap) in sorted(states.items())
    ]
    score = Facts([(words.capitalize(), f"{tally[state]:,} of {len(states)}") for state, words in STATE_WORDS.items()]
                  + [("Waived with reason", f"{len(waived):,}" if waived else "none")])  # fmt: skip
    light = Light("watch", f"{tally['missing']:,} of {len(states)} sections missing")
    columns = [
        Column("No.", 0.4, right=True),
        Column("Section", 1.7),
        Column("State", 1),
        Column("What is missing, and who would supply it", 4, lines=4),
    ]
    reasons = Table("Waived by an approver", [Column("Of", 1), Column("Item", 0.8), Column("Reason", 3, lines=4)], [*waived])
    return "filled", light, [score, *([reasons] if waived else []), Table("Completeness, section by section", columns, rows)]


def _gap(section: Section) -> Inline:
    """What a section itself says is missing."""
    if section.state == "filled":
        return None
    notes = [block.text for block in section.blocks if isinstance(block, Para) and block.note and isinstance(block.text, str)]
    return " ".join(notes) or None


def accountability(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 25."""
    rows: list[tuple[Inline, ...]] = [
        (str(entry.get("index", "")), utc(entry.get("time")), str(entry.get("actor", "")), str(entry.get("kind", "")),
         str(entry.get("stream", "")), str(entry.get("what", "")))
        for entry in book.values.audit
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("audit/audit.ndjson"))
    columns = [
        Column("Entry", 0.5, right=True),
        Column("Time (UTC)", 1.3),
        Column("Actor", 1),
        Column("Kind", 0.7),
        Column("Stream", 1),
        Column("What", 2.6),
    ]
    light, signed = _signatures(book)
    return "partly", light, [
        *signed,
        Para("The audit-trail review is not recorded; an independent reviewer would supply it.", note=True),
        Table("Audit trail of the pack", columns, shown, more) if rows else Para("The audit trail is empty.", note=True),
    ]  # fmt: skip


def _signatures(book: Book) -> tuple[Light, list[Block]]:
    """Printed name, meaning and time of each signature (21 CFR 11.50), and whether it stands for the record as it is now."""
    found = book.values.signatures
    if not found:
        return Light("watch", "no person has signed"), [
            Para("Signatures with meaning (authored, reviewed, approved): no person has signed.", note=True)
        ]
    rows: list[tuple[Inline, ...]] = [
        (str(one["index"]), str(one["printed_name"]), str(one["meaning"]), f"{utc(one['time_utc'])} ({one['tz']})",
         f"{one['stream']}, entry {one['record']}", "passkey" if one["passkey"] else "system", str(one["status"]))
        for one in found
    ]  # fmt: skip
    columns = [
        Column("Entry", 0.5, right=True),
        Column("Printed name", 1.3),
        Column("Meaning", 0.9),
        Column("Time (UTC)", 1.6),
        Column("Record", 1.5),
        Column("Vouched for by", 0.8),
        Column("Status", 1),
    ]
    standing = sum(one["status"] == "valid" for one in found)
    return Light("watch", f"{standing:,} of {len(found):,} signatures stand"), [Table("Electronic signatures", columns, rows)]


def dossiers(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 26: the look-up index in HTML (which is cut into pages by the renderer), the first lives in the PDF."""
    total = len(book.values.dossiers)
    if not total:
        text = "No life of a pack is in this report: no finding names one, and no good pack could be drawn as a control."
        return "missing", Light("none", "no dossier"), [Para(text, note=True)]
    light = Light("clear", count(total, "dossier"))
    if book.limits.paper:
        intro = (
            f"Shown are {len(book.dossiers):,} of {count(total, 'dossier')}, affected items first. "
            "The HTML report (data/html/s26.html) has all of them."
        )
        return "filled", light, [Para(intro), *(block for dossier in book.dossiers for block in life(book, dossier, 0))]
    rows: list[tuple[Inline, ...]] = [
        (book.item(dossier.item), Code(dossier.lot) if dossier.lot else None, dossier.why, len(dossier.steps)) for dossier in book.dossiers
    ]
    columns = [Column("Item", 2), Column("Lot", 1), Column("Why it is here", 2), Column("Steps", 0.6, right=True)]
    intro = "Pick any item: its whole recorded life, with the place of each row in its original. Any other item: lotproof trace ITEM."
    return "filled", light, [Para(intro), Table("Look-up index, by item", columns, rows, f"{total:,} in all." if total > len(rows) else "")]


def life(book: Book, dossier: Dossier, number: int) -> Iterator[Block]:
    """The blocks of one life; `number` from 1 makes its anchor."""
    yield Heading(dossier.item, f"d{number}" if number else "")
    yield Para((f"{'Lot '}", Code(dossier.lot) if dossier.lot else "not stated", ". Why it is here: ", dossier.why, "."))
    if not dossier.steps:
        yield Para("No source records a step.", note=True)
        return
    columns = [Column("Time (UTC)", 1.7), Column("Step", 1.1), Column("Said by", 0.8), Column("Container", 1.95),
        Column("Who and with what", 1.3),
               Column("Reason, note", 1.3), Column("Place", 2)]  # fmt: skip
    rows: list[tuple[Inline, ...]] = [
        (utc(s.get("at")), s.get("step"), s.get("kind"), Code(s["container"]) if s.get("container") else None, _join(s.get("actor"),
            s.get("device")),
         _join(s.get("reason"), s.get("note")), book.place(s.get("source") or "", s.get("position")))
        for s in dossier.steps[: book.limits.steps]
    ]  # fmt: skip
    more = cut_of(rows, len(dossier.steps), "the HTML report" if book.limits.paper else "the observations below data/observations/")[1]
    yield Table(f"Steps of {dossier.item}", columns, rows, more)


def _join(*parts: object) -> str | None:
    return ", ".join(str(part) for part in parts if part not in (None, "")) or None


def annexes(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 27."""
    values, limits = book.values, book.limits
    originals: list[tuple[Inline, ...]] = [
        (data_ref(values.raw[r.name]), r.size, Code(r.sha256)) for r in values.receipts if r.name in values.raw
    ]
    shown, more = cut(originals, limits.rows, data_ref("sources.json"))
    machine: list[tuple[Inline, ...]] = [(data_ref(path), text) for path, text in MACHINE_FILES if path != "causes.json" or values.why]
    lists: list[tuple[Inline, ...]] = [(data_ref(path),) for path in sorted({s.list for s in values.statements if s.list.endswith(".csv")})]
    csvs, rest = cut(lists, limits.rows, data_ref("statements.json"))
    words: list[tuple[Inline, ...]] = list(GLOSSARY.items())
    return "filled", Light("clear", count(len(originals), "original")), [
        Heading("Originals"), Table("Originals, byte for byte", [Column("Path below data/", 2.2), Column("Bytes", 0.7, right=True),
            Column("SHA-256", 3.2)],
                                    shown, more),
        Heading("Files for machines"), Table("Files for machines", [Column("Path below data/", 1), Column("Content", 2)], machine),
        *([Table("Lists behind numbers", [Column("Path below data/")], csvs, rest)] if lists else []),
        Heading("Run it again"), Para("This recomputes every finding and every equation from the originals and compares them:"),
        Lines([f"lotproof verify {values.pack} --recompute"]),
        Heading("Words"), Table("Words used in this report", [Column("Term", 1), Column("Meaning", 4)], words),
    ]  # fmt: skip

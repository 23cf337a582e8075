"""The 28 sections of DOMAIN F.2 in order, and how each is made from the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lotproof.packs.report import balance, cases, causes, closing, front, past, process, reach, records, scope, watching
from lotproof.packs.report.blocks import Block, Light, Para, Section
from lotproof.packs.report.book import Book
from lotproof.packs.report.judged import with_people
from lotproof.quality.case import Case

Made = tuple[str, Light, list[Block]]
"""State, status light and content of a section."""


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents."""

    title: str
    """Title."""
    answers: str
    """The question that it answers."""
    missing: str = ""
    """For a section that may not be filled: what is missing, why, and who would supply it."""


CONTENTS: Mapping[int, Entry] = {
    0: Entry("Seal and verification sheet", "Is it intact?"),
    1: Entry("One-page inspector summary", "What must I know in one page?"),
    2: Entry("Scope and boundaries", "Is it complete, and what was not available?"),
    3: Entry("Symptoms and detection", "What signalled?"),
    4: Entry("Classification", "Which legal path?"),
    5: Entry("Containment log (first 60 minutes)", "Was it controlled?",
             "The steps taken to contain, with holds, persons and times, are missing: no incident of these lots is recorded. "
             "The QA investigator on duty would supply them on the desk."),
    6: Entry("Notifications", "Who was told?",
             "Messages to QA, production, regulatory affairs, partners and authorities are missing: no incident of these lots is recorded. "
             "QA and regulatory affairs would supply them on the desk."),
    7: Entry("Reconciliation", "Is every number accounted for?"),
    8: Entry("Aggregation audit", "Do the containers hold what the records say?"),
    9: Entry("Code quality and scan evidence", "Was it the print or the scan?"),
    10: Entry("Data-integrity statement", "Can the data be trusted?"),
    11: Entry("Process map and critical control points", "Where in the process did it happen?"),
    12: Entry("Timeline", "In what order did it happen?"),
    13: Entry("Interviews and observations", "What did people see?",
              "What people saw and did is missing: it needs a person's record. "
              "The QA investigator would supply it, with roles instead of names."),
    14: Entry("History and recurrence", "Has it happened before?"),
    15: Entry("Root cause", "Why did it happen?"),
    16: Entry("Impact and scope proof", "How far does it reach?"),
    17: Entry("CAPA plan", "What is being changed?",
              "Corrections, corrective and preventive actions with owners and dates are missing: no incident of these lots is recorded. "
              "The owner of each action and QA would supply them on the desk."),
    18: Entry("Effectiveness check", "Did it work?",
              "A check against a criterion fixed in advance is missing, because no action is recorded. "
              "QA would supply the criterion and the window."),
    19: Entry("Control strategy", "Does it stay so?"),
    20: Entry("Validation and change control", "Is the system still validated?",
              "The assessment of changes and requalification is missing: it needs a person's record. Validation and QA would supply it."),
    21: Entry("Training and competence", "Were people trained?",
              "Training records among the sources are not evaluated in this version, and no incident of these lots is recorded. "
              "The head of department would supply the assessment."),
    22: Entry("Equipment and environment", "Were the machines fit?",
              "Maintenance, calibration and conditions are not evaluated in this version, even where they are among the sources. "
              "Engineering would supply the assessment."),
    23: Entry("Regulatory map", "Which requirement is met where?",
              "The map from requirements to places in this pack is missing: it is not implemented in this version. "
              "Regulatory affairs would supply it."),
    24: Entry("Completeness score", "What is missing?"),
    25: Entry("Signatures and audit trail", "Who answers for it?"),
    26: Entry("Serial dossiers", "Show me one."),
    27: Entry("Annexes", "Can I recompute it?"),
}  # fmt: skip
"""Number -> section (DOMAIN F.2)."""

MAKERS: Mapping[int, Callable[[Book], Made]] = {
    0: front.seal, 2: scope.boundaries, 3: scope.symptoms, 4: scope.classification, 7: balance.reconciliation, 8: balance.aggregation,
    9: records.quality, 10: records.integrity, 11: process.process, 12: records.timeline, 14: past.history,
    15: causes.root_cause, 16: reach.scope_proof, 19: watching.strategy,
    25: closing.accountability, 26: closing.dossiers, 27: closing.annexes,
}  # fmt: skip
"""Number -> maker, for sections that depend on the values alone."""

BY_PEOPLE: Mapping[int, Callable[[Book, Sequence[Case]], Made]] = {
    5: cases.containment, 6: cases.notifications, 13: cases.people, 17: cases.actions, 18: cases.effect, 20: cases.changes,
    21: cases.training,
}  # fmt: skip
"""Number -> maker, for sections that incidents of the desk fill, where there are any."""


def make_sections(book: Book) -> list[Section]:
    """All sections by number, with their content for the medium of the book."""
    made = {number: _section(number, *_made(number, book)) for number in CONTENTS if number not in (1, 24)}
    show = book.limits.show
    waived = [(show(of), show(item), show(why)) for of, item, why in book.values.waived]
    made[24] = _section(24, *closing.completeness(list(made.values()), waived))
    others = [made[number] for number in sorted(made)]
    made[1] = _section(1, *front.summary(book, others))
    return [made[number] for number in CONTENTS]


def _made(number: int, book: Book) -> Made:
    if number in MAKERS:
        return with_people(number, MAKERS[number](book), book)
    if number in BY_PEOPLE and book.values.cases:
        return BY_PEOPLE[number](book, book.values.cases)
    why = "no incident recorded" if number in BY_PEOPLE else "not in this version"
    return "missing", Light("none", why), [Para(CONTENTS[number].missing, note=True)]


def _section(number: int, state: str, light: Light, blocks: list[Block]) -> Section:
    entry = CONTENTS[number]
    return Section(number, entry.title, entry.answers, state, light, blocks)

"""What people did about it: containment, notices, interviews, actions, their effect, changes; sections 5, 6, 13, 17, 18, 20 and 21."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lotproof.packs.report.blocks import Block, Code, Column, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count, utc
from lotproof.packs.report.worksheets import worksheets
from lotproof.quality.acts.capa import EFFECTIVE, open_actions, verdict_of
from lotproof.quality.acts.containment import HOLDING, STEPS, done_steps, missing_steps
from lotproof.quality.case import Case, Recorded
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.times import minutes_between

Made = tuple[str, Light, list[Block]]
WHO, WHEN = Column("Who", 0.8), Column("When (UTC)", 1.2)


def source() -> Para:
    """Where the tables below come from."""
    text = "; every line below is an entry of the ledger."
    return Para(("The whole record of each incident is in ", data_ref("cases.json"), text), note=True)


def table(book: Book, title: str, columns: list[Column], rows: Iterable[tuple[Inline, ...]], none: str) -> Block:
    """A table of rows from the record, cut to the limits of the medium; a sentence where there are none."""
    found = list(rows)
    if not found:
        return Para(none, note=True)
    some, more = cut(found, book.limits.rows, data_ref("cases.json"))
    return Table(title, columns, some, more)


def at(one: Recorded) -> str:
    """When it happened, and how much later it was entered where that is more than an hour."""
    minutes = minutes_between(one.event_time, one.time)
    return f"{utc(one.event_time)}" + (f" (entered {minutes:,} min later)" if minutes > 60 else "")


def containment(book: Book, cases: Sequence[Case]) -> Made:
    """Section 5."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = []
    for case in cases:
        done = done_steps(case)
        for step in STEPS:
            one = done.get(step.name)
            since = case.opened.time
            elapsed = f"{minutes_between(since, one.event_time)} min" if one else None
            what = show(str(one.body["what"])) if one else "missing"
            who, when = (one.actor, at(one)) if one else (None, None)
            rows.append((case.number, step.title, what, who, when, elapsed))
    columns = [
        Column("Incident", 0.9),
        Column("Step", 1.2),
        Column("What was done", 2.6, lines=5),
        WHO,
        WHEN,
        Column("After", 0.6, right=True),
    ]
    lacking = sum(len(missing_steps(case)) for case in cases)
    late = [case.number for case in cases if (clock := case.clock("contain")) and (clock.ended or clock.due) > clock.due]
    light = Light("act", f"{count(lacking, 'step')} missing") if lacking else Light("clear", "five steps done")
    light = Light("watch", f"signed after the hour: {', '.join(late)}") if late and not lacking else light
    signed = [(case.number, one.actor, utc(one.time)) for case in cases for one in case.all("contain")]
    return (
        "partly" if lacking else "filled",
        light,
        [
            source(),
            table(book, "Containment, the first 60 minutes", columns, rows, "No step is recorded."),
            table(book, "Declared as contained", [Column("Incident", 1), WHO, WHEN], signed, "No incident is declared contained."),
            table(
                book,
                "On hold",
                [Column("Incident", 0.9), Column("What", 2.4), WHO, WHEN, Column("Released", 1.2)],
                _holds(book, cases),
                "Nothing was put on hold.",
            ),
            *_verified(book, cases),
        ],
    )


def _verified(book: Book, cases: Sequence[Case]) -> Iterable[Block]:
    """Verification sessions that were planned for an incident, with their results; nothing where there was none."""
    ended = {one.body["session"]: one for case in cases for one in case.all("verification-result")}
    rows: list[tuple[Inline, ...]] = []
    for case in cases:
        for one in case.all("verification"):
            result = ended.get(one.body["session"])
            told = f"{result.body['result']}: {result.body['statement']}" if result else "not ended"
            who, when = (result.actor, utc(result.time)) if result else (None, None)
            rows.append((case.number, one.body["session"], one.body["plan"], told, who, when))
    if rows:
        columns = [Column("Incident", 0.9), Column("Session", 0.9), Column("Plan", 2, lines=5), Column("Result", 2, lines=4), WHO, WHEN]
        yield table(book, "Verification: scanned against the record", columns, rows, "")


def _holds(book: Book, cases: Sequence[Case]) -> Iterable[tuple[Inline, ...]]:
    for case in cases:
        released = {one.body["entry"]: utc(one.event_time) for one in case.all("release")}
        for one in (one for name in HOLDING for one in case.all(name)):
            for item in one.body.get("held") or ():
                yield case.number, Code(book.limits.show(item)), one.actor, utc(one.event_time), released.get(one.index)


def notifications(book: Book, cases: Sequence[Case]) -> Made:
    """Section 6."""
    clocks: list[tuple[Inline, ...]] = []
    for case in cases:
        for one in case.clocks:
            late = " (late)" if (one.ended or book.values.created) > one.due else ""
            ended = f"{utc(one.ended)}" if one.ended else "open"
            clocks.append((case.number, CLOCKS[one.name].says, CLOCKS[one.name].basis, utc(one.due), ended + late))
    told: list[tuple[Inline, ...]] = [
        (case.number, book.limits.show(str(one.body["who"])), book.limits.show(str(one.body["what"])), one.actor, utc(one.event_time))
        for case in cases
        for one in case.all("notified")
    ]
    due = [clock for case in cases for clock in case.clocks if not clock.ended and clock.name != "contain"]
    light = Light("act", f"{count(len(due), 'clock')} open") if due else Light("clear", "every clock answered")
    columns = [
        Column("Incident", 0.9),
        Column("What has to be done", 2),
        Column("From", 2, lines=3),
        Column("Due (UTC)", 1.1),
        Column("Done (UTC)", 1.1),
    ]
    return (
        "partly" if due else "filled",
        light,
        [
            source(),
            table(book, "Clocks", columns, clocks, "No clock ran."),
            table(
                book,
                "Who was told",
                [Column("Incident", 0.9), Column("Told", 1.2), Column("What", 2.4, lines=4), WHO, WHEN],
                told,
                "Nobody outside was told.",
            ),
            *worksheets(book),
        ],
    )


def people(book: Book, cases: Sequence[Case]) -> Made:
    """Section 13: roles and codes, no names."""
    show = book.limits.show
    heard: list[tuple[Inline, ...]] = [
        (case.number, f"{one.body['role']} ({show(str(one.body['code']))})", show(str(one.body["said"])), at(one))
        for case in cases
        for one in case.all("interview")
    ]
    seen: list[tuple[Inline, ...]] = [
        (case.number, str(one.body["stream"]), show(str(one.body["what"])), one.actor, at(one))
        for case in cases
        for one in case.all("observation")
    ]
    light = Light("clear", f"{count(len(heard), 'person')} heard") if heard else Light("watch", "nobody was heard")
    return (
        "filled" if heard else "partly",
        light,
        [
            source(),
            table(
                book,
                "Interviews",
                [Column("Incident", 0.9), Column("Role", 1.2), Column("What was said", 3, lines=6), WHEN],
                heard,
                "Nobody was heard.",
            ),
            table(
                book,
                "Observations",
                [Column("Incident", 0.9), Column("About", 0.7), Column("What was seen", 3, lines=6), WHO, WHEN],
                seen,
                "Nothing is recorded.",
            ),
        ],
    )


def actions(book: Book, cases: Sequence[Case]) -> Made:
    """Section 17."""
    rows: list[tuple[Inline, ...]] = []
    for case in cases:
        done = {one.body["entry"]: one for one in case.all("action-done")}
        for one in case.all("action"):
            end = done.get(one.index)
            rows.append(
                (
                    case.number,
                    one.body["type"],
                    book.limits.show(one.body["what"]),
                    f"entry {one.body['cause']}",
                    one.body["owner"],
                    one.body["due"],
                    utc(end.event_time) if end else None,
                )
            )
    running = sum(len(open_actions(case)) for case in cases)
    light = Light("watch", f"{count(running, 'action')} open") if running else Light("clear", "every action done")
    light = light if rows else Light("watch", "no action is planned")
    columns = [
        Column("Incident", 0.9),
        Column("Type", 0.8),
        Column("What", 2.4, lines=5),
        Column("Cause", 0.7),
        Column("Owner", 0.8),
        Column("Due", 0.8),
        Column("Done (UTC)", 1.1),
    ]
    return "filled" if rows else "partly", light, [source(), table(book, "Actions", columns, rows, "No action is planned yet.")]


def effect(book: Book, cases: Sequence[Case]) -> Made:
    """Section 18."""
    rows: list[tuple[Inline, ...]] = []
    verdicts = []
    for case in cases:
        declared, check = case.last("criterion"), case.last("effectiveness")
        if declared:
            verdict = verdict_of(case, check) if check else None
            verdicts.append(verdict.verdict if verdict else "not checked")
            body = declared.body
            before = f"{body['baseline_events']} in {body['baseline_opportunities']:,} {body['opportunity']}"
            said = book.limits.show(f"{body['metric']}: at most {body['target_percent']} % of {before}")
            why = book.limits.show(verdict.sentence) if verdict else None
            rows.append((case.number, said, utc(declared.time), verdicts[-1], why))
    good = bool(verdicts) and all(one == EFFECTIVE for one in verdicts)
    light = Light("clear", "effective") if good else Light("watch", ", ".join(dict.fromkeys(verdicts)) or "no criterion is declared")
    columns = [
        Column("Incident", 0.9),
        Column("Criterion", 2.2, lines=4),
        Column("Declared (UTC)", 1.1),
        Column("Verdict", 0.9),
        Column("Why", 2.4, lines=5),
    ]
    return (
        "filled" if good else "partly",
        light,
        [source(), table(book, "Effect of the actions", columns, rows, "No criterion is declared yet.")],
    )


def changes(book: Book, cases: Sequence[Case]) -> Made:
    """Section 20."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (
            case.number,
            one.body["trigger"],
            show(one.body["touches"]),
            one.body["decision"],
            show(one.body["why"]),
            show(", ".join(one.body.get("protocols") or ())) or None,
        )
        for case in cases
        for one in case.all("change")
    ]
    light = Light("clear", f"{count(len(rows), 'assessment')}") if rows else Light("watch", "no change is assessed")
    columns = [
        Column("Incident", 0.9),
        Column("Trigger", 0.7),
        Column("Touches", 1.6, lines=3),
        Column("Decision", 1.2),
        Column("Reason", 1.8, lines=4),
        Column("Protocols", 0.9),
    ]
    return (
        "filled" if rows else "partly",
        light,
        [source(), table(book, "Change and requalification", columns, rows, "No change is assessed yet.")],
    )


def training(book: Book, cases: Sequence[Case]) -> Made:
    """Section 21."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, show(one.body["person"]), show(one.body["sop"]), show(one.body["what"]), one.body["due"])
        for case in cases
        for one in case.all("training-gap")
    ]
    light = Light("watch", f"{count(len(rows), 'gap')} found") if rows else Light("watch", "no gap is recorded")
    columns = [
        Column("Incident", 0.9),
        Column("Person (code)", 0.8),
        Column("Procedure", 1.2),
        Column("What is missing", 2.4, lines=4),
        Column("Due", 0.8),
    ]
    return "partly", light, [source(), table(book, "Training gaps of the people involved", columns, rows, "No gap is recorded.")]
